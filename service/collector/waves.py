"""Waves as the collector needs them in memory: prepared once, looked up for each response."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from privacy.answers import layout_of
from privacy.contract import minute
from privacy.manifest_reader import read_manifest
from privacy.sealing import envelope_size
from privacy.tokens import TokenVerifier
from service.errors import Conflict, NotFound
from service.store import box as store
from service.store.unit_of_work import reading

LIMIT = 256  # waves in memory; the one that was loaded first makes room


@dataclass(frozen=True, slots=True)
class LoadedWave:
    """A wave, its prepared issuer key, and the size of its envelopes in bytes."""

    wave: bytes
    issuer: TokenVerifier
    size: int
    opens_at: datetime
    closes_at: datetime
    receipt_public_key: bytes
    closed: bool

    def at(self, now: datetime) -> "LoadedWave":
        """The wave as it is at ``now``, open or closed. Raises Conflict before it opens."""
        if now < self.opens_at and not self.closed:
            raise Conflict(f"the wave opens at {minute(self.opens_at)}; keep the response and send it then")
        return replace(self, closed=True) if now >= self.closes_at and not self.closed else self


def closed() -> Conflict:
    """The refusal of whatever the box does not hold, byte for byte, after the close."""
    return Conflict("the wave has closed; it takes no response that it does not hold already")


class Waves:
    """The waves of a box, loaded when they are first asked for."""

    def __init__(self, box: Engine) -> None:
        self._box = box
        self._loaded: dict[bytes, LoadedWave] = {}
        self._loading = asyncio.Lock()

    def in_memory(self, wave: bytes) -> LoadedWave | None:
        """The wave, if it has been loaded."""
        return self._loaded.get(wave)

    async def find(self, wave: bytes) -> LoadedWave:
        """The wave. Raises NotFound for one the box does not know, Unavailable if it cannot be read."""
        async with self._loading:  # a wave that opens to a thousand people is loaded once
            found = self._loaded.get(wave)
            if found is None:
                found = await asyncio.to_thread(self._load, wave)
                while len(self._loaded) >= LIMIT:
                    del self._loaded[next(iter(self._loaded))]
                self._loaded[wave] = found
            return found

    def has_closed(self, wave: bytes) -> None:
        """Remember that the wave takes no more; closing is final."""
        if wave in self._loaded:
            self._loaded[wave] = replace(self._loaded[wave], closed=True)

    def _load(self, wave: bytes) -> LoadedWave:
        with reading(self._box) as tx:
            row = store.find_wave(tx, wave)
        if row is None:
            raise NotFound("there is no such wave; check the address")
        manifest = read_manifest(row.manifest, wave)
        return LoadedWave(
            wave=wave,
            issuer=TokenVerifier(manifest.issuer_public_key),
            size=envelope_size(layout_of(manifest)),
            opens_at=manifest.opens_at,
            closes_at=manifest.closes_at,
            receipt_public_key=manifest.receipt_public_key,
            closed=row.closed,
        )
