"""The collector: verifies sealed responses, has them written, and signs a receipt for what is durable.

It sees envelopes and never people: no address, agent or time of a request reaches anything in here.
"""

import asyncio
import logging
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Engine

from privacy import signatures
from privacy.board import leaf_of
from privacy.canonical import b64u
from privacy.errors import Refused, SottovoceError
from privacy.receipts import sign_receipt
from privacy.sealing import TOKEN_OFFSET, nullifier_of, verify
from privacy.tokens import INPUT_SIZE
from service.clock import Clock
from service.collector.receipt_key import load_receipt_key, receipt_key_path
from service.collector.waves import LoadedWave, Waves, closed
from service.collector.writer import GroupWriter
from service.errors import Misconfigured, Unavailable
from service.settings import Settings
from service.store import box as box_store
from service.store.arrivals import Arrival, Outcome, store
from service.store.mixing import mix, traces
from service.store.unit_of_work import reading

_RECEIPT = b'{"leaf":"%b","signature":"%b"}'
_log = logging.getLogger("sottovoce.collector")


class Collector:
    """Takes the responses of every wave in one box. ``start`` it in the event loop that serves."""

    def __init__(self, settings: Settings, clock: Clock, box: Engine) -> None:
        self._settings = settings
        self._clock = clock
        self._box = box
        self._waves = Waves(box)
        self._key: ec.EllipticCurvePrivateKey | None = None
        self._public_key = b""
        self._writer = GroupWriter(
            self._write, self._mix, linger=settings.linger_ms / 1000, limit=settings.group_limit
        )
        self._written = True  # by an earlier process, for all that is known here

    async def start(self) -> None:
        """Read or make the receipt key and start writing.

        Raises Misconfigured if the key cannot be used, Unavailable if the box cannot be reached.
        """
        key = await asyncio.to_thread(
            load_receipt_key, receipt_key_path(self._settings.key_folder), self._box
        )
        self._key, self._public_key = key, signatures.point_of(key)
        if left := await asyncio.to_thread(traces, self._box):
            _log.warning(
                "the database server keeps an order of arrival after mixing: %s; see "
                "docs/operations-postgresql.md",
                ", ".join(left),
            )
        self._writer.start()

    async def stop(self) -> None:
        """Write what has been accepted so far, mix it, and take no more."""
        await self._writer.stop()
        if self._key is None or not self._written:
            return
        try:
            await asyncio.to_thread(self._mix)
        except SottovoceError as error:
            _log.warning("%s", error)

    async def mix(self) -> bool:
        """Mix the box if anything was written since it was last mixed; say whether it was.

        Raises Unavailable if the store cannot be mixed now; then the next call tries again.
        """
        if not self._written:
            return False
        await self._writer.mix()
        return True

    async def find(self, wave: bytes) -> LoadedWave:
        """The wave, open or closed now. Raises NotFound, Conflict before it opens, Unavailable."""
        found = (self._waves.in_memory(wave) or await self._waves.find(wave)).at(self._clock())
        if not found.closed:
            self._check_key(found)
        return found

    async def accept(self, wave: LoadedWave, envelope: bytes) -> bytes:
        """Store ``envelope`` and give its receipt as JSON, after it is durable and not before.

        The same envelope again is accepted again, after the close too. Raises Refused, with one text, for
        whatever is wrong with the envelope; Conflict for any other envelope once the wave has closed;
        Unavailable if it could not be stored.
        """
        if wave.closed:
            return await self._receipt_again(wave, envelope)
        verified = verify(envelope, wave.wave, wave.issuer, wave.size)
        arrival = Arrival(wave.wave, verified.nullifier, verified.locator, verified.sequence, envelope)
        match await self._writer.submit(arrival):
            case Outcome.STORED:
                return self._receipt(wave, verified.leaf)
            case Outcome.REFUSED:
                raise Refused("the sealed response does not hold")
            case Outcome.CLOSED:
                self._waves.has_closed(wave.wave)
                return await self._receipt_again(wave, envelope)
            case Outcome.UNAVAILABLE:
                raise Unavailable("the response could not be stored; keep it and send the same one again")

    async def _receipt_again(self, wave: LoadedWave, envelope: bytes) -> bytes:
        # Without it, somebody whose first receipt was lost on the way would have nothing to prove theirs by.
        # What equals a stored envelope was verified when that was stored.
        if not await asyncio.to_thread(self._is_stored, wave.wave, envelope):
            raise closed()
        self._check_key(wave)
        return self._receipt(wave, leaf_of(envelope))

    def _is_stored(self, wave: bytes, envelope: bytes) -> bool:
        nullifier = nullifier_of(envelope[TOKEN_OFFSET:][:INPUT_SIZE])
        with reading(self._box) as tx:
            return box_store.envelope_of(tx, wave, nullifier) == envelope

    def _receipt(self, wave: LoadedWave, leaf: bytes) -> bytes:
        assert self._key is not None  # noqa: S101 - requests come after start
        signature = sign_receipt(self._key, wave.wave, leaf)
        return _RECEIPT % (leaf.hex().encode(), b64u(signature).encode())

    def _check_key(self, wave: LoadedWave) -> None:
        if wave.receipt_public_key != self._public_key:
            raise Misconfigured("the wave names another receipt key than this collector has")

    def _write(self, group: Sequence[Arrival]) -> list[Outcome]:
        self._written = True
        return store(self._box, group)

    def _mix(self) -> None:
        self._written = False
        try:
            mix(self._box, ["response"])
        except BaseException:
            self._written = True
            raise
