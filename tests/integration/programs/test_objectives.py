"""Objectives over HTTP: only what the program's survey holds, between values that it can have."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.programs.conftest import MENTORED, OBJECTIVE, ProgramWorld

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MEASURES: list[tuple[str, str | None, float]] = [
    ("item", "speak", 4.0),
    ("theme", "openness", 4.0),
    ("index", None, 4.0),
    ("enps", None, 20.0),
    ("participation", None, 80.0),
    ("outside", "retention", 95.0),
]


def test_an_objective_is_added_changed_and_deleted(
    world: ProgramWorld, every_row: Callable[..., Any]
) -> None:
    world.mentored()
    path = f"/programs/{world.program()}/objectives"
    made = world.ok("POST", path, json=OBJECTIVE)
    assert made["direction"] == "increase"
    change = {"measure": {"kind": "index"}, "target": 2.5, "direction": "decrease"}
    changed = world.ok("PATCH", f"{path}/{made['id']}", json=change)
    assert changed == {**made, **change, "measure": {"kind": "index", "ref": None}}
    assert every_row(path, "service") == [changed]
    world.ok("DELETE", f"{path}/{made['id']}")
    assert every_row(path) == []
    noted = [entry["action"] for entry in every_row("/audit", "admin")]
    assert noted[:3] == ["delete objective", "change objective", "add objective"]


@ON_SQLITE
def test_every_kind_of_measure_can_be_an_objective(
    world: ProgramWorld, every_row: Callable[..., Any]
) -> None:
    world.mentored()
    path = f"/programs/{world.program()}/objectives"
    for kind, ref, target in MEASURES:
        body = {**OBJECTIVE, "baseline": None, "measure": {"kind": kind, "ref": ref}, "target": target}
        world.ok("POST", path, json=body)
    rows = every_row(path, limit=2)
    assert {(row["measure"]["kind"], row["measure"]["ref"]) for row in rows} == {
        (kind, ref) for kind, ref, _ in MEASURES
    }


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("measure-not-in-survey", {"measure": {"kind": "item", "ref": "place"}}),
    ("measure-not-in-survey", {"measure": {"kind": "item", "ref": "openness"}}),
    ("measure-not-in-survey", {"measure": {"kind": "theme", "ref": "speak"}}),
    ("measure-ref", {"measure": {"kind": "item"}}),
    ("measure-ref", {"measure": {"kind": "outside"}}),
    ("measure-ref", {"measure": {"kind": "index", "ref": "speak"}}),
    ("out-of-range", {"target": 5.5}),
    ("out-of-range", {"baseline": 0.5}),
    ("out-of-range", {"measure": {"kind": "enps"}, "target": 101.0}),
    ("out-of-range", {"measure": {"kind": "participation"}, "target": -1.0}),
    ("target-against-direction", {"direction": "decrease"}),
    ("due-before-start", {"due": "2026-03-31"}),
    ("request", {"text": " "}),
    ("request", {"target": None}),
    ("request", {"due": "soon"}),
    ("request", {"direction": "sideways"}),
    ("request", {"measure": {"kind": "mood"}}),
]


@ON_SQLITE
def test_an_objective_that_cannot_be_measured_is_refused_and_changes_nothing(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    path = f"/programs/{world.program()}/objectives"
    made = world.ok("POST", path, json=OBJECTIVE)
    for fault, change in WRONG:
        for answer in (
            world.call("POST", path, json={**OBJECTIVE, **change}),
            world.call("PATCH", f"{path}/{made['id']}", json=change),
        ):
            assert answer.status_code == 422, change
            found = problem_of(answer)["problems"]
            assert fault in {one["id"] for one in found}, change
            assert all(one["remedy"] for one in found)
    assert world.ok("GET", path)["items"] == [made]


@ON_SQLITE
def test_the_remedy_lists_what_the_survey_holds(world: ProgramWorld, problem_of: Callable[..., Any]) -> None:
    world.mentored()
    body = {**OBJECTIVE, "measure": {"kind": "theme", "ref": "none"}}
    answer = world.call("POST", f"/programs/{world.program()}/objectives", json=body)
    remedy = problem_of(answer)["problems"][0]["remedy"]
    assert remedy == "use item speak, heard; theme openness; index; enps; participation"


@ON_SQLITE
def test_enps_needs_such_a_question_and_everything_but_outside_figures_a_survey(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    asked = (
        "  - {id: advise, type: nps, text: {en: Would you recommend us?, de: Würden Sie uns empfehlen?}}\n"
    )
    world.survey(MENTORED.replace("id: pulse", "id: other", 1).replace(asked, ""))
    other = f"/programs/{world.program(survey='other')}/objectives"
    enps = {**OBJECTIVE, "measure": {"kind": "enps"}, "baseline": None, "target": 20.0}
    assert problem_of(world.call("POST", other, json=enps))["problems"][0]["id"] == "measure-not-in-survey"
    none = world.program(survey=None, attribute=None, participants=[])
    refused = world.call("POST", f"/programs/{none}/objectives", json=OBJECTIVE)
    assert problem_of(refused)["problems"][0]["id"] == "survey-needed"
    outside = {**OBJECTIVE, "measure": {"kind": "outside", "ref": "retention"}, "target": 95.0}
    world.ok("POST", f"/programs/{none}/objectives", json=outside)
