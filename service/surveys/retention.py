"""Sealed responses are deleted when the time that the manifest promises is over. The release stays."""

import logging
from collections.abc import Iterator
from datetime import date, datetime

from privacy.errors import SottovoceError
from privacy.manifest_reader import read_manifest
from service.errors import Unavailable
from service.http.context import Context
from service.store import box, waves
from service.store.mixing import mix
from service.store.tables_main import WaveRow
from service.store.unit_of_work import reading, unit_of_work

_PAGE = 1000
_log = logging.getLogger("sottovoce.retention")


class Retention:
    """Deletes what is due each time it is asked, and remembers what it could not finish."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._unmixed = True  # the process before this one may have been stopped between deleting and mixing
        self._warned: date | None = None

    def delete_expired(self) -> list[str]:
        """Delete the sealed responses of released waves whose retention has ended; the ids of those waves.

        A wave that waits for its tally keeps them until it is released, because nothing else holds what
        people said; the log says so once a day. What is left of deleted rows in the files goes with the
        mixing, which is done again next time if it fails.
        """
        expired = [row.id for row in self._past("released") if self._delete(row)]
        self._unmixed |= bool(expired)
        if self._unmixed:
            try:
                mix(self._context.box, ["response"])
                self._unmixed = False
            except Unavailable as error:
                _log.warning("after deleting responses: %s", error)
        self._warn([row.id for row in self._past("closed")])
        return expired

    def _past(self, state: str) -> Iterator[WaveRow]:
        """The waves in this state that closed, by hand or by themselves, as long ago as they are kept."""
        now, after = self._context.clock(), None
        while True:
            with reading(self._context.main) as tx:
                rows = waves.page_of_waves(tx, states=(state,), after=after, limit=_PAGE)
            for row in rows:
                if _is_over(datetime.fromisoformat(row.closes_at), row.plan["retention_days"], now):
                    yield row
            if len(rows) < _PAGE:
                return
            after = (rows[-1].opens_at, rows[-1].id)

    def _delete(self, row: WaveRow) -> bool:
        if row.wave is None or row.manifest is None:
            return False
        try:
            manifest = read_manifest(row.manifest, row.wave)
            # Closed by hand it closed earlier than promised, but is kept as long as promised.
            if not _is_over(manifest.closes_at, manifest.retention_days, self._context.clock()):
                return False
            return _purge(self._context, row.wave)
        except SottovoceError as error:
            _log.warning("wave %s keeps its responses: %s", row.id, error)  # and holds up no other
            return False

    def _warn(self, waiting: list[str]) -> None:
        today = self._context.clock().date()
        if waiting and self._warned != today:
            self._warned = today
            _log.warning(
                "the retention of %s is over but no release was published, so the sealed responses are kept; "
                "run sottovoce tally run",
                ", ".join(waiting),
            )


def _is_over(closed_at: datetime, days: int, now: datetime) -> bool:
    # Not closed_at + days: that need not be a date before the year 10000.
    return (now - closed_at).days >= days


def _purge(context: Context, wave: bytes) -> bool:
    with reading(context.box) as tx:
        if box.find_wave(tx, wave) is None or box.count(tx, wave) == 0:
            return False
    with unit_of_work(context.box) as tx:
        box.purge(tx, wave)
    return True
