"""Programs over HTTP: what holds together is stored and noted, and nothing else is."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.programs.conftest import MENTORED, OBJECTIVE, PROGRAM, ProgramWorld

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_program_is_added_changed_and_deleted(world: ProgramWorld, every_row: Callable[..., Any]) -> None:
    world.mentored()
    made = world.ok("POST", "/programs", json=PROGRAM)
    assert made["state"] == "planned"
    assert made["comparison"] == {"kind": "rest"}
    against = {"kind": "levels", "levels": ["waiting"]}
    changed = world.ok(
        "PATCH",
        f"/programs/{made['id']}",
        json={"comparison": against, "stratum": {"attribute": "unit", "level": "north"}, "sponsor": ""},
    )
    assert changed == {
        **made,
        "comparison": against,
        "stratum": {"attribute": "unit", "level": "north"},
        "sponsor": "",
    }
    assert world.ok("GET", f"/programs/{made['id']}", "service") == changed
    assert every_row("/programs", "service") == [changed]
    assert world.ok("PATCH", f"/programs/{made['id']}", json={"stratum": None})["stratum"] is None
    world.ok("DELETE", f"/programs/{made['id']}")
    assert every_row("/programs") == []
    noted = [entry["action"] for entry in every_row("/audit", "admin")]
    assert noted[:4] == ["delete program", "change program", "change program", "add program"]


def test_every_program_is_on_one_page_of_the_list(world: ProgramWorld, every_row: Callable[..., Any]) -> None:
    world.mentored()
    days = ["2026-05-01", "2026-04-01", "2026-04-01", "2026-06-01", "2026-04-01"]
    made = [world.program(starts_on=day) for day in days]
    rows = every_row("/programs", limit=2)
    assert sorted(row["id"] for row in rows) == sorted(made)
    assert [row["starts_on"] for row in rows] == sorted(days)
    world.ok("PATCH", f"/programs/{made[0]}", json={"state": "running"})
    assert [row["id"] for row in every_row("/programs", state="running")] == [made[0]]
    assert every_row("/programs", survey="other") == []


@ON_SQLITE
def test_states_follow_each_other_and_none_goes_back(world: ProgramWorld) -> None:
    world.mentored()
    path = f"/programs/{world.program()}"
    for state, wrong in (
        ("planned", "ended"),
        ("running", "planned"),
        ("ended", "running"),
        ("reviewed", "ended"),
    ):
        assert world.ok("PATCH", path, json={"state": state})["state"] == state
        refused = world.call("PATCH", path, json={"state": wrong})
        assert refused.status_code == 409
        assert "next" in refused.text or "make a new program" in refused.text
        assert world.ok("GET", path)["state"] == state
    assert world.call("DELETE", path).status_code == 409


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("request", {"name": "  "}),
    ("request", {"kind": "party"}),
    ("request", {"roles": ["boss"]}),
    ("request", {"starts_on": "soon"}),
    ("request", {"comparison": {"kind": "rest", "levels": []}}),
    ("request", {"comparison": {"kind": "levels", "levels": []}}),
    ("request", {"extra": 1}),
    ("program-dates", {"ends_on": "2026-04-01"}),
    ("unknown-survey", {"survey": "none"}),
    ("survey-needed", {"survey": None}),
    ("unknown-attribute", {"attribute": "none"}),
    ("attribute-needed", {"attribute": None}),
    ("participants-needed", {"participants": []}),
    ("unknown-level", {"participants": ["mentor"]}),
    ("level-twice", {"participants": ["mentee", "mentee"]}),
    ("nobody-to-compare", {"participants": ["mentee", "waiting", "neither"]}),
    ("comparison-overlaps", {"comparison": {"kind": "levels", "levels": ["waiting", "mentee"]}}),
    ("unknown-level", {"comparison": {"kind": "levels", "levels": ["none"]}}),
    ("unknown-attribute", {"stratum": {"attribute": "takes-part", "level": "mentee"}}),
    ("unknown-level", {"stratum": {"attribute": "unit", "level": "west"}}),
]


@ON_SQLITE
def test_what_does_not_hold_together_is_refused_with_a_remedy_and_changes_nothing(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    made = world.program()
    before = world.ok("GET", f"/programs/{made}")
    for fault, change in WRONG:
        answer = world.call("POST", "/programs", json={**PROGRAM, **change})
        assert answer.status_code == 422, change
        assert fault in {one["id"] for one in problem_of(answer)["problems"]}, change
        assert all(one["remedy"] for one in problem_of(answer)["problems"])
        assert world.call("PATCH", f"/programs/{made}", json=change).status_code == 422, change
    assert world.ok("GET", "/programs")["items"] == [before]


@ON_SQLITE
def test_every_fault_comes_back_at_once(world: ProgramWorld, problem_of: Callable[..., Any]) -> None:
    world.mentored()
    wrong = {"ends_on": "2026-01-01", "participants": ["nobody"], "stratum": {"attribute": "x", "level": "y"}}
    found = problem_of(world.call("POST", "/programs", json={**PROGRAM, **wrong}))["problems"]
    assert [one["place"] for one in found] == ["ends_on", "participants", "stratum.attribute"]


@ON_SQLITE
def test_a_program_that_anything_is_attached_to_stays(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    program = world.program()
    path = f"/programs/{program}"
    objective = world.ok("POST", f"{path}/objectives", json=OBJECTIVE)["id"]
    wave = world.draft()
    world.ok("PUT", f"{path}/waves/{wave}", json={"label": "baseline"})
    figure = {"name": "retention", "day": "2026-09-30", "value": 96, "people": 20}
    figure_id = world.ok("POST", f"{path}/outside-figures", json=figure)["id"]
    for address in (f"objectives/{objective}", f"outside-figures/{figure_id}", f"waves/{wave}"):
        refused = world.call("DELETE", path)
        assert refused.status_code == 409
        assert "delete or detach" in problem_of(refused)["detail"]
        world.ok("DELETE", f"{path}/{address}")
    world.ok("DELETE", path)


@ON_SQLITE
def test_the_survey_changes_only_without_waves_and_with_objectives_that_it_holds(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    other = MENTORED.replace("id: pulse", "id: other", 1).replace("openness", "candour")
    world.survey(other)
    path = f"/programs/{world.program()}"
    objective = world.ok("POST", f"{path}/objectives", json=OBJECTIVE)["id"]
    refused = problem_of(world.call("PATCH", path, json={"survey": "other"}))
    assert refused["problems"][0]["id"] == "measure-not-in-survey"
    assert objective in refused["problems"][0]["place"]
    world.ok("DELETE", f"{path}/objectives/{objective}")
    wave = world.draft()
    world.ok("PUT", f"{path}/waves/{wave}", json={"label": "baseline"})
    assert world.call("PATCH", path, json={"survey": "other"}).status_code == 409
    world.ok("DELETE", f"{path}/waves/{wave}")
    assert world.ok("PATCH", path, json={"survey": "other"})["survey"] == "other"


@ON_SQLITE
def test_a_program_moves_on_though_its_survey_has_lost_what_it_names(world: ProgramWorld) -> None:
    world.mentored()
    path = f"/programs/{world.program()}"
    shorter = MENTORED.replace('version: "1"', 'version: "2"').replace("takes-part", "joined")
    world.ok("PUT", "/surveys/pulse", json={"definition": shorter})
    assert world.ok("PATCH", path, json={"state": "running"})["state"] == "running"
    assert world.call("PATCH", path, json={"participants": ["waiting"]}).status_code == 422
    assert world.ok("PATCH", path, json={"attribute": "joined"})["attribute"] == "joined"


@ON_SQLITE
def test_what_is_not_there_is_not_found(world: ProgramWorld) -> None:
    world.mentored()
    program = world.program()
    objective = world.ok("POST", f"/programs/{program}/objectives", json=OBJECTIVE)["id"]
    other = world.program()
    for method, path in (
        ("GET", "/programs/p-none"),
        ("PATCH", "/programs/p-none"),
        ("GET", "/programs/p-none/objectives"),
        ("PATCH", f"/programs/{other}/objectives/{objective}"),
        ("DELETE", f"/programs/{other}/objectives/{objective}"),
        ("GET", "/programs/p-none/waves"),
        ("DELETE", f"/programs/{program}/waves/w-none"),
        ("GET", "/programs/p-none/outside-figures"),
        ("DELETE", f"/programs/{program}/outside-figures/f-none"),
    ):
        assert world.call(method, path, **({"json": {}} if method == "PATCH" else {})).status_code == 404
