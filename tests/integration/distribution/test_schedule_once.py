"""Each date is decided once, however many look at the same moment, in threads and in processes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from types import SimpleNamespace

import pytest

from service.distribution.conductor import Conductor
from service.distribution.schedules import pause_schedule
from service.store import distribution
from service.store.tables_main import WaveRow
from service.store.tables_schedules import WavePersonRow
from tests.integration.distribution.conftest import PulseWorld

CONDUCTORS = 4
CHILD = """
import sys
from datetime import datetime
from pathlib import Path
from service.distribution.conductor import Conductor
from service.distribution.schedules import pause_schedule
from service.http.context import Context
from service.settings import Settings
from service.store.engine import open_engine

main, box, data, now = sys.argv[1:]
moment = datetime.fromisoformat(now)
settings = Settings(data=Path(data), database=main, box_database=box)
context = Context(settings, lambda: moment, open_engine(main), open_engine(box))
print("ready", flush=True)
sys.stdin.readline()
Conductor(context).tick()
"""


def due(world: PulseWorld) -> None:
    """Three dates of two surveys are due, one of which is a holiday, and one was missed."""
    world.pulses(24, people_one_in=2, lead_days=7)
    world.pulses(24, "other", starts_on="2026-04-06", lead_days=28, holidays="DE", on_holiday="skip")
    world.now = datetime(2026, 3, 13, 9, tzinfo=UTC)


def decided(world: PulseWorld) -> dict[str, dict[str, str]]:
    return {survey: world.states(survey) for survey in ("pulse", "other")}


ONCE = {
    "pulse": {"2026-03-09": "missed", "2026-03-16": "drafted"},
    "other": {"2026-04-06": "skipped"},
}


def test_conductors_in_threads_decide_each_date_once(world: PulseWorld) -> None:
    due(world)
    start = Barrier(CONDUCTORS)

    def conduct(_: int) -> object:
        conductor = Conductor(world.context)
        start.wait()
        return conductor.tick()

    with ThreadPoolExecutor(CONDUCTORS) as threads:
        ticks = list(threads.map(conduct, range(CONDUCTORS)))
    assert decided(world) == ONCE
    assert len(world.rows(WaveRow)) == 1
    assert len(world.rows(WavePersonRow)) == 12
    assert sum(len(tick.drafted) for tick in ticks) == 1  # type: ignore[attr-defined]
    assert sum(len(tick.passed) for tick in ticks) == 2  # type: ignore[attr-defined]


def test_conductors_in_processes_decide_each_date_once(world: PulseWorld, database: SimpleNamespace) -> None:
    due(world)
    address = (database.main, database.box, str(world.folder), world.now.isoformat())
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, *address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        child.communicate()
        assert child.returncode == 0
    assert decided(world) == ONCE
    assert len(world.rows(WaveRow)) == 1
    assert len(world.rows(WavePersonRow)) == 12


def test_waves_of_two_surveys_drawn_at_once_never_share_anybody(world: PulseWorld) -> None:
    for survey in ("one", "two"):
        world.pulses(24, survey, people_one_in=2)
    world.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    start = Barrier(CONDUCTORS)

    def conduct(_: int) -> None:
        conductor = Conductor(world.context)
        start.wait()
        conductor.tick()

    with ThreadPoolExecutor(CONDUCTORS) as threads:
        list(threads.map(conduct, range(CONDUCTORS)))
    people = [row.person for row in world.rows(WavePersonRow)]
    assert len(people) == len(set(people)) == 24


def test_a_conductor_that_is_killed_midway_leaves_the_date_to_the_next(
    world: PulseWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draw, the draft and the row are one transaction: all of it or none."""
    world.pulses(24, people_one_in=2)
    world.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    conductor = Conductor(world.context)
    with monkeypatch.context() as dying:
        dying.setattr(distribution, "put", kill)  # the draft and who was drawn for it are written by then
        with pytest.raises(Killed):
            conductor.tick()
    assert [*world.rows(), *world.rows(WaveRow), *world.rows(WavePersonRow)] == []
    Conductor(world.context).tick()
    assert world.states() == {"2026-03-09": "drafted"}


def test_a_schedule_is_paused_while_its_wave_opens(world: PulseWorld) -> None:
    """Either the draft is taken back or the wave is open; neither waits for the other for ever."""
    world.pulses(24)
    world.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    world.tick()
    world.now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    start = Barrier(2)

    def scheduler() -> None:
        start.wait()
        world.tick_scheduler()

    def owner() -> None:
        start.wait()
        pause_schedule(world.context, SimpleNamespace(id="k-owner"), "pulse")

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(scheduler), threads.submit(owner)]:
            done.result()
    states = list(world.states().values())
    assert states in ([], ["open"])
    assert [row.state for row in world.rows(WaveRow)] == states
