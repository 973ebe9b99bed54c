"""The evidence report and the actions behind it in a browser: for everybody, and on one sheet of paper."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import axe
from tests.browser.staff import answered_wave, signed_in


@pytest.fixture(scope="module")
def program(server: SimpleNamespace) -> Any:
    """A program that one released wave judges, with objectives, an action and the wave that asks about it."""
    owner, wave = server.owner, answered_wave(server)
    survey = owner.wave(wave.name)["survey"]
    made = owner.call(
        "POST",
        "/programs",
        {
            "name": "Lighter evenings",
            "kind": "flexible-work",
            "purpose": "Work ends when the day does.",
            "owner": "Robin Example",
            "starts_on": "2026-01-10",
            "ends_on": "2026-06-30",
            "survey": survey,
            "attribute": "tenure",
            "participants": ["short"],
        },
    )["id"]
    aims = [
        owner.call("POST", f"/programs/{made}/objectives", {"target": 3.5, "due": "2030-06-30", **aim})["id"]
        for aim in (
            {"text": "Evenings are free of work", "measure": {"kind": "theme", "ref": "workload"}},
            {"text": "Fewer leave within a year", "measure": {"kind": "outside", "ref": "left"}},
        )
    ]
    owner.call("PUT", f"/programs/{made}/waves/{owner.wave(wave.name)['id']}", {"label": "end"})
    tie = {"program": made, "objective": aims[0], "published": True, "owner": "Robin Example"}
    texts = (
        {"en": "No meetings after four o'clock", "ar": "لا اجتماعات بعد الرابعة"},
        {"en": "Shared calendars"},
    )
    actions = [owner.call("POST", f"/surveys/{survey}/actions", {"text": text, **tie}) for text in texts]
    owner.call("POST", f"/surveys/{survey}/actions/{actions[0]['id']}/pulse", {"epsilon": 2.0})
    return SimpleNamespace(page=f"/programs/{made}/report", actions=f"/surveys/{survey}/actions")


def test_the_report_and_its_actions_can_be_used_by_everybody(
    browser: Browser, server: SimpleNamespace, program: Any
) -> None:
    with signed_in(browser, server, "owner") as page:
        page.goto(f"{server.address}{program.page}")
        axe.check(page)
        page.goto(f"{server.address}{program.actions}")
        for one in page.locator("summary").all():
            one.click()
        axe.check(page)


def test_the_report_prints_on_one_sheet(browser: Browser, server: SimpleNamespace, program: Any) -> None:
    with signed_in(browser, server, "owner") as page:
        page.goto(f"{server.address}{program.page}")
        sheet = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
        page.emulate_media(media="print")
        assert not page.get_by_role("navigation").first.is_visible()
        assert page.get_by_role("heading", level=1).is_visible()
