"""The keyboard alone goes from the link to the receipt, and it is always visible where it is."""

from types import SimpleNamespace

from playwright.sync_api import Page, expect

from tests.browser.respondent import COMMENT, Respondent
from tests.browser.waves import Wave, answer_behind

VISIBLE = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const label = one.closest("label");
  const around = label && getComputedStyle(label);
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  const [x, y] = [box.x + box.width / 2, Math.min(innerHeight - 1, Math.max(0, box.y + box.height / 2))];
  const top = document.elementFromPoint(x, y);
  const covered = top && !one.contains(top) && !top.contains(one) && !(label && label.contains(top));
  const marked = outlined || style.boxShadow !== "none" || around && around.outlineStyle !== "none";
  if (marked && inside && !covered) return "";
  return `${marked ? "hidden" : "no mark"}: ${one.outerHTML.slice(0, 120)}`;
}"""
FOCUSED = "() => ['tagName', 'name', 'type'].map((each) => document.activeElement[each] ?? '')"


class Keys:
    """Presses keys and looks where the focus is after each Tab."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, name: str = "", kind: str = "", most: int = 60) -> None:
        """Tab on until a form element of this name or type has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            tag, is_name, is_kind = self.page.evaluate(FOCUSED)
            if tag != "BODY":
                assert self.page.evaluate(VISIBLE) == ""
            if (name and is_name == name) or (kind and is_kind == kind):
                return
        raise AssertionError(f"Tab never reached {name or kind}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)


def test_the_whole_way_without_a_mouse(server: SimpleNamespace, wave: Wave, respondent: Respondent) -> None:
    page, keys = respondent.page, Keys(respondent.page)
    respondent.open(wave.link())
    expect(respondent.heading).to_be_focused()
    first = respondent.heading.text_content() or ""
    keys.tab_to(kind="button")
    keys.press("Enter")
    expect(respondent.heading).not_to_have_text(first)
    expect(respondent.heading).to_be_focused()
    keys.tab_to("q-time")
    keys.press("Space", "ArrowDown", "ArrowDown")
    expect(page.locator("[name=q-time][value=neither]")).to_be_checked()
    while page.locator("#item-division").count() == 0:
        if page.locator("#item-helps").count():
            keys.tab_to("q-helps")
            keys.press("Space")
        if page.locator("#q-lighter").count():
            while not page.evaluate("() => document.activeElement.matches('textarea')"):
                keys.tab_to(kind="textarea")
            page.keyboard.type(COMMENT)
        before = respondent.heading.text_content() or ""
        keys.tab_to(kind="submit")
        keys.press("Enter")
        expect(respondent.heading).not_to_have_text(before)
        expect(respondent.heading).to_be_focused()
    keys.tab_to(kind="select-one")
    keys.press("ArrowDown")
    expect(page.locator("#a-division")).to_be_focused()
    keys.tab_to(kind="select-one")
    keys.press("ArrowDown")
    keys.tab_to(kind="submit")
    keys.press("Enter")
    expect(page.locator("dl.answers")).to_be_visible()
    expect(respondent.heading).to_be_focused()
    for _ in range(60):
        keys.tab_to(kind="button")
        if page.evaluate("() => document.activeElement.textContent") == "Seal and send":
            break
    keys.press("Enter")
    code = respondent.receipt_code()
    expect(respondent.heading).to_be_focused()
    keys.tab_to(kind="button")
    found = answer_behind(server, wave, code).response
    assert found is not None
    assert (found.answers["time"], found.answers["helps"]) == (2, frozenset({0}))
    assert found.answers["lighter"] == COMMENT
    assert found.attributes["team"] is not None


def test_the_first_tab_stop_leads_past_the_languages(wave: Wave, respondent: Respondent) -> None:
    respondent.page.goto(wave.link())
    respondent.settled()
    respondent.page.evaluate("() => { document.activeElement.blur(); getSelection().removeAllRanges(); }")
    respondent.page.keyboard.press("Shift+Tab")
    for _ in range(12):
        if respondent.page.evaluate("() => document.activeElement.className") == "skip":
            break
        respondent.page.keyboard.press("Shift+Tab")
    assert respondent.page.evaluate(VISIBLE) == ""
    respondent.page.keyboard.press("Enter")
    expect(respondent.page.locator("#main")).to_be_focused()
