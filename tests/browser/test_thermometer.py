"""How many have opened a survey so far stands on its first page, where the owner wished it."""

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.respondent import Respondent
from tests.browser.waves import Wave

TOLD = {"invited": 240, "drawn": 120, "day": "2026-03-04"}


def told(respondent: Respondent, value: dict[str, Any]) -> None:
    """Let the service tell this of every wave."""

    def answer(route: Route) -> None:
        route.fulfill(json=value)

    respondent.page.route("**/thermometer", answer)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar"])
def test_it_is_told_in_the_language_of_the_page(wave: Wave, respondent: Respondent, language: str) -> None:
    told(respondent, TOLD)
    respondent.open(wave.link(), language)
    line = respondent.page.locator("#so-far")
    expect(line).to_contain_text("120")
    expect(line).to_contain_text("240")
    expect(line).to_contain_text("2026")
    if language != "en":
        expect(line).not_to_contain_text("opened")


def test_it_is_there_again_when_one_comes_back_to_the_first_page(wave: Wave, respondent: Respondent) -> None:
    told(respondent, {**TOLD, "drawn": 0})
    respondent.open(wave.link())
    expect(respondent.page.locator("#so-far")).to_contain_text("fewer than 10 of 240")
    respondent.onward()
    respondent.page.go_back()
    expect(respondent.page.locator("#so-far")).to_contain_text("fewer than 10 of 240")


def test_without_the_owners_wish_the_page_says_nothing_and_nothing_fails(
    wave: Wave, respondent: Respondent
) -> None:
    with respondent.page.expect_response("**/thermometer") as asked:
        respondent.open(wave.link())
    assert asked.value.status == 204
    respondent.onward()
    respondent.page.go_back()
    expect(respondent.button("Start")).to_be_visible()
    expect(respondent.page.locator("#so-far")).to_be_hidden()
    assert respondent.watch.faults == []
