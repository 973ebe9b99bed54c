"""Planning over HTTP and on the command line: what would be said and cost, before anything is frozen."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from privacy.plan import check_policy
from service.cli import main

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PLAN = "/surveys/pulse/plan"

HIERARCHY = """
  - {id: division, path: organisation, text: {en: Division, de: Bereich}}
  - {id: team, path: organisation, text: {en: Team, de: Team}}
breakdowns:
  - [unit]
  - [division]
  - [team]
"""


def with_hierarchy(definition: str) -> str:
    return definition.replace("\nbreakdowns:\n  - [unit]\n", HIERARCHY).replace(
        'version: "1"', 'version: "2"'
    )


def organised(world: SimpleNamespace, sizes: Mapping[str, int]) -> None:
    people = [
        {"person": f"{path} {number}", "attributes": {"unit": "north", "organisation": path}}
        for path, size in sizes.items()
        for number in range(size)
    ]
    for place, person in enumerate(people):
        person["attributes"]["unit"] = ("north", "south")[place % 2]
    world.ok("PUT", "/surveys/pulse/roster", json={"people": people})


SIZES = {"Sales / Inside": 60, "Sales / Field": 50, "Works / Night": 7, "Works / Day": 90, "Works": 4}


def test_a_plan_tells_margins_cost_and_alternatives_and_stores_nothing(world: SimpleNamespace) -> None:
    world.survey()
    world.roster(300)
    plan = world.ok("POST", PLAN, json={"epsilon": 2})
    assert plan["survey"] == "pulse"
    assert plan["tables"] == [[], ["unit"]]
    assert {row["id"] for row in plan["alternatives"]} >= {"as-asked", "whole-only", "higher-epsilon"}
    asked = plan["alternatives"][0]
    assert asked["epsilon"] == pytest.approx(2, abs=0.001)
    assert asked["year_epsilon"] == asked["epsilon"]  # the survey has no cadence
    expected = {
        (tuple(one["table"]), one["figure"], one["question"], one["theme"]): one
        for one in plan["plan"]["expected"]
    }
    whole = expected[(), "mean", "speak", None]
    unit = expected[("unit",), "mean", "speak", None]
    assert 0 < whole["margin"] < unit["margin"]
    assert unit["groups"] == 2
    assert expected[(), "nps", "advise", None]["limit"] == 30
    assert world.ok("GET", "/waves")["items"] == []
    assert world.ok("POST", PLAN, json={"epsilon": 2}) == plan


def test_the_groups_of_a_hierarchy_are_merged_planned_frozen_and_kept(
    world: SimpleNamespace, definition: str
) -> None:
    world.survey(with_hierarchy(definition))
    organised(world, SIZES)
    plan = world.ok("POST", PLAN, json={})
    assert [group["invited"] for group in plan["groups"]["division"]] == [110, 101]
    teams = {group["text"]["de"]: group["invited"] for group in plan["groups"]["team"]}
    assert teams == {"Field": 50, "Inside": 60, "Day": 90, "Night, Works": 11}
    assert any("night" in note for note in plan["plan"]["notes"])
    draft = world.ok("GET", f"/waves/{world.draft(merge_at=10)}")
    assert draft["plan"]["chosen"]["weights"] == plan["plan"]["weights"]
    assert draft["plan"]["chosen"]["expected"] == plan["plan"]["expected"]
    wave = world.ok("POST", f"/waves/{draft['id']}/open")["wave"]
    manifest = world.manifest(wave)
    check_policy(manifest)
    levels = {attribute.id: attribute.levels for attribute in manifest.attributes}
    assert sum(level.invited or 0 for level in levels["team"]) == sum(SIZES.values())
    assert [level.parent for level in levels["team"]] == ["sales", "sales", "works", "works"]
    assert manifest.policy.weights.tables == tuple(plan["plan"]["weights"]["tables"])
    # A group that was merged stays so, although it would be large enough now.
    organised(world, {**SIZES, "Works / Night": 40, "Works": 30})
    kept = world.ok("POST", PLAN, json={})["groups"]["team"]
    assert [group["invited"] for group in kept] == [50, 60, 90, 70]
    afresh = world.ok("POST", PLAN, json={"fresh_groups": True})["groups"]["team"]
    assert [group["invited"] for group in afresh] == [50, 60, 90, 40, 30]


@ON_SQLITE
def test_groups_are_kept_over_a_wave_that_left_the_attribute_out(
    world: SimpleNamespace, definition: str
) -> None:
    south = "- {id: south, text: {en: South, de: Süd}}"
    east = "- {id: east, text: {en: East, de: Ost}}"
    world.survey(definition.replace(south, f"{south}\n      {east}"))
    for north, others in ((100, 6), (100, 3)):
        send_units(world, {"north": north, "south": others, "east": others})
        wave = world.opened(merge_at=10)
        world.ok("POST", f"/waves/{wave.id}/close")
    assert [attribute.id for attribute in world.manifest(wave.id).attributes] == ["tenure"]
    send_units(world, {"north": 100, "south": 50, "east": 50})
    groups = world.ok("POST", PLAN, json={})["groups"]["unit"]
    assert [group["members"] for group in groups] == [[], ["south", "east"]]


def send_units(world: SimpleNamespace, sizes: Mapping[str, int]) -> None:
    people = [
        {"person": f"{unit} {number}", "attributes": {"unit": unit}}
        for unit, size in sizes.items()
        for number in range(size)
    ]
    world.ok("PUT", "/surveys/pulse/roster", json={"people": people})


@ON_SQLITE
def test_a_draft_opens_with_its_plan_on_the_roster_as_it_is_then(world: SimpleNamespace) -> None:
    world.survey()
    world.roster(300)
    draft = world.draft(merge_at=10)
    planned = world.ok("GET", f"/waves/{draft}")["plan"]["chosen"]
    world.roster(360)
    opened = world.ok("POST", f"/waves/{draft}/open")
    assert opened["invited"] == 360
    assert opened["plan"]["chosen"]["weights"] == planned["weights"]
    assert [level.invited for level in world.manifest(draft).attributes[0].levels] == [180, 180]


@ON_SQLITE
def test_a_draft_whose_roster_shrank_to_nothing_useful_does_not_open(
    world: SimpleNamespace, problem_of: Callable
) -> None:
    world.survey()
    world.roster(300)
    draft = world.draft(allow_empty=False)
    world.roster(12)
    answer = world.call("POST", f"/waves/{draft}/open")
    assert [fault["id"] for fault in problem_of(answer)["problems"]] == ["nothing-would-show"]
    assert world.ok("GET", f"/waves/{draft}")["state"] == "draft"
    assert world.ok("GET", "/ledger")["items"] == []


@ON_SQLITE
def test_a_draft_made_before_the_roster_is_planned_when_it_opens(world: SimpleNamespace) -> None:
    world.survey()
    draft = world.draft(allow_empty=False)
    assert world.ok("GET", f"/waves/{draft}")["plan"]["chosen"] is None
    world.roster(300)
    assert world.ok("POST", f"/waves/{draft}/open")["plan"]["chosen"]["invited"] == 300


BAD: list[tuple[dict[str, Any], set[str]]] = [
    ({"tables": [["floor"]]}, {"unknown-attribute"}),
    ({"importance": {"nothing": 2}}, {"unknown-importance"}),
    ({"importance": {"speak": 100}}, {"importance-out-of-range"}),
    ({"k": 301}, {"comment-k", "roster-below-k"}),
    ({"epsilon": 0.05}, {"nothing-would-show"}),
]


@ON_SQLITE
@pytest.mark.parametrize(("body", "expected"), BAD)
def test_what_cannot_be_planned_is_refused_before_anything_is_frozen(
    world: SimpleNamespace, problem_of: Callable, body: dict[str, Any], expected: set[str]
) -> None:
    world.survey()
    world.roster(300)
    planned = world.call("POST", PLAN, json=body)
    assert planned.status_code == 422
    found = {fault["id"] for fault in problem_of(planned)["problems"]}
    assert found <= expected
    times = {"opens_at": "2026-03-02T08:00:00Z", "closes_at": "2026-03-09T08:00:00Z"}
    drafted = world.call("POST", "/surveys/pulse/waves", json={**times, **body})
    assert drafted.status_code == 422
    assert {fault["id"] for fault in problem_of(drafted)["problems"]} == expected
    assert world.ok("GET", "/waves")["items"] == []


@ON_SQLITE
def test_a_draft_that_would_show_nothing_is_told_a_larger_epsilon_within_the_cap(
    world: SimpleNamespace, problem_of: Callable
) -> None:
    world.survey()
    world.roster(60)
    times = {"opens_at": "2026-03-02T08:00:00Z", "closes_at": "2026-03-09T08:00:00Z"}
    body = {**times, "epsilon": 1.6, "tables": [[]]}
    [fault] = problem_of(world.call("POST", "/surveys/pulse/waves", json=body))["problems"]
    assert fault["id"] == "nothing-would-show"
    assert "with epsilon 2.4" in fault["remedy"]


@ON_SQLITE
def test_a_plan_needs_a_roster(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    answer = world.call("POST", PLAN, json={})
    assert answer.status_code == 409
    assert "roster" in problem_of(answer)["detail"]


@ON_SQLITE
def test_what_is_left_of_the_cap_bounds_the_alternatives(world: SimpleNamespace) -> None:
    world.survey()
    world.roster(300)
    world.opened(epsilon=7.5)
    plan = world.ok("POST", PLAN, json={"epsilon": 3})
    assert plan["room"]["spent_epsilon"] == pytest.approx(7.5, abs=0.001)
    assert plan["room"]["cap_epsilon"] == 8
    assert plan["room"]["fits"] is False
    assert plan["room"]["fits_from"] == "2027-03-02"
    assert all(row["epsilon"] <= 3 for row in plan["alternatives"])


@pytest.fixture
def files(tmp_path: Path, definition: str) -> tuple[str, Path]:
    """A definition and a roster of 300 as files."""
    survey, roster = tmp_path / "pulse.yaml", tmp_path / "roster.csv"
    survey.write_text(definition)
    roster.write_text("person,unit\n" + "".join(f"p{n},{('north', 'south')[n % 2]}\n" for n in range(300)))
    return str(survey), roster


def test_the_command_plans_from_two_files(
    files: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    survey, roster = files
    with pytest.raises(SystemExit) as ended:
        main(["plan", survey, "--roster", str(roster), "--json"])
    assert ended.value.code == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["plan"]["invited"] == 300
    assert plan["tables"] == [[], ["unit"]]
    with pytest.raises(SystemExit):
        main(["plan", survey, "--roster", str(roster), "--by", "tenure", "--rate", "0.8"])
    told = capsys.readouterr().out
    assert "300 invited, about 240 answers expected" in told
    assert "tenure" in told
    assert "What else could be done" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epsilon", "0.05"], "nothing-would-show"),
        (["--by", "floor"], "unknown-attribute"),
        (["--k", "400", "--comment-k", "400"], "roster-below-k"),
        (["--cap", "0"], "cap-out-of-range"),
        (["--cap", "2"], "over-the-cap"),
        (["--epsilon", "90"], "epsilon"),
    ],
)
def test_the_command_refuses_in_one_line_with_code_2(
    files: tuple[str, Path], capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    survey, roster = files
    with pytest.raises(SystemExit) as ended:
        main(["plan", survey, "--roster", str(roster), *arguments])
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
