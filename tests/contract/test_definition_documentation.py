"""docs/definitions.md holds an example that works and every id a problem can have."""

import re
from pathlib import Path
from textwrap import dedent

from service.surveys.definition_file import load

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
SOURCES = [*(ROOT / "privacy").glob("definition*.py"), *(ROOT / "service" / "surveys").glob("*.py")]
REPORTED = re.compile(r'(?:fault|warn|Problem|_fault)\(\s*"([a-z0-9-]+)"')


def test_the_example_is_a_definition_without_warnings() -> None:
    example = PAGE.split("## The whole")[1].split("Ids are at most")[0]
    _, warnings = load(dedent(example))
    assert warnings == ()


def test_every_problem_is_listed() -> None:
    reported = {
        identifier
        for path in SOURCES
        if path.name.startswith(("definition", "yaml_document"))
        for identifier in REPORTED.findall(path.read_text(encoding="utf-8"))
    }
    listed = set(re.findall(r"`([a-z0-9-]+)`", PAGE.split("## Warnings")[1]))
    assert len(reported) > 30
    assert reported <= listed
    assert {identifier for identifier in listed if "-" in identifier} <= reported
