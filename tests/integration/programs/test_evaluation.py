"""Evaluations over HTTP: what released waves say, as JSON and CSV, alone and side by side."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.programs.conftest import MENTORED, OBJECTIVE, ProgramWorld

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TABLES = [[], ["takes-part"]]


def judged(world: ProgramWorld, *labels: str) -> str:
    """A program with a released wave of each label; its id."""
    program = world.program()
    for label in labels:
        wave = world.released(600, tables=TABLES, epsilon=2.0)
        world.ok("PUT", f"/programs/{program}/waves/{wave.id}", json={"label": label})
        world.now += timedelta(days=200)
    return program


def test_an_evaluation_tells_of_released_waves_objectives_and_caveats(world: ProgramWorld) -> None:
    world.mentored(900)
    program = judged(world, "baseline", "end")
    objective = world.ok("POST", f"/programs/{program}/objectives", json=OBJECTIVE)["id"]
    draft = world.draft()
    world.ok("PUT", f"/programs/{program}/waves/{draft}", json={"label": "one-month"})
    found = world.ok("GET", f"/programs/{program}/evaluation", "service")
    assert (found["program"], found["language"]) == (program, "en")
    assert [wave["label"] for wave in found["waves"]] == ["baseline", "end"]
    assert [one["id"] for one in found["objectives"]] == [objective]
    kinds = {one["kind"] for one in found["comparisons"]}
    assert {"groups", "before-after", "difference-in-differences"} <= kinds
    assert {one["measure"]["kind"] for one in found["comparisons"]} >= {"item", "theme", "index", "enps"}
    assert found["compared"] > 1
    assert found["caveats"]
    german = world.ok("GET", f"/programs/{program}/evaluation?language=de")
    assert "Offenheit" in {one["text"] for one in german["comparisons"]}
    assert world.call("GET", f"/programs/{program}/evaluation?language=fr").status_code == 422


@ON_SQLITE
def test_the_comparisons_are_the_same_as_csv(world: ProgramWorld) -> None:
    world.mentored(900)
    program = judged(world, "baseline", "end")
    found = world.ok("GET", f"/programs/{program}/evaluation")
    answer = world.call("GET", f"/programs/{program}/evaluation", headers={"accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    told = [*found["comparisons"], *found["decay"]]
    assert len(rows) == len(told)
    for row, one in zip(rows, told, strict=True):
        assert (row["kind"], row["measure"], row["sentence"]) == (
            one["kind"],
            one["measure"]["kind"],
            one["sentence"],
        )
        assert row["value"] == ("" if one["estimate"] is None else str(one["estimate"]["value"]))


@ON_SQLITE
def test_a_program_without_released_waves_says_so(world: ProgramWorld) -> None:
    world.mentored()
    for program in (world.program(), world.program(survey=None, attribute=None, participants=[])):
        found = world.ok("GET", f"/programs/{program}/evaluation")
        assert found["comparisons"] == []
        assert found["caveats"]
    assert world.call("GET", "/programs/p-none/evaluation").status_code == 404


@ON_SQLITE
def test_several_programs_stand_side_by_side_with_verdicts_that_allow_for_their_number(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored(900)
    first = judged(world, "baseline", "end")
    second = world.program(participants=["waiting"])
    for row in world.ok("GET", f"/programs/{first}/waves")["items"]:
        world.ok("PUT", f"/programs/{second}/waves/{row['id']}", json={"label": row["label"]})
    third = world.program()
    named = {"program": [first, second, third]}
    found = world.ok("GET", "/evaluations", "service", params=named)
    assert found["measure"] == {"kind": "index", "ref": None}
    assert [one["program"] for one in found["programs"]] == named["program"]
    assert found["compared"] == 2
    assert found["expected_by_chance"] == 0.2
    assert found["programs"][2]["comparison"] is None
    assert found["programs"][0]["comparison"]["measure"]["kind"] == "index"
    theme = {**named, "measure": "theme", "ref": "openness"}
    assert world.ok("GET", "/evaluations", params=theme)["programs"][1]["simultaneous"] is not None
    for wrong in (
        {},
        {"program": [first, first]},
        {"program": first, "measure": "theme"},
        {"program": first, "ref": "openness"},
        {"program": first, "measure": "outside", "ref": "retention"},
    ):
        assert problem_of(world.call("GET", "/evaluations", params=wrong))["status"] == 422
    assert world.call("GET", "/evaluations", params={"program": [first, "p-none"]}).status_code == 404


@ON_SQLITE
def test_the_detectable_effect_is_told_before_anybody_is_asked(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored(600)
    path = f"/programs/{world.program()}/detectable"
    found = world.ok("GET", path, "analyst", params={"epsilon": 4.0, "rate": 0.7, "paired_measures": 1})
    assert (found["people"], found["others"], found["rate"]) == (200, 400, 0.7)
    by_shape = {(one["shape"], one["kind"]): one["effect"] for one in found["effects"]}
    assert by_shape["groups", "index"] is not None
    assert ("paired-difference", "item") in by_shape
    assert "With 200 who take part and 400 others" in found["effects"][0]["sentence"]
    closer = world.ok("GET", path, params={"epsilon": 4.0, "rate": 1.0})
    assert closer["effects"][0]["effect"] < found["effects"][0]["effect"]
    for wrong in ({"epsilon": 0}, {"rate": 1.5}, {"people": 0}, {"paired_measures": 13}):
        assert world.call("GET", path, params=wrong).status_code == 422
    groupless = world.program(survey=None, attribute=None, participants=[])
    assert world.call("GET", f"/programs/{groupless}/detectable").status_code == 409


@ON_SQLITE
def test_without_a_roster_the_detectable_effect_needs_numbers(world: ProgramWorld) -> None:
    world.survey(MENTORED.replace("id: takes-part\n    source: roster", "id: takes-part\n    source: self"))
    path = f"/programs/{world.program()}/detectable"
    assert world.call("GET", path).status_code == 409
    found = world.ok("GET", path, params={"people": 60, "others": 240})
    assert (found["people"], found["others"]) == (60, 240)
    people = [{"person": f"p{number}", "attributes": {"unit": "north"}} for number in range(300)]
    world.ok("PUT", "/surveys/pulse/roster", json={"people": people})
    assert world.call("GET", path).status_code == 422
    assert world.ok("GET", path, params={"people": 60})["others"] == 240
