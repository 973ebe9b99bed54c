"""axe finds nothing on the respondent's pages in any state; nothing scrolls sideways, not at 200 % text."""

import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.conftest import NewRespondent
from tests.browser.respondent import ANSWERS, Respondent
from tests.browser.waves import Wave

LANGUAGES = ("en", "de", "ar")
NAMED = {**ANSWERS, "lighter": "My manager Ada Lovelace says so, ask ada@example.org"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_from_the_promise_to_the_receipt(
    wave: Wave, respondent: Respondent, language: str
) -> None:
    respondent.open(wave.link(), language)
    for one in respondent.page.locator("summary").all():
        one.click()
    axe.check(respondent.page)
    respondent.onward()
    while respondent.page.locator("#item-division").count() == 0:
        respondent.answer(NAMED)
        if respondent.page.locator("#q-lighter").count():
            expect(respondent.page.locator(".hints li").first).to_be_visible()
        axe.check(respondent.page)
        respondent.onward()
    respondent.page.locator("#a-division").select_option(index=1)
    respondent.page.locator(".bar button").last.click()
    expect(respondent.page.locator("#a-team-wrong")).not_to_be_empty()
    axe.check(respondent.page)
    respondent.state()
    respondent.onward()
    axe.check(respondent.page)
    respondent.send()
    for one in respondent.page.locator("summary").all():
        one.click()
    axe.check(respondent.page)


@pytest.mark.parametrize("language", ["de", "ar"])
def test_what_is_shown_when_something_is_wrong(
    wave: Wave, new_respondent: NewRespondent, language: str
) -> None:
    cut = new_respondent()
    cut.open(wave.page, language)
    axe.check(cut.page)
    cut.open(f"{wave.page}#wrong", language)
    axe.check(cut.page)
    unreachable = new_respondent()
    unreachable.page.route("**/manifest", lambda route: route.abort())
    unreachable.open(wave.page, language)
    axe.check(unreachable.page)


def test_a_page_without_names_and_contrast_is_found_out(respondent: Respondent, wave: Wave) -> None:
    """The search is able to find something, and the policy holds while it looks."""
    respondent.open(wave.link())
    respondent.page.evaluate(
        """() => { const wrong = document.createElement("button"); wrong.style.color = "#888888";
        wrong.style.background = "#999999"; document.body.append(wrong); }"""
    )
    assert any(one.startswith("button-name") for one in axe.violations(respondent.page))
    respondent.page.evaluate("() => { document.body.lastElementChild.style.inlineSize = '2000px'; }")
    with pytest.raises(AssertionError, match="320 px"):
        axe.check(respondent.page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_twice_the_size_does_not_scroll_sideways(
    wave: Wave, new_respondent: NewRespondent, language: str
) -> None:
    respondent = new_respondent(viewport={"width": 320, "height": 640})
    respondent.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; })"
    )
    respondent.open(wave.link(), language)
    assert respondent.page.evaluate("() => getComputedStyle(document.body).fontSize") == "32px"
    steps = 0
    while respondent.page.locator("#receipt-code").count() == 0:
        assert respondent.page.evaluate(axe.SIDEWAYS) == []
        respondent.answer(NAMED)
        if respondent.page.locator("dl.answers").count():
            respondent.send()
        else:
            respondent.onward()
        steps += 1
    assert respondent.page.evaluate(axe.SIDEWAYS) == []
    assert steps >= 5


def test_who_asked_for_less_motion_gets_none(wave: Wave, new_respondent: NewRespondent) -> None:
    respondent = new_respondent(reduced_motion="reduce")
    respondent.open(wave.link())
    moving = """() => [...document.querySelectorAll("*")].filter((one) => {
        const style = getComputedStyle(one);
        return style.animationName !== "none" && parseFloat(style.animationDuration) > 0
          || style.scrollBehavior === "smooth"
          || style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
      }).map((one) => one.outerHTML.slice(0, 80))"""
    while respondent.page.locator("#item-division").count() == 0:
        assert respondent.page.evaluate(moving) == []
        respondent.onward()
