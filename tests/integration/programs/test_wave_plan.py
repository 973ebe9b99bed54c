"""Planning all the waves of a program: the whole plan fits under the cap, or nothing is drafted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.programs.conftest import ProgramWorld

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TERMS = {"allow_empty": True, "merge_at": 1}


def drafts(world: ProgramWorld, program: str) -> tuple[int, int]:
    """How many drafts there are, and how many waves the program has."""
    return (
        len(world.ok("GET", "/waves?state=draft")["items"]),
        len(world.ok("GET", f"/programs/{program}/waves")["items"]),
    )


def test_four_waves_are_drafted_around_the_program_as_the_dry_run_said(
    world: ProgramWorld, every_row: Callable[..., Any]
) -> None:
    world.mentored()
    program = world.program()
    body = {**TERMS, "epsilon": 2.0}
    dry = world.ok("POST", f"/programs/{program}/plan", json={**body, "dry_run": True})
    assert drafts(world, program) == (0, 0)
    made = world.ok("POST", f"/programs/{program}/plan", json=body)
    ids = [wave.pop("id") for wave in made["waves"]]
    assert [wave.pop("id") for wave in dry["waves"]] == [None] * 4
    assert {**dry, "dry_run": False} == made
    attached = every_row(f"/programs/{program}/waves")
    assert [row["id"] for row in attached] == ids
    assert [(row["label"], row["opens_at"], row["closes_at"]) for row in attached] == [
        ("baseline", "2026-03-18T08:00:00Z", "2026-04-01T08:00:00Z"),
        ("end", "2026-09-30T08:00:00Z", "2026-10-14T08:00:00Z"),
        ("one-month", "2026-10-30T08:00:00Z", "2026-11-13T08:00:00Z"),
        ("three-months", "2026-12-30T08:00:00Z", "2027-01-13T08:00:00Z"),
    ]
    for name, wave in zip(ids, made["waves"], strict=True):
        plan = world.ok("GET", f"/waves/{name}")["plan"]
        assert plan["loss"]["micro_rho"] == wave["micro_rho"]
        assert ["takes-part"] in plan["tables"]
    assert made["waves"][0]["spent_micro_rho"] == 0
    assert made["waves"][3]["spent_micro_rho"] == 3 * made["waves"][0]["micro_rho"]
    assert every_row("/audit", "admin")[0]["action"] == "plan waves"


def test_any_cadence_can_be_chosen(world: ProgramWorld) -> None:
    world.mentored()
    program = world.program()
    body = {
        **TERMS,
        "epsilon": 1.0,
        "first_opens_at": "2026-03-20T06:30:00Z",
        "open_days": 5,
        "waves": [
            {"label": "baseline"},
            {"label": "other-1", "opens_at": "2026-06-01T10:00:00Z"},
            {"label": "end"},
            {"label": "other-2", "months": 5},
        ],
    }
    made = world.ok("POST", f"/programs/{program}/plan", json=body)
    assert [wave["opens_at"] for wave in made["waves"]] == [
        "2026-03-20T06:30:00Z",
        "2026-06-01T10:00:00Z",
        "2026-09-30T06:30:00Z",
        "2027-02-28T06:30:00Z",
    ]


def test_a_plan_over_the_cap_is_refused_with_an_epsilon_that_fits(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    program = world.program()
    path = f"/programs/{program}/plan"
    refused = world.call("POST", path, json={**TERMS, "epsilon": 5.0})
    assert refused.status_code == 422
    faults = problem_of(refused)["problems"]
    assert {fault["id"] for fault in faults} == {"plan-over-the-cap"}
    assert faults[0]["place"] == "waves.one-month"
    assert drafts(world, program) == (0, 0)
    assert "fewer waves" in faults[0]["remedy"]
    most = float(faults[0]["remedy"].partition("at most ")[2].partition(" ")[0])
    for epsilon, allowed in ((most, True), (most + 0.01, False)):
        asked = {**TERMS, "epsilon": round(epsilon, 2), "dry_run": True}
        assert world.call("POST", path, json=asked).is_success is allowed
    later = faults[0]["remedy"].partition("open it on ")[2][:10]
    assert later > "2026-10-30"


def test_what_was_charged_and_what_the_program_has_drafted_counts(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    program = world.program()
    path = f"/programs/{program}/plan"
    free = world.ok("POST", path, json={**TERMS, "dry_run": True})["largest_epsilon"]
    world.opened(epsilon=4.0)
    charged = world.ok("POST", path, json={**TERMS, "epsilon": 1.0, "dry_run": True})["largest_epsilon"]
    assert charged < free
    some = [{"label": "baseline"}, {"label": "end"}]
    world.ok("POST", path, json={**TERMS, "epsilon": charged, "waves": some})
    rest = [{"label": "one-month"}, {"label": "three-months"}]
    assert world.ok("POST", path, json={**TERMS, "epsilon": charged, "waves": rest, "dry_run": True})
    refused = world.call("POST", path, json={**TERMS, "epsilon": charged + 0.3, "waves": rest})
    assert problem_of(refused)["problems"][0]["id"] == "plan-over-the-cap"
    assert drafts(world, program) == (2, 2)


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("wave-when", {"waves": [{"label": "other-1"}]}),
    ("wave-when", {"waves": [{"label": "end", "months": 1, "opens_at": "2026-10-01T08:00:00Z"}]}),
    ("wave-when", {"first_opens_at": "2026-10-01T08:00:00Z", "waves": [{"label": "end", "months": 1}]}),
    ("wave-when", {"first_opens_at": "9999-10-01T08:00:00Z"}),
    ("label-twice", {"waves": [{"label": "end"}, {"label": "end", "months": 2}]}),
    ("wave-order", {"waves": [{"label": "end"}, {"label": "baseline"}]}),
    ("wave-order", {"open_days": 40}),
    ("closes-in-past", {"first_opens_at": "2026-01-01T08:00:00Z"}),
    ("unknown-attribute", {"tables": [[], ["none"]]}),
    ("request", {"waves": []}),
    ("request", {"waves": [{"label": "middle"}]}),
    ("request", {"epsilon": 0}),
    ("request", {"extra": 1}),
]


@ON_SQLITE
def test_what_cannot_be_planned_is_refused_and_nothing_is_drafted(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    program = world.program()
    for fault, change in WRONG:
        refused = world.call("POST", f"/programs/{program}/plan", json={**TERMS, "epsilon": 1.0, **change})
        assert refused.status_code == 422, change
        assert fault in {one["id"] for one in problem_of(refused)["problems"]}, change
    assert drafts(world, program) == (0, 0)


@ON_SQLITE
def test_a_baseline_that_is_too_late_is_told_with_its_wave(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    path = f"/programs/{world.program(starts_on='2026-02-20')}/plan"
    body = {**TERMS, "epsilon": 1.0, "dry_run": True}
    (fault,) = problem_of(world.call("POST", path, json=body))["problems"]
    assert (fault["id"], fault["place"]) == ("closes-in-past", "waves.baseline.closes_at")
    assert "first_opens_at" in fault["remedy"]
    later = world.ok("POST", path, json={**body, "first_opens_at": "2026-03-04T08:00:00Z"})
    assert any("after the program starts" in note for note in later["notes"])


@ON_SQLITE
def test_a_label_that_is_taken_no_roster_and_no_survey_are_told(world: ProgramWorld) -> None:
    world.mentored()
    program = world.program()
    path = f"/programs/{program}/plan"
    body = {**TERMS, "epsilon": 1.0}
    world.ok("POST", path, json=body)
    assert world.call("POST", path, json=body).status_code == 409
    assert drafts(world, program) == (4, 4)
    draft = world.ok("GET", f"/programs/{program}/waves")["items"][3]["id"]
    world.ok("DELETE", f"/waves/{draft}")
    assert drafts(world, program) == (3, 3)
    world.ok("POST", path, json={**body, "waves": [{"label": "three-months"}]})
    groupless = {"survey": None, "attribute": None, "participants": []}
    assert world.call("POST", f"/programs/{world.program(**groupless)}/plan", json=body).status_code == 409


@ON_SQLITE
def test_the_plan_says_when_participants_cannot_be_told_apart(world: ProgramWorld) -> None:
    world.mentored()
    levels = ["mentee"] * 8 + ["waiting"] * 8 + ["neither"] * 30
    people = [
        {"person": f"p{number}", "attributes": {"unit": "north", "takes-part": level}}
        for number, level in enumerate(levels)
    ]
    world.ok("PUT", "/surveys/pulse/roster", json={"people": people})
    body = {"allow_empty": True, "epsilon": 1.0, "dry_run": True}
    path = f"/programs/{world.program()}/plan"
    assert any("nothing tells them apart" in note for note in world.ok("POST", path, json=body)["notes"])
    assert not any("apart" in note for note in world.ok("POST", path, json={**body, **TERMS})["notes"])
    whole = {**body, **TERMS, "tables": [[]]}
    assert any("compared with nobody" in note for note in world.ok("POST", path, json=whole)["notes"])


def test_each_wave_of_a_paired_plan_is_paired_with_the_one_before(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    program = world.program()
    path = f"/programs/{program}/plan"
    pairing = {"measures": [{"theme": "openness"}], "epsilon": 0.5}
    body = {**TERMS, "epsilon": 1.0, "pairing": pairing}
    dry = world.ok("POST", path, json={**body, "dry_run": True})
    made = world.ok("POST", path, json=body)["waves"]
    assert [{**wave, "id": None} for wave in made] == dry["waves"]
    once = made[0]["pairing_micro_rho"]
    assert [wave["pairing_micro_rho"] for wave in made] == [once, 2 * once, 2 * once, once]
    plans = [world.ok("GET", f"/waves/{wave['id']}")["plan"] for wave in made]
    assert [plan["loss"]["micro_rho"] for plan in plans] == [wave["micro_rho"] for wave in made]
    assert [plan["pairing"]["earlier"] for plan in plans] == [None, *(wave["id"] for wave in made[:-1])]
    assert {plan["pairing"]["by"] for plan in plans} == {"takes-part"}
    for plan, later in zip(plans, [*made[1:], None], strict=True):
        until = plan["pairing"]["carried_until"]
        assert (until is None) if later is None else (until > later["closes_at"])
    refused = world.call("POST", path, json={**body, "waves": [{"label": "other-1", "months": 9}]})
    assert problem_of(refused)["problems"][0]["id"] == "pairs-with-nothing"
    wrong = {**body, "pairing": {"measures": [{"theme": "none"}]}}
    wrong["waves"] = [{"label": "other-1", "months": 9}, {"label": "other-2", "months": 12}]
    refused = world.call("POST", path, json=wrong)
    assert problem_of(refused)["problems"][0]["id"] == "measure-not-in-survey"
    assert drafts(world, program) == (4, 4)


@pytest.mark.parametrize(("gap", "paired"), [(30, True), (365, False)])
def test_a_plan_that_a_dry_run_accepts_opens_in_full(world: ProgramWorld, gap: int, paired: bool) -> None:
    world.mentored(12)
    world.add_wave_keys(3)
    program = world.program()
    first = datetime(2026, 3, 10, 8, tzinfo=UTC)
    waves = [
        {"label": f"other-{number + 1}", "opens_at": (first + timedelta(days=number * gap)).isoformat()}
        for number in range(4)
    ]
    body: dict[str, Any] = {**TERMS, "open_days": 3, "waves": waves}
    if paired:
        body["pairing"] = {"measures": [{"theme": "openness"}], "epsilon": 0.4}
    path = f"/programs/{program}/plan"
    most = world.ok("POST", path, json={**body, "epsilon": 0.5, "dry_run": True})["largest_epsilon"]
    body["epsilon"] = min(most, 20.0)
    assert world.ok("POST", path, json={**body, "dry_run": True})
    for number, wave in enumerate(world.ok("POST", path, json=body)["waves"]):
        world.now = first + timedelta(days=number * gap, minutes=1)
        world.ok("POST", f"/waves/{wave['id']}/open")
        world.ok("POST", f"/waves/{wave['id']}/close")


def test_of_two_plans_at_the_same_moment_one_is_drafted_and_no_half_of_the_other(world: ProgramWorld) -> None:
    world.mentored()
    program = world.program()
    body = {**TERMS, "epsilon": 1.0}
    with ThreadPoolExecutor(2) as pool:
        sent = [pool.submit(world.call, "POST", f"/programs/{program}/plan", json=body) for _ in range(2)]
    assert sorted(one.result().status_code for one in sent) == [200, 409]
    assert drafts(world, program) == (4, 4)
