"""Whether an action helped: one wave of one item, to the same people, and what came of it."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from privacy.rows import NUMBERS
from service.results.released import read
from service.store import waves
from service.store.unit_of_work import reading
from service.surveys import pulses

ACTIONS = "/surveys/pulse/actions"
TEXT = {"en": "Two rounds of feedback", "de": "Zwei Runden"}
Problem = Callable[..., Any]
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def action(world: Any, people: int = 150, **fields: Any) -> str:
    """The address of an action that was published, of a survey with a roster."""
    world.survey()
    if people:
        world.roster(people)
    made = world.ok("POST", ACTIONS, json={"text": TEXT, "published": True, **fields})
    return f"{ACTIONS}/{made['id']}"


def ask(world: Any, address: str, **body: Any) -> Any:
    return world.ok("POST", f"{address}/pulse", json=body)["pulse"]


def test_it_drafts_one_item_for_the_same_people_thirty_days_on(world: SimpleNamespace) -> None:
    address = action(world, theme="openness")
    pulse = ask(world, address)
    assert (pulse["state"], pulse["verdict"], pulse["value"]) == ("draft", None, None)
    assert (pulse["opens_at"], pulse["closes_at"]) == ("2026-04-01T08:00:00Z", "2026-04-08T08:00:00Z")
    plan = world.ok("GET", f"/waves/{pulse['wave']}")["plan"]
    assert (plan["tables"], plan["epsilon"]) == ([[]], pulses.EPSILON)
    assert plan["chosen"]["invited"] == 150
    asked = world.ok("GET", f"/surveys/{pulse['survey']}")
    assert (asked["questions"], asked["languages"]) == (["since-then"], ["en", "de"])
    assert (asked["attributes"], asked["warnings"]) == ([], [])
    assert "Openness" in asked["definition"]
    assert world.ok("GET", ACTIONS)["items"][0]["pulse"] == pulse


def test_an_action_is_asked_about_once_unless_the_draft_was_deleted(
    world: SimpleNamespace, problem_of: Problem
) -> None:
    address = action(world)
    pulse = ask(world, address)
    again = world.call("POST", f"{address}/pulse", json={})
    assert again.status_code == 409
    assert pulse["wave"] in problem_of(again)["detail"]
    world.ok("DELETE", f"/waves/{pulse['wave']}")
    assert world.ok("PATCH", address, json={"text": {"en": "Three rounds"}})["pulse"] is None
    second = ask(world, address)
    assert (second["survey"], second["wave"] != pulse["wave"]) == (pulse["survey"], True)
    assert "Three rounds" in world.ok("GET", f"/surveys/{second['survey']}")["definition"]


@pytest.mark.parametrize(
    ("since", "opens"),
    [("2026-03-20", "2026-04-19"), ("2026-02-20", "2026-03-22"), ("2025-12-01", "2026-03-03")],
)
@on_sqlite
def test_it_opens_thirty_days_after_the_day_but_not_before_tomorrow(
    world: SimpleNamespace, since: str, opens: str
) -> None:
    assert ask(world, action(world), **{"from": since})["opens_at"] == f"{opens}T08:00:00Z"


BAD: list[dict[str, Any]] = [
    {"from": "2024-01-01"},
    {"from": "9999-12-31"},
    {"from": "0001-01-01"},
    {"from": "soon"},
    {"from": 1},
    {"epsilon": 0},
    {"epsilon": 21},
    {"epsilon": "1"},
    {"extra": 1},
]


@pytest.mark.parametrize("body", BAD, ids=str)
@on_sqlite
def test_what_does_not_fit_is_refused_and_nothing_is_stored(
    world: SimpleNamespace, problem_of: Problem, body: dict[str, Any]
) -> None:
    answer = world.call("POST", f"{action(world)}/pulse", json=body)
    assert answer.status_code == 422
    assert problem_of(answer)["problems"]
    assert [one["id"] for one in world.ok("GET", "/surveys")["items"]] == ["pulse"]


@pytest.mark.parametrize(
    ("made", "told"),
    [({"published": False}, "neither published nor done"), ({"people": 0}, "roster is empty")],
    ids=["planned", "nobody"],
)
@on_sqlite
def test_an_action_that_nobody_can_judge_is_not_asked_about(
    world: SimpleNamespace, problem_of: Problem, made: dict[str, Any], told: str
) -> None:
    answer = world.call("POST", f"{action(world, **made)}/pulse", json={})
    assert answer.status_code == 409
    assert told in problem_of(answer)["detail"]
    assert len(world.ok("GET", "/surveys")["items"]) == 1


@on_sqlite
def test_one_that_is_done_can_be_asked_about_unpublished(world: SimpleNamespace) -> None:
    assert ask(world, action(world, published=False, state="done"))["state"] == "draft"


@on_sqlite
def test_a_language_without_a_wording_is_refused(
    world: SimpleNamespace, problem_of: Problem, definition: str
) -> None:
    world.survey(definition.replace("[en, de]", "[en, pt]").replace("de: ", "pt: "))
    world.roster(150)
    made = world.ok("POST", ACTIONS, json={"text": {"en": "Done"}, "published": True})
    answer = world.call("POST", f"{ACTIONS}/{made['id']}/pulse", json={})
    assert (answer.status_code, problem_of(answer)["problems"][0]["id"]) == (422, "pulse-language")


def test_a_loss_that_would_not_fit_the_cap_is_refused_and_nothing_is_stored(
    world: SimpleNamespace, problem_of: Problem
) -> None:
    address = action(world)
    world.opened(epsilon=7.6)
    answer = world.call("POST", f"{address}/pulse", json={"epsilon": 5})
    assert answer.status_code == 409
    assert "2027-03-02" in problem_of(answer)["detail"]
    assert world.ok("GET", ACTIONS)["items"][0]["pulse"] is None
    assert len(world.ok("GET", "/surveys")["items"]) == 1
    assert ask(world, address, epsilon=0.8)["state"] == "draft"


@on_sqlite
def test_too_few_people_for_any_result_are_told_what_would_help(
    world: SimpleNamespace, problem_of: Problem
) -> None:
    answer = world.call("POST", f"{action(world, 12)}/pulse", json={})
    assert answer.status_code == 422
    assert problem_of(answer)["problems"][0]["remedy"]


@pytest.mark.parametrize("value", [None, 4.2, 3.1, 1.6])
def test_what_came_of_it_stands_with_the_action(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, value: float | None
) -> None:
    """The row is put in place of the released one, so that the verdict is known."""
    address = action(world)
    pulse = ask(world, address)
    world.now += timedelta(days=31)
    world.ok("POST", f"/waves/{pulse['wave']}/open")
    assert world.ok("GET", ACTIONS)["items"][0]["pulse"]["state"] == "open"
    world.ok("POST", f"/waves/{pulse['wave']}/close")
    world.release(pulse["wave"], 110)
    with reading(world.main) as tx:
        found = read(tx, waves.find(tx, pulse["wave"]))
    row = {"value": value, "combined": None if value is None else 0.35}
    monkeypatch.setattr(pulses, "row_in", lambda *_: {**dict.fromkeys(NUMBERS), **row})
    shown = world.ok("GET", ACTIONS)["items"][0]["pulse"]
    assert shown["state"] == "released"
    if value is None:
        assert [shown[name] for name in ("value", "low", "high", "margin", "verdict")] == [None] * 5
    else:
        assert (shown["value"], shown["low"], shown["high"]) == (
            value,
            round(value - 0.35, 3),
            round(value + 0.35, 3),
        )
        assert shown["verdict"] == {4.2: "helped", 3.1: "cannot tell", 1.6: "made it worse"}[value]
    monkeypatch.undo()
    (mean,) = [one for one in found.rows if one["figure"] == "mean" and one["question"]]
    real = world.ok("GET", ACTIONS)["items"][0]["pulse"]
    assert (real["margin"], real["value"] is None) == (mean["combined"], mean["value"] is None)
