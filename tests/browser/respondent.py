"""A person who answers in a browser, by what is on the page whatever its language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.watching import Watch

COMMENT = "Fewer meetings on Mondays."
ANSWERS: Mapping[str, Any] = {
    "time": "agree",
    "evenings": None,
    "place": "home",
    "helps": ["quiet", "training"],
    "recommend": "9",
    "lighter": COMMENT,
}


@dataclass
class Respondent:
    """Somebody at ``page``; ``watch`` has seen all that it sent."""

    page: Page
    watch: Watch

    @property
    def heading(self) -> Locator:
        return self.page.locator("#app h1")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def open(self, link: str, language: str = "en") -> None:
        """Follow an invitation and wait for the page that is due."""
        address, _, code = link.partition("#")
        self.page.goto(f"{address}?lang={language}#{code}")
        self.settled()

    def settled(self) -> None:
        """Wait until the scripts have put a page in the place of "One moment"."""
        self.page.locator("#app h1[tabindex]").wait_for()

    def onward(self) -> None:
        """The last button of the bar: start, continue, seal and send."""
        before = self.heading.text_content()
        self.page.locator(".bar button").last.click()
        expect(self.heading).not_to_have_text(before or "")

    def onward_with_code(self) -> None:
        """Use the code that was typed, and wait for the promise."""
        self.page.get_by_role("button", name="Go on with this code").click()
        self.button("Start").wait_for()

    def answer(self, answers: Mapping[str, Any] = ANSWERS) -> None:
        """Answer what stands on this step."""
        for question, value in answers.items():
            if self.page.locator(f"#item-{question}").count():
                self._give(question, value)

    def _give(self, question: str, value: Any) -> None:
        if question == "lighter":
            self.page.locator(f"#q-{question}").fill(value)
            return
        for one in value if isinstance(value, list) else [value or ""]:
            self.page.locator(f"[name=q-{question}][value='{one}']").check()

    def state(self, tenure: str = "short") -> None:
        """Say a division, a team and for how long."""
        self.page.locator("#a-division").select_option(index=1)
        self.page.locator("#a-team").select_option(index=1)
        self.page.locator(f"[name=a-tenure][value='{tenure}']").check()

    def to_check(self, answers: Mapping[str, Any] = ANSWERS) -> None:
        """From the first page to the last before sending."""
        self.onward()
        while self.page.locator("#item-division").count() == 0:
            self.answer(answers)
            self.onward()
        self.state()
        self.onward()

    def send(self) -> str:
        """Seal and send; the receipt code."""
        self.page.locator(".bar button").last.click()
        return self.receipt_code()

    def receipt_code(self) -> str:
        """The receipt code, once it is on the page."""
        code = self.page.locator("#receipt-code").text_content() or ""
        assert re.fullmatch(r"([0-9A-Z]{4}-){6}[0-9A-Z]{2}", code), code
        return code

    def respond(self, link: str, language: str = "en", answers: Mapping[str, Any] = ANSWERS) -> str:
        """All of it in one go; the receipt code."""
        self.open(link, language)
        self.to_check(answers)
        return self.send()

    def respond_paired(self, link: str) -> str:
        """The same in a wave that is paired with another, without a program code."""
        self.open(link)
        self.to_check()
        self.onward()
        return self.send()
