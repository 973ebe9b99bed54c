"""Schedules on the staff API: conductor and scheduler are ticked by hand, on a clock that is turned."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import select

from service.distribution.conductor import Conductor
from service.store.tables_main import LedgerRow
from service.store.tables_schedules import OccurrenceRow
from service.store.unit_of_work import reading
from service.surveys.scheduler import Scheduler
from tests.integration.staff.application import ReadyKeys
from tests.integration.staff.conftest import DEFINITION, World, every_row, issuer_keys, living, problem_of

__all__ = ["every_row", "issuer_keys", "problem_of"]

# The world's clock starts on Monday, 2 March 2026, at 08:00 UTC.
WEEKLY: dict[str, Any] = {
    "cadence": "weekly",
    "starts_on": "2026-03-09",
    "zone": "Europe/Berlin",
    "opens": "09:00",
    "closes": "18:00",
    "open_days": 3,
    "terms": {"epsilon": 0.2, "merge_at": 1, "allow_empty": True},
}
Problems = Callable[[Any], list[dict[str, Any]]]


class PulseWorld(World):
    """A service whose waves come by themselves."""

    def pulses(self, people: int = 24, survey: str = "pulse", **schedule: Any) -> dict[str, Any]:
        """A survey with a roster and a schedule; its year."""
        self.asked(people, survey)
        return self.schedule(survey, **schedule)

    def asked(self, people: int = 24, survey: str = "pulse") -> None:
        """A survey with a roster."""
        self.survey(DEFINITION.replace("id: pulse", f"id: {survey}", 1))
        self.roster(people, survey)

    def schedule(self, survey: str = "pulse", **changes: Any) -> dict[str, Any]:
        """Set a schedule; its year."""
        body = {**WEEKLY, **changes}
        return dict(self.ok("PUT", f"/surveys/{survey}/schedule", json=body))

    def year(self, survey: str = "pulse") -> dict[str, Any]:
        return dict(self.ok("GET", f"/surveys/{survey}/schedule/year", "analyst"))

    def dates(self, survey: str = "pulse") -> dict[str, dict[str, Any]]:
        """What became of the dates, by their days, oldest first."""
        found = self.ok("GET", f"/surveys/{survey}/schedule", "analyst")["dates"]
        return {one["day"]: one for one in found[::-1]}

    def states(self, survey: str = "pulse") -> dict[str, str]:
        return {day: one["state"] for day, one in self.dates(survey).items()}

    def at(self, moment: str) -> None:
        """Turn the clock, and do what is due."""
        self.now = datetime.fromisoformat(moment)
        self.tick()

    def limit(self, **settings: Any) -> None:
        """Give the service other settings."""
        self.context = replace(self.context, settings=self.context.settings.model_copy(update=settings))
        self.app.state.context = self.context

    def tick(self) -> None:
        Conductor(self.context).tick()
        self.tick_scheduler()

    def tick_scheduler(self) -> None:
        Scheduler(self.context, self.issuer_keys).tick()

    def until(self, moment: str, hours: int = 24) -> None:
        """Turn the clock on by so many hours at a time, doing what is due."""
        end = datetime.fromisoformat(moment)
        while self.now < end:
            self.add_wave_keys(1)
            self.now += timedelta(hours=hours)
            self.tick()

    def rows(self, table: Any = OccurrenceRow) -> list[Any]:
        with reading(self.main) as tx:
            return list(tx.exec(select(table)))

    def ledger(self) -> list[tuple[str, int]]:
        """Day and millionths of rho of every charge, in their order."""
        rows = sorted(self.rows(LedgerRow), key=lambda row: row.position)
        return [(row.day.isoformat(), row.micro_rho) for row in rows]


@pytest.fixture
def world(
    engines: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, issuer_keys: ReadyKeys
) -> Iterator[PulseWorld]:
    """A service on each database."""
    yield from living(PulseWorld, engines, tmp_path / "data", monkeypatch, issuer_keys)
