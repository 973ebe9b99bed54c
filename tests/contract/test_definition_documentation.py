"""docs/definitions.md holds an example that works and every id a problem can have."""

import re
from pathlib import Path
from textwrap import dedent

from service.surveys.definition_file import load

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
SOURCES = [*(ROOT / "privacy").glob("*.py"), *(ROOT / "service" / "surveys").glob("*.py")]
REPORTED = re.compile(r'(?:fault|warn|Problem|_fault)\(\s*"([a-z0-9-]+)"')


def test_the_example_is_a_definition_without_warnings() -> None:
    example = PAGE.split("## The whole")[1].split("Ids are at most")[0]
    _, warnings = load(dedent(example))
    assert warnings == ()


def test_every_problem_is_listed() -> None:
    reported = {
        identifier
        for path in SOURCES
        if path.name.startswith(("breakdowns", "definition", "yaml_document"))
        for identifier in REPORTED.findall(path.read_text(encoding="utf-8"))
    }
    listed = set(re.findall(r"`([a-z0-9-]+)`", PAGE.split("## Warnings")[1]))
    assert len(reported) > 30
    assert reported <= listed
    assert {identifier for identifier in listed if "-" in identifier} <= reported


def test_nothing_promises_respondents_a_reason_that_the_manifest_does_not_carry() -> None:
    assert "reason" not in (ROOT / "privacy" / "contract.py").read_text(encoding="utf-8")
    for path in ("docs/definitions.md", "survey_definitions/schema.json", "privacy/definition_warnings.py"):
        words = " ".join((ROOT / path).read_text(encoding="utf-8").split())
        for promise in ("tells respondents", "for respondents to read", "reason that respondents"):
            assert promise not in words
        assert "owners and reviewers" in words
