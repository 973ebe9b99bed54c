"""docs/definitions.md holds an example that works and every id a problem can have."""

import itertools
import re
from collections import Counter
from pathlib import Path
from textwrap import dedent

from privacy.hierarchy import levels_from_paths, path_levels
from service.surveys.definition_file import load
from service.surveys.roster_csv import read_csv

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
SOURCES = [*(ROOT / "privacy").glob("*.py"), *(ROOT / "service" / "surveys").glob("*.py")]
REPORTED = re.compile(r'(?:fault|warn|Problem|_fault)\(\s*"([a-z0-9-]+)"')


def test_the_example_is_a_definition_without_warnings() -> None:
    example = PAGE.split("## The whole")[1].split("Ids are at most")[0]
    _, warnings = load(dedent(example))
    assert warnings == ()


def indented(text: str) -> str:
    """The first block of code in ``text``."""
    lines = text.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("    "))
    block = itertools.takewhile(lambda line: not line or line.startswith("    "), lines[first:])
    return dedent("\n".join(block))


def test_the_hierarchy_of_the_page_has_the_levels_that_it_says() -> None:
    _, page = PAGE.split("### An organisation's hierarchy")
    definition, roster = indented(page), indented(page.split("`path` is the name")[1])
    head = dedent(PAGE.split("## The whole")[1].split("    attributes:")[0])
    survey, warnings = load(head + definition)
    assert warnings == ()
    entries = read_csv(roster.encode(), survey)
    paths = Counter(entry.attributes.get("unit", "") for entry in entries)
    steps = levels_from_paths(survey.attributes, paths, survey.languages)
    assert path_levels(steps, entries[0].attributes["unit"]) == ("sales", "inside", "team-a")
    assert path_levels(steps, entries[3].attributes["unit"]) == ("sales", "inside", "inside")
    assert path_levels(steps, entries[4].attributes["unit"]) == ("sales", "sales", "sales")
    assert entries[5].attributes == {}


def test_every_fault_of_a_path_is_listed() -> None:
    source = (ROOT / "privacy" / "hierarchy.py").read_text(encoding="utf-8")
    reported = set(re.findall(r'return "([a-z-]+)"', source))
    table = PAGE.split("A roster whose paths do not fit")[1].split("## Limits")[0]
    assert len(reported) > 5
    assert reported == set(re.findall(r"`([a-z-]+)`", table))


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
