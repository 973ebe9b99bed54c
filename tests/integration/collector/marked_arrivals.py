"""Arrivals at the collector whose every part is marked, and what stores and removes them."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Engine, text

from privacy.sealing import SEQUENCE_OFFSET
from service.store import arrivals
from service.store.arrivals import Arrival, Outcome
from service.store.mixing import mix
from tests.integration.collector.marked import mark

SMALL, LARGE = 700, 6000  # bytes of an envelope; PostgreSQL keeps a large one beside its row, in pieces
Submit = Callable[[Sequence[int]], None]


def an_arrival(number: int, size: int, *, start: bytes = b"", sequence: int = 1) -> Arrival:
    """An arrival whose every part is marked, behind random bytes where the store sorts by it."""
    envelope = bytearray(secrets.token_bytes(size))
    envelope[: len(mark(b"h", 0))] = mark(b"h", number)
    envelope[-len(mark(b"t", 0)) :] = mark(b"t", number)
    envelope[SEQUENCE_OFFSET : SEQUENCE_OFFSET + 4] = sequence.to_bytes(4)
    nullifier = (start or secrets.token_bytes(8)) + mark(b"n", number) + bytes(13)
    locator = secrets.token_bytes(5) + mark(b"l", number)
    return Arrival(b"", nullifier, locator, sequence, bytes(envelope))


def storing(engine: Engine, wave: bytes, group: Sequence[Arrival]) -> Submit:
    """Submits arrivals by their places in ``group``, each in a transaction of its own."""

    def submit(order: Sequence[int]) -> None:
        for place in order:
            assert arrivals.store(engine, [replace(group[place], wave=wave)]) == [Outcome.STORED]

    return submit


def empty(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM response"))
    mix(engine, ["response"])
