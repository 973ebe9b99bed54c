"""What people are asked for is added up over all surveys, capped, and told in numbers alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from privacy.contract import minute
from service.store.load import loads
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.definition_file import load
from service.surveys.drafts import draft_within
from service.surveys.minutes import minutes_of
from tests.integration.staff.conftest import DEFINITION, START

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SECOND = DEFINITION.replace("id: pulse", "id: second", 1)
MINUTES = 2


def capped(world: Any, **settings: int) -> None:
    """A smaller cap."""
    world.context = replace(world.context, settings=world.context.settings.model_copy(update=settings))
    world.app.state.context = world.context


def asked(world: Any, *people: str, days: int = 0, **more: Any) -> list[tuple[int, int]]:
    with reading(world.main) as tx:
        found = loads(tx, people, world.now.date() + timedelta(days=days), **more)
    return [(found[person].invitations, found[person].minutes) for person in people]


def two_surveys(world: Any) -> None:
    """One for p000 to p011, one for p000 to p003."""
    world.survey()
    world.roster(12)
    world.survey(SECOND)
    world.roster(4, "second")
    world.add_wave_keys(9)


def test_waves_of_all_surveys_add_up_for_each_person(world: SimpleNamespace) -> None:
    two_surveys(world)
    world.opened()
    world.opened("second")
    world.now += timedelta(days=5)
    world.opened()
    assert asked(world, "p000", "p005", "nobody") == [(3, 3 * MINUTES), (2, 2 * MINUTES), (0, 0)]


def test_a_wave_counts_for_28_days_from_the_day_on_which_it_opens(world: SimpleNamespace) -> None:
    two_surveys(world)
    world.opened()
    assert asked(world, "p000", days=27) == [(1, MINUTES)]
    assert asked(world, "p000", days=28) == [(0, 0)]


def test_drafts_count_for_those_who_are_drawn_alone(world: SimpleNamespace) -> None:
    two_surveys(world)
    opens_at = world.now.replace(second=0, microsecond=0) + timedelta(days=3)
    wishes = {"opens_at": opens_at, "closes_at": opens_at + timedelta(days=2), "allow_empty": True}
    with unit_of_work(world.main) as tx:
        draft = draft_within(tx, world.context, "pulse", wishes, "test", people=["p000", "p001"])
    world.draft()
    assert asked(world, "p000", "p005") == [(1, MINUTES), (0, 0)], "also for a day before it opens"
    assert asked(world, "p000", drafts=False) == [(0, 0)]
    assert asked(world, "p000", but=draft.id) == [(0, 0)]


def test_a_wave_that_asks_somebody_for_too_much_does_not_open_before_the_day_that_is_named(
    world: SimpleNamespace, problem_of: Callable
) -> None:
    two_surveys(world)
    capped(world, load_invitations=2)
    first = world.now.date()
    world.opened("second")
    world.now += timedelta(days=3)
    world.opened()
    late = world.draft(days=7)
    refused = world.call("POST", f"/waves/{late}/open")
    assert refused.status_code == 409
    detail = problem_of(refused)["detail"]
    assert "4 of 12 people" in detail
    assert (first + timedelta(days=28)).isoformat() in detail
    assert "p00" not in detail
    for day, status in ((27, 409), (28, 200)):
        world.now = START.replace(second=0) + timedelta(days=day)
        times = {"opens_at": minute(world.now), "closes_at": minute(world.now + timedelta(days=2))}
        world.ok("PATCH", f"/waves/{late}", json=times)
        assert world.call("POST", f"/waves/{late}/open").status_code == status


def test_a_wave_that_alone_is_more_than_the_cap_never_opens(world: SimpleNamespace) -> None:
    two_surveys(world)
    capped(world, load_minutes=MINUTES - 1)
    refused = world.call("POST", f"/waves/{world.draft()}/open")
    assert refused.status_code == 409
    assert "12 of 12 people" in refused.text
    assert "the wave alone is more" in refused.text


@ON_SQLITE
def test_a_survey_tells_its_load_and_names_nobody(world: SimpleNamespace) -> None:
    two_surveys(world)
    capped(world, load_invitations=2)
    world.opened()
    world.opened("second")
    answer = world.call("GET", "/surveys/pulse/load", "analyst")
    value = answer.json()
    assert value["most"] == {"invitations": 2, "minutes": 2 * MINUTES}
    assert value["median"] == {"invitations": 1, "minutes": MINUTES}
    assert value["cap"] == {"invitations": 2, "minutes": 60}
    assert (value["people"], value["at_cap"], value["days"]) == (12, 4, 28)
    fits_from = (world.now.date() + timedelta(days=28)).isoformat()
    assert value["wave"] == {"minutes": MINUTES, "over": 4, "fits_from": fits_from}
    assert "p0" not in answer.text
    roster = world.ok("GET", "/surveys/pulse/roster", "analyst")["load"]
    assert roster == {name: value[name] for name in roster}


@ON_SQLITE
def test_a_survey_without_a_roster_has_no_load(world: SimpleNamespace) -> None:
    world.survey()
    value = world.ok("GET", "/surveys/pulse/load", "analyst")
    assert (value["people"], value["at_cap"], value["wave"]["over"]) == (0, 0, 0)
    assert value["most"] == {"invitations": 0, "minutes": 0}


@ON_SQLITE
def test_a_plan_and_a_draft_note_who_would_be_asked_for_too_much(world: SimpleNamespace) -> None:
    two_surveys(world)
    second = world.opened("second")
    notes = world.ok("POST", "/surveys/pulse/plan", json={"allow_empty": True})["plan"]["notes"]
    assert not any("would be asked" in note for note in notes)
    capped(world, load_invitations=1)
    notes = world.ok("POST", "/surveys/pulse/plan", json={"allow_empty": True})["plan"]["notes"]
    assert "4 of 12 people would be asked" in notes[-1]
    plan = world.ok("GET", f"/waves/{world.draft()}")["plan"]
    overlap = f"4 of 12 people are asked by wave {second.id} of second at the same time"
    assert plan["chosen"]["notes"][-2:] == [notes[-1], overlap]


def test_the_minutes_of_the_definition_are_what_is_added_up() -> None:
    assert minutes_of(load(DEFINITION)[0]) == MINUTES


def test_a_draft_names_the_waves_that_ask_its_people_at_the_same_time(world: SimpleNamespace) -> None:
    two_surveys(world)
    opened = world.opened("second")
    early = world.draft()
    said = notes_of(world, early)
    assert [note for note in said if "same time" in note] == [
        f"4 of 12 people are asked by wave {opened.id} of second at the same time"
    ]
    world.now += timedelta(days=7)  # the open wave is over
    late = world.draft("second")
    assert [note for note in notes_of(world, late) if "same time" in note] == []
    other = world.draft()
    assert f"4 of 12 people are asked by wave {late} of second at the same time" in notes_of(world, other)
    for _ in range(4):
        world.draft("second", days=1)
    assert "and 3 more waves ask some of them at that time" in notes_of(world, world.draft())


def notes_of(world: SimpleNamespace, draft: str) -> list[str]:
    """What the plan of a draft notes."""
    return list(world.ok("GET", f"/waves/{draft}")["plan"]["chosen"]["notes"])
