"""Sealed responses are deleted when the time that the manifest promises is over. The release stays."""

from datetime import datetime, timedelta

from privacy.manifest_reader import read_manifest
from service.http.context import Context
from service.store import box, waves
from service.store.mixing import mix
from service.store.unit_of_work import reading, unit_of_work

_PAGE = 1000


def delete_expired(context: Context) -> list[str]:
    """Delete the sealed responses of released waves whose retention has ended; the ids of those waves.

    A wave that waits for its tally keeps them until it is released: nothing else holds what people said.
    """
    expired = [wave_id for wave_id, wave in _past(context) if _purge(context, wave)]
    if expired:
        mix(context.box, ["response"])
    return expired


def _past(context: Context) -> list[tuple[str, bytes]]:
    now, past, after = context.clock(), [], None
    while True:
        with reading(context.main) as tx:
            rows = waves.page_of_waves(tx, states=("released",), after=after, limit=_PAGE)
        for row in rows:
            days = timedelta(days=row.plan["retention_days"])
            closed_at = datetime.fromisoformat(row.closes_at)  # by hand it can be earlier than promised
            if row.wave is None or row.manifest is None or closed_at + days > now:
                continue
            manifest = read_manifest(row.manifest, row.wave)
            if manifest.closes_at + timedelta(days=manifest.retention_days) <= now:
                past.append((row.id, row.wave))
        if len(rows) < _PAGE:
            return past
        after = (rows[-1].opens_at, rows[-1].id)


def _purge(context: Context, wave: bytes) -> bool:
    with reading(context.box) as tx:
        if box.find_wave(tx, wave) is None or box.count(tx, wave) == 0:
            return False
    with unit_of_work(context.box) as tx:
        box.purge(tx, wave)
    return True
