"""What the service does by itself: due openings and closings, mixing, the tally's child process, retention.

Nothing here decides anything about a wave's contents; each job can be interrupted and run again.
"""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from privacy.contract import minute
from privacy.errors import SottovoceError
from service.clock import Clock, today
from service.settings import Settings
from service.store import carried, ledger, releases, tally_keys
from service.store.letting_out import months_before
from service.store.unit_of_work import reading

FEWEST_KEYS = 6  # free wave keys below which the pool is topped up
Job = Callable[[], Awaitable[object]]
_log = logging.getLogger("sottovoce.jobs")


class TallyRefused(SottovoceError):  # noqa: N818 - named as a person would say it
    """The tally's process ended with an error; the text is what it said."""


async def run_jobs(settings: Settings, jobs: dict[str, Job]) -> None:
    """Run every job each ``settings.scheduler_seconds`` until cancelled, each in a task of its own.

    A job that takes long holds up no other, and one that fails is tried again.
    """
    async with asyncio.TaskGroup() as group:
        for name, job in jobs.items():
            group.create_task(_run(settings, name, job))


async def _run(settings: Settings, name: str, job: Job) -> None:
    said = ""
    while True:
        fault = ""
        try:
            await job()
        except SottovoceError as error:
            fault = str(error)
        except Exception as error:
            # The class alone: a driver's text may quote values.
            fault = f"unforeseen {type(error).__name__}; it is tried again"
        if fault and fault != said:  # what stays the same is said once
            _log.error("%s: %s", name, fault)
        said = fault
        await asyncio.sleep(settings.scheduler_seconds)


def in_thread(work: Callable[[], object]) -> Job:
    """Blocking ``work`` as a job."""
    return lambda: asyncio.to_thread(work)


def every(seconds: float, job: Job) -> Job:
    """``job`` at once and then at most once in ``seconds``, counted by the monotonic clock."""
    due = time.monotonic()

    async def limited() -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + seconds
            await job()

    return limited


class TallyChild:
    """Starts the tally as a child process when there is something for it to do, at the start and once a day.

    The child alone holds wave keys and opens responses. At its first look it also finishes what an earlier
    one was interrupted in, and each day it deletes counts of conversations whose month is over.
    """

    def __init__(self, settings: Settings, main: Engine, clock: Clock) -> None:
        self._settings = settings
        self._main = main
        self._clock = clock
        self._looked: date | None = None

    async def __call__(self) -> None:
        """The job. Raises TallyRefused with what the child says is wrong."""
        if await asyncio.to_thread(self._few_keys):
            await self.top_up()
        day = today(self._clock)
        if self._looked != day or await asyncio.to_thread(self._something_waits):
            self._looked = day
            await _run_tally(self._settings, "watch", "--once")

    async def top_up(self) -> None:
        """Have wave keys made where they are missing, and those taken out whose private half is lost.

        A wave can open as soon as this returns. Raises TallyRefused.
        """
        await _run_tally(self._settings, "keys")

    def _few_keys(self) -> bool:
        with reading(self._main) as tx:
            return tally_keys.free_keys(tx) < FEWEST_KEYS

    def _something_waits(self) -> bool:
        """A wave that has closed, a month that is over, or something kept for a later wave that is too."""
        now = minute(self._clock().replace(second=0, microsecond=0))
        month = months_before(today(self._clock), 2)
        with reading(self._main) as tx:
            if releases.waves_to_tally(tx) or carried.over(tx, now):
                return True
            return bool(ledger.months_due(tx, month))


async def _run_tally(settings: Settings, *arguments: str) -> None:
    # Settings from the command line are handed on.
    environment = {
        **os.environ,
        "SOTTOVOCE_DATA": str(Path(settings.data).absolute()),
        "SOTTOVOCE_KEYS": str(Path(settings.key_folder).absolute()),
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # nothing is imported from the folder this happens to run in
        "-m",
        "service.tally",
        *arguments,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, errors = await child.communicate()
    except asyncio.CancelledError:
        child.terminate()  # whatever it is interrupted in, the next one finishes
        await child.wait()
        raise
    if child.returncode:
        lines = errors.decode(errors="replace").strip().splitlines()
        raise TallyRefused(" | ".join(lines) or f"exit code {child.returncode}, and no reason given")
