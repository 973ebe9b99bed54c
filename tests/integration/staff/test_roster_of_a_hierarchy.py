"""Rosters with a column of paths: the sizes of every step, and faults with their lines."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

DEFINITION = """
id: nested
version: "1"
title: {en: Pulse, de: Puls}
languages: [en, de]
questions:
  - {id: advise, type: nps, text: {en: Would you recommend us?, de: Würden Sie uns empfehlen?}}
attributes:
  - {id: department, path: unit, text: {en: Department, de: Abteilung}}
  - {id: team, path: unit, text: {en: Team, de: Team}}
  - id: site
    source: roster
    text: {en: Site, de: Standort}
    levels:
      - {id: north, text: {en: North, de: Nord}}
      - {id: south, text: {en: South, de: Süd}}
breakdowns: [[department], [team], [site]]
"""
CSV = {"Content-Type": "text/csv"}


def sizes(summary: Any) -> dict[str, dict[str, Any]]:
    """The people in each level, and those whose level is unknown, by attribute."""
    return {
        attribute["id"]: {level["id"]: (level["parent"], level["people"]) for level in attribute["levels"]}
        | {"unknown": attribute["unknown"]}
        for attribute in summary["attributes"]
    }


def put(world: SimpleNamespace, *rows: str) -> Any:
    content = "\n".join(["person,unit,site", *rows]).encode()
    return world.call("PUT", "/surveys/nested/roster", content=content, headers=CSV)


def test_every_step_of_a_path_is_counted_whether_the_roster_is_csv_or_json(world: SimpleNamespace) -> None:
    world.survey(DEFINITION)
    assert world.ok("GET", "/surveys/nested")["roster_attributes"] == ["unit", "site"]
    rows = ["ada,Sales / Ants,north", "bob,Sales/Bees,", "cy,Sales,south", "dee,Øst / Ants 2,", "eve,,south"]
    from_csv = put(world, *rows).json()
    assert sizes(from_csv) == {
        "department": {"sales": (None, 3), "st-7c6fecbd": (None, 1), "unknown": 1},
        "team": {
            "ants": ("sales", 1),
            "bees": ("sales", 1),
            "sales": ("sales", 1),
            "ants-2": ("st-7c6fecbd", 1),
            "unknown": 1,
        },
        "site": {"north": (None, 1), "south": (None, 2), "unknown": 2},
    }
    assert from_csv["attributes"][0]["levels"][1]["text"] == {"en": "Øst", "de": "Øst"}
    assert [warning["place"] for warning in from_csv["warnings"]] == ["site.north", "site.south"]
    people = [
        {"person": person, "attributes": {"unit": unit, "site": site or None}}
        for person, unit, site in (row.split(",") for row in rows)
    ]
    from_json = world.ok("PUT", "/surveys/nested/roster", json={"people": people})
    assert from_json == from_csv == world.ok("GET", "/surveys/nested/roster", "analyst")


def test_a_team_under_two_departments_is_refused_with_its_lines(
    world: SimpleNamespace, problem_of: Callable
) -> None:
    world.survey(DEFINITION)
    put(world, "ada,Sales / Ants,north")
    answer = put(world, "ada,Sales / Ants,north", "bob,Field / Ants,", "cy,Sales / Ants / Desk,", "dee,/,")
    assert answer.status_code == 422
    faults = problem_of(answer)["problems"]
    assert [(fault["id"], fault["place"], fault["line"]) for fault in faults] == [
        ("two-parents", "line 3, column unit", 3),
        ("path-too-long", "line 4, column unit", 4),
        ("empty-step", "line 5, column unit", 5),
    ]
    assert "at line 2, column unit" in faults[0]["message"]
    assert "name of its own" in faults[0]["remedy"]
    for sent in ("Ants", "Field", "Desk", "bob"):
        assert sent not in answer.text
    assert world.ok("GET", "/surveys/nested/roster")["people"] == 1


def test_paths_that_a_later_definition_has_no_place_for_are_unknown(world: SimpleNamespace) -> None:
    steps = "  - {id: desk, path: unit, text: {en: Desk, de: Platz}}\n  - id: site"
    world.survey(DEFINITION.replace("  - id: site", steps, 1))
    put(world, "ada,Sales / Ants / One,north", "bob,Sales / Ants,south")
    version = DEFINITION.replace('version: "1"', 'version: "2"')
    world.ok("PUT", "/surveys/nested", json={"definition": version})
    found = sizes(world.ok("GET", "/surveys/nested/roster"))
    assert found["team"] == {"ants": ("sales", 1), "unknown": 1}
    assert found["department"] == {"sales": (None, 1), "unknown": 1}
