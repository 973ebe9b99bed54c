"""What is wrong with a page for people with disabilities, as far as a program can tell.

axe runs in a world of its own beside the page's scripts, where the page's policy still holds.
"""

import json
from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("color-contrast", "link-in-text-block")  # what light and dark differ in
# Nothing else would end a run that never does.
RUN = """Promise.race([
  axe.run(document, {runOnly: %s, resultTypes: ["violations"], preload: false}),
  new Promise((_, fail) => setTimeout(() => fail(new Error("axe did not end")), 60000)),
]).then((found) =>
  JSON.stringify(found.violations.flatMap(({id, help, nodes}) =>
    nodes.map(({html, failureSummary}) => [id, help, html.slice(0, 200), failureSummary].join(" | ")))))"""
WIDTHS = (320, 1280)
SCHEMES = ("light", "dark")
SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll("body *")].map((one) => [one.getBoundingClientRect(), one])
    .filter(([box]) => box.right > wide + 1 || box.left < -1)
    .map(([, one]) => one.outerHTML.slice(0, 120)).slice(0, 5).concat("scrolls");
}"""


def violations(page: Page, rules: tuple[str, ...] = RULES) -> list[str]:
    """What axe finds on the page as it is now, by these rules or groups of rules."""
    session = page.context.new_cdp_session(page)
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
    where = {"contextId": world["executionContextId"], "awaitPromise": True, "returnByValue": True}
    known = session.send("Runtime.evaluate", {"expression": "typeof axe", **where})["result"]["value"]
    for expression in (f"{SOURCE.read_text()};0" if known == "undefined" else "0", RUN % json.dumps(rules)):
        answer = session.send("Runtime.evaluate", {"expression": expression, **where})
        assert "exceptionDetails" not in answer, answer
    session.detach()
    return list(json.loads(answer["result"]["value"]))


def check(page: Page) -> None:
    """Raises AssertionError for what axe finds, narrow or wide, light or dark, or if it scrolls sideways."""
    before = page.viewport_size
    page.wait_for_load_state()
    # No colour is on its way from one to another: the pages move nothing for whoever asks for that.
    page.emulate_media(reduced_motion="reduce")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        sideways = page.evaluate(SIDEWAYS)
        assert sideways == [], f"at {width} px: {sideways}"
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found = violations(page, RULES if scheme == "light" else COLOURS)
            assert found == [], f"at {width} px, {scheme}: {found}"
    page.emulate_media(color_scheme="light")
    page.evaluate("() => getComputedStyle(document.body).color")  # with the colours there, nothing moves
    page.emulate_media(reduced_motion="no-preference")
    if before is not None:
        page.set_viewport_size(before)
