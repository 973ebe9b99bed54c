"""Waves come by themselves: each date once, on time or by the catch-up rule, or a reason why not."""

import pytest
from pydantic import SecretStr
from sqlalchemy import delete

from service.store import distribution
from service.store.tables_main import TallyKeyRow, WaveRow
from service.store.unit_of_work import reading, unit_of_work
from tests.integration.distribution.conftest import PulseWorld

# What differs between databases is tested with draws, locks and the year.
POSTED = {
    "smtp_host": "mail.example.org",
    "mail_from": "pulse@example.org",
    "slack_webhook": SecretStr("https://hooks.example.org/slack"),
}
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_wave_is_drafted_ahead_opens_and_closes_by_itself(world: PulseWorld) -> None:
    world.pulses()
    world.at("2026-03-02T07:59:59+00:00")
    assert world.states() == {}
    world.at("2026-03-02T08:00:00+00:00")  # a week before nine o'clock in Berlin
    assert world.states() == {"2026-03-09": "drafted"}
    world.at("2026-03-09T07:59:59+00:00")
    assert world.states() == {"2026-03-09": "drafted"}
    world.at("2026-03-09T08:00:00+00:00")
    assert world.states() == {"2026-03-09": "open", "2026-03-16": "drafted"}
    assert world.dates()["2026-03-09"]["invited"] == 24
    world.at("2026-03-12T17:00:00+00:00")
    assert world.states() == {"2026-03-09": "closed", "2026-03-16": "drafted"}
    assert len(world.rows(WaveRow)) == 2


@ON_SQLITE
def test_waves_keep_to_local_time_over_both_changes_of_the_clock(world: PulseWorld) -> None:
    year = world.pulses()
    hours = {wave["day"]: wave["opens_at"][11:16] for wave in year["waves"]}
    assert (hours["2026-03-23"], hours["2026-03-30"]) == ("08:00", "07:00")
    assert (hours["2026-10-19"], hours["2026-10-26"]) == ("07:00", "08:00")


@ON_SQLITE
def test_people_hear_of_a_wave_as_its_schedule_says(world: PulseWorld) -> None:
    reminders = [{"days": 1, "at": "10:00"}, {"days": 2, "at": "10:30"}]
    world.limit(**POSTED)
    world.pulses(mail=True, reminders=reminders, announce=["slack"], thermometer=True)
    world.at("2026-03-02T08:00:00+00:00")
    with reading(world.main) as tx:
        wished = distribution.get(tx, world.dates()["2026-03-09"]["wave"])
    assert wished.mail
    assert wished.reminders == ["2026-03-10T09:00:00Z", "2026-03-11T09:30:00Z"]
    assert wished.announce == ["slack"]
    assert wished.thermometer


@ON_SQLITE
def test_after_a_downtime_a_wave_opens_while_half_of_its_time_is_left(world: PulseWorld) -> None:
    """Of 81 hours from Monday at 9 to Thursday at 18; the second wave was not even drafted."""
    world.pulses()
    world.at("2026-03-02T08:00:00+00:00")
    world.at("2026-03-11T00:29:00+00:00")  # 40 hours and 29 minutes late
    late = world.dates()["2026-03-09"]
    assert (late["state"], late["closes_at"]) == ("open", "2026-03-12T17:00:00Z")
    world.at("2026-03-31T23:29:00+00:00")
    assert world.states() == {
        "2026-03-09": "closed",
        "2026-03-16": "missed",
        "2026-03-23": "missed",
        "2026-03-30": "open",
        "2026-04-06": "drafted",
    }


@ON_SQLITE
def test_a_wave_that_comes_too_late_is_missed_and_never_opens(world: PulseWorld) -> None:
    world.pulses()
    world.at("2026-03-02T08:00:00+00:00")
    world.now = world.now.replace(month=3, day=11, hour=0, minute=30)  # half of its 81 hours
    world.tick_scheduler()  # whichever of the two looks first
    assert world.states()["2026-03-09"] == "drafted"
    world.tick()
    missed = world.dates()["2026-03-09"]
    assert missed["state"] == "missed"
    assert missed["wave"] is None
    assert "half of its time" in missed["reason"]
    assert [row.opens_at for row in world.rows(WaveRow)] == ["2026-03-16T08:00:00Z"]
    world.tick()
    assert world.states() == {"2026-03-09": "missed", "2026-03-16": "drafted"}


@ON_SQLITE
def test_a_holiday_moves_a_wave_or_leaves_it_out_with_its_name(world: PulseWorld) -> None:
    easter = {"starts_on": "2026-04-06", "holidays": "DE"}
    year = world.pulses(**easter)
    assert (year["waves"][0]["day"], year["waves"][0]["opens_at"]) == ("2026-04-06", "2026-04-07T07:00:00Z")
    world.schedule(**easter, on_holiday="skip", pauses=[{"first": "2026-04-13", "last": "2026-04-14"}])
    world.at("2026-04-13T09:00:00+00:00")
    dates = world.dates()
    assert world.states() == {"2026-04-06": "skipped", "2026-04-13": "skipped", "2026-04-20": "drafted"}
    assert "Easter" in dates["2026-04-06"]["reason"]
    assert dates["2026-04-13"]["reason"]


@ON_SQLITE
def test_why_a_wave_cannot_be_drafted_or_opened_is_shown_until_it_can(world: PulseWorld) -> None:
    world.pulses(400, cadence="quarterly", terms={"epsilon": 3.0})
    world.roster(12)  # of whom nothing could be shown
    world.at("2026-03-02T08:00:00+00:00")
    waiting = world.dates()["2026-03-09"]
    assert waiting["state"] == "waiting"
    assert "nothing-would-show" in waiting["fault"]
    assert world.year()["waves"][0]["state"] == "waiting"
    world.roster(400)
    world.at("2026-03-02T08:10:00+00:00")
    assert world.dates()["2026-03-09"]["state"] == "drafted"
    assert world.dates()["2026-03-09"]["fault"] is None
    with unit_of_work(world.main) as tx:
        tx.connection().execute(delete(TallyKeyRow))
    world.at("2026-03-09T08:00:00+00:00")
    refused = world.dates()["2026-03-09"]
    assert refused["state"] == "drafted"
    assert "key" in refused["fault"]
    world.at("2026-03-11T00:30:00+00:00")
    assert world.dates()["2026-03-09"]["state"] == "missed"
    assert refused["fault"] in world.dates()["2026-03-09"]["reason"]


@ON_SQLITE
def test_questions_take_turns_and_those_of_every_wave_do_not(world: PulseWorld) -> None:
    year = world.pulses(questions_per_wave=2, always=["more"])
    asked = [set(wave["questions"]) for wave in year["waves"][:3]]
    assert year["parts"] == 2
    assert asked[0] | asked[1] == {"speak", "heard", "advise", "place", "more"}
    assert asked[0] & asked[1] == {"more"}
    assert asked[2] == asked[0]
    world.until("2026-03-17T12:00:00+00:00")
    opened = sorted(world.rows(WaveRow), key=lambda row: row.opens_at)[:2]
    assert [{one.id for one in world.manifest(row.id).questions} for row in opened] == asked[:2]
