"""Actions over HTTP: only what fits the survey is stored, and all of it is noted."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

ACTIONS = "/surveys/pulse/actions"
TEXT = {"en": "Two rounds of feedback", "de": "Zwei Runden"}


def test_an_action_is_added_changed_published_and_deleted(
    world: SimpleNamespace, every_row: Callable[..., Any]
) -> None:
    world.survey()
    world.roster()
    wave = world.released()
    body = {"text": TEXT, "theme": "openness", "wave": wave.wave, "due": "2026-06-30", "owner": "Robin"}
    made = world.ok("POST", ACTIONS, json=body)
    assert made["wave"] == wave.id
    assert (made["state"], made["published"]) == ("planned", False)
    changed = world.ok(
        "PATCH", f"{ACTIONS}/{made['id']}", json={"state": "done", "published": True, "due": None}
    )
    assert changed == {**made, "state": "done", "published": True, "due": None}
    assert every_row(ACTIONS, "service") == [changed]
    world.ok("DELETE", f"{ACTIONS}/{made['id']}")
    assert every_row(ACTIONS) == []
    noted = [entry["action"] for entry in every_row("/audit", "admin")]
    assert noted[:3] == ["delete action", "change action", "add action"]


def test_every_action_is_on_one_page_of_the_list(
    world: SimpleNamespace, every_row: Callable[..., Any]
) -> None:
    world.survey()
    made = [world.ok("POST", ACTIONS, json={"text": TEXT})["id"] for _ in range(5)]
    assert sorted(row["id"] for row in every_row(ACTIONS, limit=2)) == sorted(made)


WRONG: list[dict[str, Any]] = [
    {},
    {"text": {}},
    {"text": {"en": "   "}},
    {"text": {"en": "a\x00b"}},
    {"text": {"en": "x" * 1001}},
    {"text": {"fr": "Deux"}},
    {"text": TEXT, "state": "someday"},
    {"text": TEXT, "theme": "none"},
    {"text": TEXT, "wave": "w-none"},
    {"text": TEXT, "due": "soon"},
    {"text": TEXT, "published": "yes"},
    {"text": TEXT, "extra": 1},
]


@pytest.mark.parametrize("body", WRONG, ids=str)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_does_not_fit_is_refused_and_nothing_is_stored(
    world: SimpleNamespace, problem_of: Callable[..., Any], body: dict[str, Any]
) -> None:
    world.survey()
    answer = world.call("POST", ACTIONS, json=body)
    assert answer.status_code == 422
    assert problem_of(answer)["problems"]
    assert world.ok("GET", ACTIONS)["items"] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_action_belongs_to_its_survey(world: SimpleNamespace, definition: str) -> None:
    world.survey()
    world.survey(definition.replace("id: pulse", "id: other", 1))
    made = world.ok("POST", ACTIONS, json={"text": TEXT})
    assert world.call("PATCH", f"/surveys/other/actions/{made['id']}", json={}).status_code == 404
    assert world.call("DELETE", f"/surveys/other/actions/{made['id']}").status_code == 404
    assert world.call("GET", "/surveys/none/actions").status_code == 404
    assert world.call("POST", "/surveys/none/actions", json={"text": TEXT}).status_code == 404


PROGRAM = {"name": "Mentoring", "kind": "mentorship", "starts_on": "2026-03-10", "ends_on": "2026-09-10"}
OBJECTIVE = {"text": "More openness", "measure": {"kind": "index"}, "target": 4.0, "due": "2026-09-10"}


def program(world: SimpleNamespace, **fields: Any) -> SimpleNamespace:
    """A program that the survey judges, with one objective."""
    made = world.ok("POST", "/programs", json={**PROGRAM, "survey": "pulse", **fields})["id"]
    return SimpleNamespace(
        id=made, objective=world.ok("POST", f"/programs/{made}/objectives", json=OBJECTIVE)["id"]
    )


def test_an_action_is_tied_to_an_objective_of_a_program_and_listed_with_it(
    world: SimpleNamespace, every_row: Callable[..., Any]
) -> None:
    world.survey()
    one, other = program(world), program(world)
    tie = {"program": one.id, "objective": one.objective}
    made = world.ok("POST", ACTIONS, json={"text": TEXT, **tie})
    assert {name: made[name] for name in tie} == tie
    untied = world.ok("POST", ACTIONS, json={"text": TEXT})
    assert (untied["program"], untied["objective"]) == (None, None)
    assert every_row(f"/programs/{one.id}/actions", "service") == [made]
    assert every_row(f"/programs/{other.id}/actions") == []
    moved = {"program": other.id, "objective": None}
    assert world.ok("PATCH", f"{ACTIONS}/{made['id']}", json=moved) == {**made, **moved}
    assert [row["id"] for row in every_row(f"/programs/{other.id}/actions", limit=1)] == [made["id"]]
    assert world.call("GET", "/programs/p-none/actions").status_code == 404


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_tie_that_does_not_hold_is_refused(
    world: SimpleNamespace, problem_of: Callable[..., Any], definition: str
) -> None:
    world.survey()
    world.survey(definition.replace("id: pulse", "id: other", 1))
    here, there, second = program(world), program(world, survey="other"), program(world)
    made = world.ok("POST", ACTIONS, json={"text": TEXT, "program": here.id, "objective": here.objective})
    for tie, fault in (
        ({"program": there.id}, "unknown-program"),
        ({"program": "p-none"}, "unknown-program"),
        ({"program": "\x7f"}, "string_pattern_mismatch"),
        ({"objective": here.objective, "program": None}, "program-needed"),
        ({"program": here.id, "objective": second.objective}, "unknown-objective"),
        ({"program": second.id, "objective": "o-none"}, "unknown-objective"),
    ):
        answer = world.call("POST", ACTIONS, json={"text": TEXT, **tie})
        assert answer.status_code == 422, tie
        if fault != "string_pattern_mismatch":
            assert problem_of(answer)["problems"][0]["id"] == fault
        assert world.call("PATCH", f"{ACTIONS}/{made['id']}", json=tie).status_code == 422, tie
    # What a change leaves out counts as it is: the objective is not one of the other program.
    alone = world.call("PATCH", f"{ACTIONS}/{made['id']}", json={"program": second.id})
    assert problem_of(alone)["problems"][0]["id"] == "unknown-objective"
    assert world.ok("GET", ACTIONS)["items"] == [made]
