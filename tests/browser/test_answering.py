"""From the link to the receipt, and what the tally then reads."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser.respondent import ANSWERS, COMMENT, Respondent
from tests.browser.waves import Wave, answer_behind

GIVEN = {
    "time": 4,
    "evenings": None,
    "place": 0,
    "helps": frozenset({0, 2}),
    "recommend": 9,
    "lighter": COMMENT,
}


def test_what_was_chosen_in_the_browser_is_what_the_tally_reads(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    code = respondent.respond(wave.link())
    found = answer_behind(server, wave, code)
    assert found.sequence == 1
    assert found.response is not None
    assert found.response.answers == GIVEN
    assert found.response.attributes == {"division": 0, "team": 0, "tenure": 0}


def test_an_answer_of_nothing_is_one_that_leaves_out_everything(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    respondent.open(wave.link())
    for _ in range(10):
        if respondent.button("Seal and send").count():
            break
        respondent.onward()
    found = answer_behind(server, wave, respondent.send())
    assert found.response is not None
    assert set(found.response.answers.values()) == set(found.response.attributes.values()) == {None}


@pytest.mark.parametrize("language", ["de", "fr", "es", "ar"])
def test_every_language_seals_the_same(
    server: SimpleNamespace, wave: Wave, respondent: Respondent, language: str
) -> None:
    code = respondent.respond(wave.link(), language)
    found = answer_behind(server, wave, code).response
    assert found is not None
    assert found.answers == GIVEN
    html = respondent.page.locator("html")
    assert html.get_attribute("lang") == language
    assert html.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


def test_another_language_keeps_the_invitation_and_the_answers(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    respondent.open(wave.link())
    respondent.onward()
    respondent.answer({"time": "agree"})
    respondent.page.get_by_role("link", name="العربية").click()
    expect(respondent.page.locator("html")).to_have_attribute("dir", "rtl")
    respondent.settled()
    expect(respondent.page.locator("[name=q-time][value=agree]")).to_be_checked()
    assert "#" not in respondent.page.url
    respondent.page.get_by_role("link", name="English").click()
    expect(respondent.page.locator("html")).to_have_attribute("dir", "ltr")
    respondent.settled()
    respondent.page.go_back()
    respondent.page.goto(wave.page)
    respondent.settled()
    respondent.page.locator("[name=q-time][value=agree]").wait_for()
    respondent.answer({**ANSWERS, "time": "disagree"})
    while respondent.page.locator("#item-division").count() == 0:
        respondent.onward()
        respondent.answer({**ANSWERS, "time": "disagree"})
    respondent.onward()
    found = answer_behind(server, wave, respondent.send()).response
    assert found is not None
    assert found.answers == {**GIVEN, "time": 0}


def test_a_reload_in_the_middle_loses_nothing(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    respondent.open(wave.link())
    respondent.onward()
    while respondent.page.locator("#item-division").count() == 0:
        respondent.answer()
        respondent.page.reload()
        respondent.settled()
        respondent.onward()
    respondent.state()
    respondent.page.reload()
    respondent.settled()
    respondent.onward()
    respondent.page.reload()
    respondent.settled()
    found = answer_behind(server, wave, respondent.send()).response
    assert found is not None
    assert found.answers == GIVEN
    assert found.attributes == {"division": 0, "team": 0, "tenure": 0}


def test_back_and_the_list_at_the_end_lead_to_each_answer(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    respondent.open(wave.link())
    respondent.to_check()
    respondent.page.locator("dl > div", has_text="Where do you work best?").get_by_role("button").click()
    respondent.page.locator("[name=q-place][value=office]").check()
    respondent.page.go_back()
    expect(respondent.button("Seal and send")).to_be_visible()
    expect(respondent.page.locator("dl")).to_contain_text("In the office")
    found = answer_behind(server, wave, respondent.send()).response
    assert found is not None
    assert found.answers == {**GIVEN, "place": 1}


def test_a_comment_that_is_too_long_is_told_and_not_cut(wave: Wave, respondent: Respondent) -> None:
    respondent.open(wave.link())
    respondent.onward()
    while respondent.page.locator("#q-lighter").count() == 0:
        respondent.onward()
    area = respondent.page.locator("#q-lighter")
    area.fill("x" * 301)
    respondent.page.locator(".bar button").last.click()
    expect(area).to_be_focused()
    expect(area).to_have_attribute("aria-invalid", "true")
    expect(respondent.page.locator("#q-lighter-wrong")).to_contain_text("too long by 1")
    assert area.input_value() == "x" * 301
    area.fill("x" * 300)
    respondent.onward()


def test_a_comment_that_seems_to_name_somebody_gets_a_hint_and_is_sent_all_the_same(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    named = "My manager Ada Lovelace says so, ask ada@example.org"
    respondent.open(wave.link())
    respondent.to_check({**ANSWERS, "lighter": named})
    respondent.page.locator("dl > div", has_text="What would make").get_by_role("button").click()
    hints = respondent.page.locator(".hints")
    expect(hints).to_contain_text("ada@example.org")
    expect(hints).to_contain_text("Ada")
    respondent.page.go_back()
    found = answer_behind(server, wave, respondent.send()).response
    assert found is not None
    assert found.answers["lighter"] == named
