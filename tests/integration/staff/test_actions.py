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
