"""After the close everybody who was invited reads the results, from their link and nothing else."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.conftest import NewRespondent
from tests.browser.staff import answered_wave
from tests.browser.waves import Wave


@pytest.fixture(scope="module")
def released(server: SimpleNamespace, wave: Wave) -> Wave:
    """A released wave about which something was decided, published and not."""
    found = answered_wave(server)
    survey = found.manifest.survey_id
    for text, published in (("Fewer meetings on Mondays", True), ("Nobody reads this yet", False)):
        action = {"text": {"en": text}, "state": "doing", "owner": "Robin", "due": "2027-06-30"}
        server.owner.call("POST", f"/surveys/{survey}/actions", {**action, "published": published})
    return found


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar"])
def test_the_link_shows_figures_groups_and_what_was_done(
    released: Wave, new_respondent: NewRespondent, language: str
) -> None:
    reader = new_respondent()
    address, _, code = released.links[0].partition("#")
    reader.open(f"{address}/results#{code}", language)
    page = reader.page
    expect(reader.heading).to_have_text(released.manifest.title[language])
    expect(page.locator(".done li")).to_have_count(1)
    expect(page.locator(".done")).to_contain_text("Fewer meetings on Mondays")
    for one in page.locator("summary").all():
        one.click()
    assert page.locator("table tbody tr").count() > 10
    assert page.locator("details table").count() > 1
    assert page.locator(".fill").first.bounding_box() is not None
    axe.check(page)
    assert code not in page.url


def test_a_reload_in_the_same_tab_shows_them_again(released: Wave, new_respondent: NewRespondent) -> None:
    reader = new_respondent()
    reader.open(released.links[0].replace("#", "/results#"))
    reader.page.reload()
    expect(reader.page.locator(".done")).to_be_visible()


def test_without_a_link_it_is_asked_for_and_a_wrong_one_is_told(
    released: Wave, new_respondent: NewRespondent
) -> None:
    reader = new_respondent()
    reader.open(f"{released.page}/results")
    axe.check(reader.page)
    for wrong in ("https://example.org/cut-off", "AAAAAAAAAAAAAAAAAAAAAA"):
        reader.page.locator("#link").fill(wrong)
        reader.button("Show the results").click()
        expect(reader.page.locator("#link-wrong")).not_to_be_empty()
        expect(reader.page.locator("#link")).to_be_focused()
    axe.check(reader.page)
    reader.page.locator("#link").fill(released.links[0])
    reader.button("Show the results").click()
    expect(reader.page.locator(".done")).to_be_visible()


def test_before_the_release_it_is_told_that_it_is_early(wave: Wave, new_respondent: NewRespondent) -> None:
    reader = new_respondent()
    reader.open(wave.links[0].replace("#", "/results#"))
    expect(reader.heading).to_have_text("The results are not there yet")
    axe.check(reader.page)
