"""The year that is shown is what then happens, loss included."""

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from privacy.ledger import CAP_DELTA
from privacy.mechanism import micro_rho_for
from service.cli import main
from service.distribution import schedule_commands
from service.store import ledger
from service.store.unit_of_work import unit_of_work
from tests.integration.distribution.conftest import WEEKLY, PulseWorld
from tests.integration.distribution.test_schedule_comes import ON_SQLITE

MONTHLY: dict[str, Any] = {"cadence": "monthly", "starts_on": "2026-03-06", "open_days": 5, "holidays": "DE"}


def test_what_the_year_shows_is_what_happens(world: PulseWorld) -> None:
    """Weekly to one in three and monthly to one in two, over a holiday and a change of the clock."""
    world.pulses(48, "weekly", people_one_in=3, questions_per_wave=2, always=["more"], open_days=2)
    world.pulses(48, "monthly", **MONTHLY, people_one_in=2)
    surveys = ("weekly", "monthly")
    last = "2026-04-27"
    planned = {survey: shown(world, survey, last) for survey in surveys}
    charges = sorted(
        (wave["opens_at"][:10], wave["micro_rho"])
        for survey in surveys
        for wave in world.year(survey)["waves"]
        if wave["opens_at"] < last and wave["state"] == "planned"
    )
    world.until("2026-04-26T08:00:00+00:00")
    happened = {
        survey: [
            (day, one["opens_at"], one["invited"])
            for day, one in world.dates(survey).items()
            if one["invited"]
        ]
        for survey in surveys
    }
    assert happened == planned
    assert len(happened["weekly"]) + len(happened["monthly"]) == 9
    assert sorted(world.ledger()) == charges
    assert world.year("weekly")["waves"][0]["spent_micro_rho"] <= world.year("weekly")["cap_micro_rho"]


def shown(world: PulseWorld, survey: str, last: str) -> list[tuple[str, str, int]]:
    return [
        (wave["day"], wave["opens_at"], wave["invited"])
        for wave in world.year(survey)["waves"]
        if wave["opens_at"] < last and wave["invited"]
    ]


def test_a_dry_run_shows_the_same_year_and_stores_nothing(world: PulseWorld) -> None:
    world.asked(24)
    before = len(world.ok("GET", "/audit", "admin")["items"])
    body = {**WEEKLY, "people_one_in": 2}
    path = "/surveys/pulse/schedule"
    tried = world.ok("PUT", f"{path}?dry_run=true", json=body)
    assert world.call("GET", path).status_code == 404
    assert len(world.ok("GET", "/audit", "admin")["items"]) == before
    stored = world.ok("PUT", path, json=body)
    assert {**tried, "dry_run": False} == stored
    assert world.year()["waves"] == stored["waves"]


@ON_SQLITE
def test_a_year_lists_what_each_wave_asks_and_costs(world: PulseWorld) -> None:
    year = world.pulses(24, people_one_in=3)
    first, second, *_, last = year["waves"]
    assert len(year["waves"]) == 52
    assert (first["day"], last["day"]) == ("2026-03-09", "2027-03-01")
    assert first["invited"] == 8
    assert (first["spent_micro_rho"], second["spent_micro_rho"]) == (0, 0)
    assert year["waves"][3]["spent_micro_rho"] == first["micro_rho"]
    assert last["spent_micro_rho"] == 17 * first["micro_rho"]  # asked for the 18th time
    assert (first["invitations"], year["waves"][3]["invitations"]) == (1, 2)
    assert year["waves"][3]["minutes_asked"] == 2 * first["minutes"]
    assert all(wave["fits"] for wave in year["waves"])
    assert year["plan"]["invited"] == 8
    assert year["largest_epsilon"] > 0.2


@ON_SQLITE
def test_with_the_largest_epsilon_a_schedule_fits_and_with_a_hundredth_more_it_does_not(
    world: PulseWorld,
) -> None:
    year = world.pulses(24, people_one_in=2)
    terms = {"merge_at": 1, "allow_empty": True}
    most = year["largest_epsilon"]
    world.schedule(people_one_in=2, terms={**terms, "epsilon": most})
    body = {**WEEKLY, "people_one_in": 2, "terms": {**terms, "epsilon": round(most + 0.01, 2)}}
    answer = world.call("PUT", "/surveys/pulse/schedule", json=body)
    assert [one["id"] for one in answer.json()["problems"]] == ["schedule-over-the-cap"]
    assert f"at most {most:g}" in answer.json()["problems"][0]["remedy"]


@ON_SQLITE
def test_drafts_and_open_waves_stand_in_the_year_as_they_are(world: PulseWorld) -> None:
    world.pulses(24, people_one_in=2)
    planned = world.year()["waves"]
    world.until("2026-03-10T08:00:00+00:00")
    year = world.year()["waves"]
    assert [wave["state"] for wave in year[:3]] == ["open", "drafted", "planned"]
    for was, now in zip(planned, year, strict=False):
        alike = (
            "day",
            "opens_at",
            "closes_at",
            "invited",
            "minutes",
            "micro_rho",
            "questions",
            "spent_micro_rho",
        )
        assert {name: was[name] for name in alike} == {name: now[name] for name in alike}


@ON_SQLITE
def test_statistics_of_conversations_count_in_the_year(world: PulseWorld) -> None:
    """Charged this month, they will be charged every month."""
    world.asked(24)
    alone = world.ok("PUT", "/surveys/pulse/schedule?dry_run=true", json=WEEKLY)["waves"]
    with unit_of_work(world.main) as tx:
        ledger.reserve_month(tx, "2026-03", 26_000, date(2026, 3, 1))
    beside = world.ok("PUT", "/surveys/pulse/schedule?dry_run=true", json=WEEKLY)["waves"]
    month = micro_rho_for(1.0, CAP_DELTA)
    assert beside[0]["spent_micro_rho"] - alone[0]["spent_micro_rho"] == 26_000
    assert beside[-1]["spent_micro_rho"] - alone[-1]["spent_micro_rho"] == 12 * month


@ON_SQLITE
def test_the_year_is_printed_in_a_terminal_and_as_json(
    world: PulseWorld,
    database: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    year = world.pulses(24, people_one_in=3)
    monkeypatch.setenv("SOTTOVOCE_DATABASE", database.main)
    monkeypatch.setenv("SOTTOVOCE_BOX_DATABASE", database.box)
    monkeypatch.setattr(schedule_commands, "system_clock", lambda: world.now)
    said = []
    for arguments in (["schedule", "pulse"], ["schedule", "pulse", "--json"], ["schedule", "nothing"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == (2 if "nothing" in arguments else 0)
        said.append(capsys.readouterr())
    assert said[0].out.count("planned") == 52
    assert "24 people on the roster" in said[0].out
    assert json.loads(said[1].out) == {**year, "dry_run": True}
    assert said[2].err == "sottovoce: there is no such survey; list the surveys to see their ids\n"
