"""Whom the waves of a schedule ask: each in turn, nobody by two at once, nobody above a cap."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from privacy.contract import minute
from service.distribution.crowd import crowd_of
from service.store import ledger, load
from service.store.tables_main import InvitationRow
from service.store.tables_schedules import WavePersonRow
from service.store.unit_of_work import reading
from tests.integration.distribution.conftest import WEEKLY, PulseWorld
from tests.integration.distribution.test_schedule_comes import ON_SQLITE

EVERYBODY: dict[str, Any] = {"starts_on": "2026-03-10", "cadence": "monthly"}


def asked(world: PulseWorld) -> dict[str, set[str]]:
    """The people of every wave, by its id."""
    found: dict[str, set[str]] = {}
    for row in [*world.rows(WavePersonRow), *world.rows(InvitationRow)]:
        found.setdefault(row.wave_id, set()).add(row.person)
    return found


def test_everybody_is_asked_once_in_as_many_waves_as_the_draw_has_parts(world: PulseWorld) -> None:
    world.pulses(24, people_one_in=3)
    world.until("2026-04-13T08:00:00+00:00", hours=168)
    waves = asked(world)
    held = [one["wave"] for one in world.dates().values() if one["wave"] is not None][:6]
    assert [len(waves[wave]) for wave in held] == [8] * 6
    for three in (held[:3], held[3:6]):
        assert Counter(person for wave in three for person in waves[wave]) == Counter(
            f"p{number:03}" for number in range(24)
        )


def test_nobody_is_drawn_who_is_asked_by_another_wave_at_that_time(world: PulseWorld) -> None:
    """Half of them are drawn for one survey, so the other one, which asks everybody, has the other half."""
    world.pulses(24, "halves", people_one_in=2)
    world.pulses(24, "census", **EVERYBODY)
    world.at("2026-03-03T08:00:00+00:00")
    waves = asked(world)
    half, rest = (
        waves[world.dates(survey)[day]["wave"]]
        for survey, day in (("halves", "2026-03-09"), ("census", "2026-03-10"))
    )
    assert (len(half), len(rest)) == (12, 12)
    assert not half & rest
    assert world.dates("census")["2026-03-10"]["reason"] == "12 of 24 people could not be asked"
    world.at("2026-03-10T08:00:00+00:00")
    assert world.dates("census")["2026-03-10"]["invited"] == 12


def test_a_wave_that_could_ask_too_few_is_skipped_with_the_numbers(world: PulseWorld) -> None:
    world.pulses(24, "halves", people_one_in=2, starts_on="2026-03-10")
    world.asked(24, "census")
    draft_of(world, "census", world.now.replace(second=0, microsecond=0) + timedelta(days=8))
    world.at("2026-03-03T08:00:00+00:00")
    skipped = world.dates("halves")["2026-03-10"]
    assert skipped["state"] == "skipped"
    assert skipped["reason"] == (
        "0 can be asked and 6 are needed: 24 are on the roster, "
        "of whom 24 are asked by another wave at that time"
    )


@ON_SQLITE
def test_nobody_is_asked_for_more_waves_than_the_cap(world: PulseWorld) -> None:
    """At most two waves in 28 days: one in two would be asked by four in eight weeks."""
    world.pulses(24, people_one_in=2, ends_on="2026-04-20")
    world.limit(load_invitations=2)
    world.until("2026-04-20T08:00:00+00:00", hours=168)
    dates, waves = world.dates(), asked(world)
    opened = [(one["opens_at"], waves[one["wave"]]) for one in dates.values() if one["wave"]]
    for end, _ in opened:
        first = minute(datetime.fromisoformat(end[:10] + "T23:59:00+00:00") - timedelta(days=28))
        counts = Counter(person for day, people in opened if first < day <= end for person in people)
        assert max(counts.values()) <= 2
    assert world.states() == {
        **dict.fromkeys(("2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"), "closed"),
        "2026-04-06": "closed",
        "2026-04-13": "closed",
        "2026-04-20": "open",
    }
    world.limit(load_invitations=1)
    problems = world.call("PUT", "/surveys/pulse/schedule", json={**WEEKLY, "people_one_in": 2}).json()[
        "problems"
    ]
    assert [one["id"] for one in problems] == ["schedule-over-the-load"]


@ON_SQLITE
def test_whoever_is_asked_for_enough_minutes_is_left_out(world: PulseWorld) -> None:
    world.pulses(24, people_one_in=3)
    world.asked(24, "other")
    opens = world.now.replace(second=0, microsecond=0) + timedelta(days=1)
    draft_of(world, "other", opens)
    world.limit(load_minutes=minutes_of(world) * 2 - 1)
    world.at("2026-03-03T08:00:00+00:00")
    skipped = world.dates()["2026-03-09"]
    assert skipped["state"] == "skipped"
    assert "24 are asked for enough within 28 days" in skipped["reason"]


def test_nobody_is_drawn_who_has_no_room_under_the_cap(world: PulseWorld) -> None:
    """A third of them took part in something that left no room."""
    world.limit(cap_epsilon=3.0)
    world.asked(8, "pilot")
    wave = world.opened("pilot", epsilon=2.99)
    world.ok("POST", f"/waves/{wave.id}/close")
    pilot = {f"p{number:03}" for number in range(8)}
    year = world.pulses(24, people_one_in=2, terms={"epsilon": 0.3, "merge_at": 1, "allow_empty": True})
    assert any("no room left under the cap" in note for note in year["notes"])
    world.until("2026-04-06T08:00:00+00:00", hours=168)
    waves = asked(world)
    for one in world.dates().values():
        assert not waves[one["wave"]] & pilot
        assert len(waves[one["wave"]]) == 12


@ON_SQLITE
def test_a_wave_that_asks_everybody_leaves_out_whoever_cannot_be_asked(world: PulseWorld) -> None:
    world.limit(cap_epsilon=3.0)
    world.asked(8, "pilot")
    wave = world.opened("pilot", epsilon=2.99)
    world.ok("POST", f"/waves/{wave.id}/close")
    world.pulses(24, terms={"epsilon": 0.3, "merge_at": 1, "allow_empty": True}, ends_on="2026-03-16")
    world.at("2026-03-03T08:00:00+00:00")
    world.at("2026-03-09T08:00:00+00:00")
    assert world.dates()["2026-03-09"]["invited"] == 16


def test_a_draw_goes_by_what_the_ledger_and_the_load_say_of_each_person(world: PulseWorld) -> None:
    world.pulses(24, people_one_in=3)
    world.asked(10, "other")
    world.until("2026-03-30T08:00:00+00:00", hours=168)
    world.opened("other", epsilon=0.3)
    day = world.now.date()
    with reading(world.main) as tx:
        crowd = crowd_of(tx, world.context, ["pulse", "other"])
        invitations, minutes = crowd.load(day)
        spent = crowd.spent(day)
        # The draft of the sixth wave opens a week from now.
        found = load.loads(tx, crowd.names, day, drafts=False)
        for place, name in enumerate(crowd.names):
            assert (invitations[place], minutes[place]) == (found[name].invitations, found[name].minutes)
            assert spent[place] == sum(one.micro_rho for one in ledger.charges_of_person(tx, name))
    assert len(set(spent)) > 1
    assert len(set(invitations)) > 1


def draft_of(world: PulseWorld, survey: str, opens: datetime) -> None:
    """A draft for everybody, made by hand."""
    times = {"opens_at": minute(opens), "closes_at": minute(opens + timedelta(days=3))}
    terms = {"merge_at": 1, "allow_empty": True, "epsilon": 0.2}
    world.ok("POST", f"/surveys/{survey}/waves", json={**times, **terms})


def minutes_of(world: PulseWorld) -> int:
    """What a wave of the survey takes."""
    return int(world.year()["waves"][0]["minutes"])
