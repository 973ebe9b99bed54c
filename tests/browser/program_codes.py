"""The step on which a respondent makes, types or leaves out a program code."""

import re
from types import SimpleNamespace

from playwright.sync_api import expect

from tests.browser.respondent import Respondent
from tests.browser.waves import Wave, answer_behind

HAVE, MAKE, NONE = (f"[name=program][value={value}]" for value in ("have", "make", "none"))
TYPED = "#program-code-typed"


def to_code(respondent: Respondent, wave: Wave, language: str = "en") -> None:
    """From the link to the step that asks for a program code."""
    respondent.open(wave.link(), language)
    respondent.to_check()
    respondent.page.locator(NONE).wait_for()


def made_code(respondent: Respondent) -> str:
    respondent.page.locator(MAKE).check()
    expect(respondent.page.locator("#program-code")).to_be_in_viewport(ratio=1)
    code = respondent.page.locator("#program-code").text_content() or ""
    assert re.fullmatch(r"([0-9A-Z]{4}-){6}[0-9A-Z]{2}", code), code
    return code


def typed_code(respondent: Respondent, code: str) -> None:
    respondent.page.locator(HAVE).check()
    respondent.page.locator(TYPED).fill(code)


def tag_behind(server: SimpleNamespace, wave: Wave, receipt_code: str) -> bytes | None:
    found = answer_behind(server, wave, receipt_code).response
    assert found is not None
    assert found.answers["time"] == 4
    return found.tag


def pairing_id(wave: Wave) -> bytes:
    assert wave.manifest.pairing is not None
    return wave.manifest.pairing.id
