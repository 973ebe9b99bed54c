"""Schedules are paused, resumed, changed and ended; what was decided stays."""

from tests.integration.distribution.conftest import PulseWorld
from tests.integration.distribution.test_schedule_comes import ON_SQLITE


@ON_SQLITE
def test_a_pause_takes_back_drafts_and_leaves_open_waves(world: PulseWorld) -> None:
    world.pulses()
    world.at("2026-03-02T08:00:00+00:00")
    world.at("2026-03-09T08:00:00+00:00")
    paused = world.ok("POST", "/surveys/pulse/schedule/pause")
    assert paused["state"] == "paused"
    assert world.states() == {"2026-03-09": "open"}
    world.at("2026-03-24T08:00:00+00:00")
    assert world.states() == {"2026-03-09": "closed"}
    assert world.call("POST", "/surveys/pulse/schedule/pause").status_code == 409


@ON_SQLITE
def test_dates_that_passed_in_a_pause_are_skipped_and_the_next_one_comes(world: PulseWorld) -> None:
    world.pulses()
    world.at("2026-03-02T08:00:00+00:00")
    world.ok("POST", "/surveys/pulse/schedule/pause")
    world.at("2026-03-16T09:00:00+00:00")
    resumed = world.ok("POST", "/surveys/pulse/schedule/resume")
    assert resumed["state"] == "active"
    world.tick()
    assert world.states() == {"2026-03-09": "skipped", "2026-03-16": "skipped", "2026-03-23": "drafted"}
    assert world.dates()["2026-03-09"]["reason"] == "the schedule was paused"
    assert world.call("POST", "/surveys/pulse/schedule/resume").status_code == 409


@ON_SQLITE
def test_a_pause_that_is_over_at_once_changes_nothing(world: PulseWorld) -> None:
    world.pulses()
    world.at("2026-03-02T08:00:00+00:00")
    world.ok("POST", "/surveys/pulse/schedule/pause")
    world.ok("POST", "/surveys/pulse/schedule/resume")
    world.at("2026-03-02T09:00:00+00:00")
    assert world.states() == {"2026-03-09": "drafted"}


@ON_SQLITE
def test_a_change_keeps_what_was_decided_and_counts_from_its_own_day(world: PulseWorld) -> None:
    world.pulses()
    world.until("2026-03-18T08:00:00+00:00")
    before = world.dates()
    assert world.states() == {"2026-03-09": "closed", "2026-03-16": "open", "2026-03-23": "drafted"}
    year = world.schedule(
        starts_on="2026-03-05", open_days=2
    )  # Thursdays; two have passed, one meets a draft
    assert [wave["day"] for wave in year["waves"]][:4] == [
        "2026-03-16",
        "2026-03-19",
        "2026-03-23",
        "2026-03-26",
    ]
    world.until("2026-04-02T12:00:00+00:00")
    after = world.dates()
    assert {day: one["wave"] for day, one in after.items() if day in before} == {
        day: one["wave"] for day, one in before.items()
    }
    assert "2026-03-12" not in after
    assert after["2026-03-19"]["state"] == "skipped"  # a wave of this survey was open until the evening
    assert after["2026-03-26"]["state"] == "skipped"
    assert after["2026-04-02"]["state"] == "open"


@ON_SQLITE
def test_the_same_schedule_again_changes_nothing(world: PulseWorld) -> None:
    world.pulses()
    world.until("2026-03-17T08:00:00+00:00")
    before = world.dates()
    world.schedule()
    world.until("2026-03-17T21:00:00+00:00")
    assert world.dates() == before
    assert world.ok("GET", "/surveys/pulse/schedule")["created_on"] == "2026-03-02"


@ON_SQLITE
def test_an_end_takes_back_drafts_and_leaves_the_waves_that_were(world: PulseWorld) -> None:
    world.pulses()
    world.until("2026-03-10T08:00:00+00:00")
    world.ok("DELETE", "/surveys/pulse/schedule")
    assert world.call("GET", "/surveys/pulse/schedule").status_code == 404
    world.until("2026-03-24T08:00:00+00:00")
    assert [row["state"] for row in world.ok("GET", "/surveys/pulse/waves")["items"]] == ["closed"]
    world.schedule(starts_on="2026-03-30")
    world.tick()
    assert world.states() == {"2026-03-09": "closed", "2026-03-30": "drafted"}


@ON_SQLITE
def test_a_draft_that_its_owner_deletes_does_not_come_again(world: PulseWorld) -> None:
    world.pulses()
    world.at("2026-03-02T08:00:00+00:00")
    world.ok("DELETE", f"/waves/{world.dates()['2026-03-09']['wave']}")
    world.at("2026-03-09T09:00:00+00:00")
    assert world.states() == {"2026-03-09": "skipped", "2026-03-16": "drafted"}


@ON_SQLITE
def test_who_changed_a_schedule_is_in_the_audit_log(world: PulseWorld) -> None:
    world.pulses()
    world.ok("POST", "/surveys/pulse/schedule/pause")
    world.ok("POST", "/surveys/pulse/schedule/resume")
    world.ok("DELETE", "/surveys/pulse/schedule")
    noted = [
        entry["action"]
        for entry in world.ok("GET", "/audit", "admin")["items"]
        if "schedule" in entry["action"]
    ]
    assert sorted(noted) == ["end schedule", "pause schedule", "resume schedule", "set schedule"]
