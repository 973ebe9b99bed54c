"""Opens and closes waves at their stated times. It never sleeps: whoever runs it calls ``tick``."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from privacy.contract import minute
from privacy.errors import SottovoceError
from service.http.context import Context
from service.registrar.issuer_keys import IssuerKeys
from service.store import schedules, waves
from service.store.invitations import note_participation
from service.store.tables_main import WaveRow
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.lifecycle import close_wave, open_wave
from service.surveys.retention import Retention

_log = logging.getLogger("sottovoce.scheduler")
Step = Callable[[Context, IssuerKeys, str], WaveRow]


@dataclass(frozen=True, slots=True)
class Ticked:
    """The ids of the waves that were opened, closed or emptied, and of those that could not be."""

    opened: tuple[str, ...]
    closed: tuple[str, ...]
    emptied: tuple[str, ...]
    refused: tuple[str, ...]


class Scheduler:
    """Two that run side by side do each thing once: opening and closing are conditional on the state."""

    def __init__(self, context: Context, keys: IssuerKeys) -> None:
        self._context = context
        self._keys = keys
        self._retention = Retention(context)
        self._looked: datetime | None = None
        self._noted: date | None = None
        self._said: dict[str, str] = {}  # wave -> the refusal in the log, so that it stands there once

    def tick(self) -> Ticked:
        """Do what is due at the clock's time: closings first, so that they never wait for an opening."""
        now = self._context.clock().replace(second=0, microsecond=0)
        with reading(self._context.main) as tx:
            closings = waves.due_to_close(tx, minute(now))
            late = schedules.too_late(tx, now)
            openings = [wave_id for wave_id in waves.due_to_open(tx, minute(now)) if wave_id not in late]
        closed, unclosed = self._each(close_wave, closings)
        opened, unopened = self._each(open_wave, openings)
        emptied = self._delete_expired(now)
        self._note_participation(now.date())
        return Ticked(tuple(opened), tuple(closed), emptied, (*unclosed, *unopened))

    def _delete_expired(self, now: datetime) -> tuple[str, ...]:
        hour = now.replace(minute=0)  # it is promised in days
        if self._looked == hour:
            return ()
        emptied = tuple(self._retention.delete_expired())
        self._looked = hour
        return emptied

    def _note_participation(self, day: date) -> None:
        if self._noted == day:
            return
        with unit_of_work(self._context.main) as tx:
            note_participation(tx, day)
        self._noted = day

    def _each(self, step: Step, ids: list[str]) -> tuple[list[str], list[str]]:
        done, refused = [], []
        for wave_id in ids:
            try:
                step(self._context, self._keys, wave_id)
            except SottovoceError as error:
                refused.append(wave_id)
                self._say(wave_id, str(error))
            except Exception as error:
                # The class alone: a driver's text may quote values.
                refused.append(wave_id)
                self._say(wave_id, f"failed with {type(error).__name__}; it will be tried again")
            else:
                done.append(wave_id)
                if self._said.pop(wave_id, None) is not None:
                    self._note(wave_id, None)
        return done, refused

    def _say(self, wave_id: str, reason: str) -> None:
        if self._said.get(wave_id) != reason:
            self._said[wave_id] = reason
            _log.warning("wave %s: %s", wave_id, reason)
            self._note(wave_id, reason)

    def _note(self, wave_id: str, reason: str | None) -> None:
        """For the owner of the schedule that the wave is of, if it is of one."""
        with suppress(SottovoceError), unit_of_work(self._context.main) as tx:
            schedules.keep_fault(tx, wave_id, reason)
