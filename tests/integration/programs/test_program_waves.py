"""Which waves judge a program: those of its survey, under one label each, that ask what they asked before."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.programs.conftest import MENTORED, OBJECTIVE, ProgramWorld

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_wave_is_attached_labelled_anew_and_detached(
    world: ProgramWorld, every_row: Callable[..., Any]
) -> None:
    world.mentored()
    path = f"/programs/{world.program()}/waves"
    wave = world.opened()
    put = world.ok("PUT", f"{path}/{wave.wave}", json={"label": "baseline"})
    assert (put["id"], put["label"], put["state"]) == (wave.id, "baseline", "open")
    world.ok("PUT", f"{path}/{wave.id}", json={"label": "baseline"})
    again = world.ok("PUT", f"{path}/{wave.id}", json={"label": "other-1"})
    assert every_row(path, "service") == [again]
    second = f"/programs/{world.program()}/waves"
    world.ok("PUT", f"{second}/{wave.id}", json={"label": "end"})
    assert [row["label"] for row in every_row(second)] == ["end"]
    world.ok("DELETE", f"{path}/{wave.id}")
    assert every_row(path) == []
    assert world.ok("GET", f"/waves/{wave.id}")["state"] == "open"
    noted = [entry["action"] for entry in every_row("/audit", "admin")]
    assert noted.count("attach wave") == 3
    assert noted[0] == "detach wave"


@ON_SQLITE
def test_what_cannot_be_attached_is_refused_and_changes_nothing(
    world: ProgramWorld, problem_of: Callable[..., Any], every_row: Callable[..., Any]
) -> None:
    world.mentored()
    world.survey(MENTORED.replace("id: pulse", "id: other", 1))
    path = f"/programs/{world.program()}/waves"
    wave, strange = world.draft(), world.draft("other")
    world.ok("PUT", f"{path}/{wave}", json={"label": "baseline"})
    refused = world.call("PUT", f"{path}/{strange}", json={"label": "end"})
    assert problem_of(refused)["problems"][0]["id"] == "other-survey"
    second = world.draft()
    taken = world.call("PUT", f"{path}/{second}", json={"label": "baseline"})
    assert taken.status_code == 409
    assert wave in problem_of(taken)["detail"]
    for body in ({"label": "middle"}, {"label": "other-0"}, {}, {"label": "end", "more": 1}):
        assert world.call("PUT", f"{path}/{second}", json=body).status_code == 422
    none = world.program(survey=None, attribute=None, participants=[])
    refused = world.call("PUT", f"/programs/{none}/waves/{wave}", json={"label": "end"})
    assert problem_of(refused)["problems"][0]["id"] == "survey-needed"
    assert [row["id"] for row in every_row(path)] == [wave]
    assert every_row(f"/programs/{none}/waves") == []


@pytest.mark.parametrize("baseline_first", [True, False])
@ON_SQLITE
def test_a_wave_in_which_a_measure_changed_its_meaning_is_refused(
    world: ProgramWorld,
    problem_of: Callable[..., Any],
    every_row: Callable[..., Any],
    baseline_first: bool,
) -> None:
    world.mentored()
    program = world.program()
    path = f"/programs/{program}"
    world.ok("POST", f"{path}/objectives", json=OBJECTIVE)
    before = world.opened().id
    changed = MENTORED.replace('version: "1"', 'version: "2"').replace("I am heard.", "My boss hears me.")
    world.ok("PUT", "/surveys/pulse", json={"definition": changed})
    after = world.opened().id if baseline_first else world.draft()
    labels = [(before, "baseline"), (after, "end")]
    (first, label), (second, other) = labels if baseline_first else labels[::-1]
    world.ok("PUT", f"{path}/waves/{first}", json={"label": label})
    refused = problem_of(world.call("PUT", f"{path}/waves/{second}", json={"label": other}))
    (fault,) = refused["problems"]
    assert fault["id"] == "measure-changed-meaning"
    assert "openness" in fault["message"]
    assert "wording" in fault["message"]
    assert fault["remedy"]
    assert len(every_row(f"{path}/waves")) == 1


@ON_SQLITE
def test_what_no_objective_measures_may_change(world: ProgramWorld, problem_of: Callable[..., Any]) -> None:
    world.mentored()
    path = f"/programs/{world.program()}"
    item = {**OBJECTIVE, "measure": {"kind": "item", "ref": "speak"}}
    world.ok("POST", f"{path}/objectives", json=item)
    world.ok("PUT", f"{path}/waves/{world.draft()}", json={"label": "baseline"})
    changed = MENTORED.replace('version: "1"', 'version: "2"').replace("I am heard.", "My boss hears me.")
    world.ok("PUT", "/surveys/pulse", json={"definition": changed})
    world.ok("PUT", f"{path}/waves/{world.draft()}", json={"label": "end"})
    for measure in (
        {"kind": "theme", "ref": "openness"},
        {"kind": "index"},
        {"kind": "item", "ref": "heard"},
    ):
        refused = world.call("POST", f"{path}/objectives", json={**OBJECTIVE, "measure": measure})
        assert problem_of(refused)["problems"][0]["id"] == "measure-changed-meaning"
    enps = {**OBJECTIVE, "measure": {"kind": "enps"}, "baseline": None, "target": 10.0}
    world.ok("POST", f"{path}/objectives", json=enps)
