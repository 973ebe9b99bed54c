"""Rosters as JSON: every fault with its place, and nothing that was sent."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.errors import Invalid
from privacy.survey import Attribute, Option, Survey
from service.store.rosters import RosterEntry
from service.surveys.roster_json import read_json

SURVEY = Survey(
    id="s",
    version="1",
    title={"en": "S"},
    languages=("en",),
    questions=(),
    attributes=(
        Attribute("unit", {"en": "Unit"}, (Option("north", {}), Option("south", {})), "roster"),
        Attribute("age", {"en": "Age"}, (Option("young", {}), Option("old", {})), "self"),
    ),
)


def read(value: Any) -> list[RosterEntry]:
    """The roster in a JSON value."""
    return read_json(json.dumps(value).encode(), SURVEY)


def faults(content: bytes) -> list[tuple[str, str]]:
    """Ids and places of the faults."""
    with pytest.raises(Invalid) as caught:
        read_json(content, SURVEY)
    return [(problem.id, problem.place) for problem in caught.value.problems]


def test_null_and_empty_are_not_known() -> None:
    people = [
        {"person": name, "attributes": {"unit": level}}
        for name, level in (("ada", "north"), ("bob", None), ("eve", ""))
    ]
    assert read({"people": people}) == [
        RosterEntry("ada", {"unit": "north"}),
        RosterEntry("bob", {}),
        RosterEntry("eve", {}),
    ]


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({"attributes": {"unit": "north"}}, [("missing-person", "person")]),
        ({"person": "", "attributes": {"unit": "north"}}, [("missing-person", "person")]),
        (
            {"person": 5, "attributes": {"unit": "west"}},
            [("wrong-type", "person"), ("unknown-level", "attributes.unit")],
        ),
        ({"person": "a\ud800", "attributes": {"unit": None}}, [("unreadable-person", "person")]),
        ({"person": "ada"}, [("missing-attribute", "attributes.unit")]),
        ({"person": "ada", "attributes": {}}, [("missing-attribute", "attributes.unit")]),
        ({"person": "ada", "attributes": {"unit": 5}}, [("wrong-type", "attributes.unit")]),
        (
            {"person": "ada", "attributes": {"unit": None, "age": "old"}},
            [("unknown-attribute", "attributes")],
        ),
        ({"person": "ada", "attributes": []}, [("wrong-type", "attributes")]),
        ({"person": "ada", "attributes": {"unit": None}, "more": 1}, [("shape", "")]),
        ("ada", [("shape", "")]),
    ],
)
def test_every_fault_of_an_entry_is_told_with_its_place(entry: Any, found: list[tuple[str, str]]) -> None:
    good = {"person": "eve", "attributes": {"unit": "south"}}
    content = json.dumps({"people": [good, entry]}).encode()
    expected = [(name, f"people[1].{place}" if place else "people[1]") for name, place in found]
    assert faults(content) == expected


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", ("json", "body")),
        (b"{", ("json", "body")),
        (b"\xff", ("json", "body")),
        (b"[" * 100_000, ("json", "body")),
        (b"[]", ("shape", "body")),
        (b'{"people": {}}', ("shape", "body")),
        (b'{"people": [], "more": 1}', ("shape", "body")),
        (b'{"people": []}', ("empty-roster", "roster")),
        (
            b'{"people": [{"person": "a", "person": "b", "attributes": {"unit": null}}]}',
            ("repeated-field", "body"),
        ),
    ],
)
def test_what_is_no_roster_is_refused(content: bytes, found: tuple[str, str]) -> None:
    assert faults(content) == [found]


def test_a_person_named_twice_is_told_where() -> None:
    people = [{"person": name, "attributes": {"unit": None}} for name in ("ada", "bob", " ada ")]
    with pytest.raises(Invalid) as caught:
        read({"people": people})
    [problem] = caught.value.problems
    assert (problem.id, problem.place) == ("repeated-person", "people[2].person")
    assert problem.message == "the same person as at people[0]"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["people", "person", "attributes", "unit", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_any_value_is_a_roster_or_invalid(value: Any) -> None:
    for sent in (value, {"people": value}, {"people": [value]}):
        try:
            entries = read(sent)
        except Invalid:
            continue
        assert entries


def test_a_path_stands_under_its_name_and_its_faults_name_both_places() -> None:
    steps = tuple(
        Attribute(name, {"en": name}, (), "roster", path="place", parent=parent)
        for name, parent in (("department", None), ("team", "department"))
    )
    survey = replace(SURVEY, attributes=steps)
    people = [
        {"person": name, "attributes": {"place": path}}
        for name, path in (("ada", "Sales/Ants"), ("bob", None), ("eve", "Field / Bees"))
    ]
    assert read_json(json.dumps({"people": people}).encode(), survey) == [
        RosterEntry("ada", {"place": "Sales / Ants"}),
        RosterEntry("bob", {}),
        RosterEntry("eve", {"place": "Field / Bees"}),
    ]
    people[2]["attributes"] = {"place": "Field / Ants"}
    with pytest.raises(Invalid) as caught:
        read_json(json.dumps({"people": people}).encode(), survey)
    [problem] = caught.value.problems
    assert (problem.id, problem.place) == ("two-parents", "people[2].attributes.place")
    assert "at people[0].attributes.place" in problem.message
