"""A device that several people answer at, with codes from cards: the next one finds nothing of the last."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from privacy.receipt_code import locator_of
from tests.browser import axe
from tests.browser.conftest import NewRespondent
from tests.browser.respondent import ANSWERS, Respondent
from tests.browser.watching import forms_of, kept_by
from tests.browser.waves import Wave, answer_behind, open_wave, stored

FIELD = "#typed-code"
SENTINEL = "Eleven herons share one umbrella"


@pytest.fixture(scope="module")
def kiosk(server: SimpleNamespace) -> tuple[Wave, list[str]]:
    """A wave that is open as long as these tests run, and codes that nobody has used."""
    wave = open_wave(server, links=False)
    made = server.owner.call("POST", f"/waves/{wave.name}/invitations?form=kiosk")
    assert made["page"].endswith(f"/w/{wave.name}")
    return wave, made["codes"]


def begin(one: Respondent, wave: Wave, code: str) -> None:
    one.open(wave.page)
    one.page.locator(FIELD).fill(code)
    one.onward_with_code()


def test_a_person_answers_and_leaves_nothing_to_the_next(
    server: SimpleNamespace, kiosk: tuple[Wave, list[str]], respondent: Respondent
) -> None:
    wave, codes = kiosk
    code = codes.pop()
    begin(respondent, wave, code.lower().replace("-", " - ", 1).replace("0", "o"))
    expect(respondent.button("Clear this device")).to_be_visible()
    respondent.to_check({**ANSWERS, "lighter": SENTINEL})
    assert forms_of(SENTINEL)[0] in kept_by(respondent.page)  # so the search is able to find it
    receipt = respondent.send()
    found = answer_behind(server, wave, receipt).response
    assert found is not None
    assert found.answers["lighter"] == SENTINEL
    expect(respondent.button("Copy")).to_have_count(0)
    expect(respondent.button("Clear this device")).to_have_count(0)
    respondent.button("I wrote it down: next person").click()
    respondent.page.locator(FIELD).wait_for()
    secrets = [SENTINEL, receipt, code, code.replace("-", ""), locator_of(receipt, wave.manifest.wave).hex()]

    def search() -> list[str]:
        places = kept_by(respondent.page) + respondent.page.content().encode()
        return [secret for secret in secrets for form in forms_of(secret) if form in places]

    assert search() == []
    assert respondent.page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert respondent.page.locator(FIELD).input_value() == ""
    for _ in range(respondent.page.evaluate("history.length") - 2):  # every page of the one before
        respondent.page.go_back()
        respondent.page.locator(FIELD).wait_for()
        assert search() == []
    # Whoever comes next begins at the promise, wherever the history stands, and answers for themselves.
    respondent.page.locator(FIELD).fill(codes.pop())
    respondent.onward_with_code()
    respondent.to_check()
    assert answer_behind(server, wave, respondent.send()).sequence == 1
    assert len(stored(server, wave)) == 2


def test_a_code_works_once_and_what_is_none_is_told_at_once(
    kiosk: tuple[Wave, list[str]], new_respondent: NewRespondent
) -> None:
    wave, codes = kiosk
    code = codes.pop()
    first, second = new_respondent(), new_respondent()
    begin(first, wave, code)
    second.open(wave.page)
    for typed, words in (
        ("", "This is not such a code"),
        (code[:-1], "This is not such a code"),
        (code[:-1] + "U", "This is not such a code"),
        (code, "This code cannot be used"),
        ("0000-0000-0000-0000", "This code cannot be used"),
    ):
        second.page.locator(FIELD).fill(typed)
        second.button("Go on with this code").click()
        expect(second.page.locator(f"{FIELD}-wrong")).to_contain_text(words)
        expect(second.page.locator(FIELD)).to_be_focused()
    assert second.page.evaluate("sessionStorage.length") == 0
    second.page.locator(FIELD).fill(codes.pop())
    second.onward_with_code()
    expect(second.button("Start")).to_be_visible()


def test_somebody_who_walks_away_can_be_cleared_away(
    kiosk: tuple[Wave, list[str]], respondent: Respondent
) -> None:
    wave, codes = kiosk
    begin(respondent, wave, codes.pop())
    respondent.onward()
    respondent.answer()
    respondent.page.reload()
    respondent.settled()
    respondent.page.once("dialog", lambda dialog: dialog.dismiss())
    respondent.button("Clear this device").click()
    assert b"agree" in kept_by(respondent.page)
    respondent.page.once("dialog", lambda dialog: dialog.accept())
    respondent.button("Clear this device").click()
    respondent.page.locator(FIELD).wait_for()
    assert respondent.page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar"])
def test_the_page_that_asks_for_a_code_can_be_used_by_everybody(
    kiosk: tuple[Wave, list[str]], respondent: Respondent, language: str
) -> None:
    wave, _ = kiosk
    respondent.open(wave.page, language)
    respondent.page.locator(FIELD).wait_for()
    axe.check(respondent.page)
