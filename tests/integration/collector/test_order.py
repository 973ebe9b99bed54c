"""After mixing, and after close, no byte of a store tells in what order anything came.

Everything that is stored carries a mark with its number. Before mixing, the search for marks finds the order
of arrival, so the search is able to; afterwards it must find the same, whatever the order of arrival was.
"""

import asyncio
import random
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, text

from privacy.sealing import CIPHERTEXT_OFFSET, SEQUENCE_OFFSET
from service.collector.collector import Collector
from service.settings import Settings
from service.store import arrivals, box, invitations, surveys, waves
from service.store.arrivals import Arrival, Outcome
from service.store.mixing import mix, traces
from service.store.slots import slot_of
from service.store.tables_main import InvitationRow
from service.store.unit_of_work import unit_of_work

PAGE = Path(__file__).parents[3] / "docs" / "operations-postgresql.md"
NUMBER = 40
SMALL, LARGE = 700, 6000  # bytes of an envelope; PostgreSQL keeps a large one beside its row, in pieces
MARK = secrets.token_bytes(8)
MARKS = re.compile(re.escape(MARK) + b"(.)(..)", re.DOTALL)
LOG = "-wal"
Submit = Callable[[Sequence[int]], None]


def mark(kind: bytes, number: int) -> bytes:
    return MARK + kind + number.to_bytes(2)


@dataclass
class Searched:
    """Every byte that the database keeps of one store."""

    engine: Engine

    @property
    def sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def column(self, statement: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(statement)).scalars())

    def administer(self, *statements: str) -> None:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in statements:
                connection.execute(text(statement))

    def files(self) -> dict[str, bytes]:
        """The store's files by name; the parts of PostgreSQL's log are joined, oldest first."""
        if self.sqlite:
            place = self.engine.url.database
            return {name: Path(f"{place}{name}").read_bytes() for name in ("", LOG, "-shm")}
        folder = Path(self.column("SHOW data_directory")[0])
        log = b"".join(path.read_bytes() for path in sorted((folder / "pg_wal").glob("0*")))
        self.administer("CHECKPOINT")  # the rest of what it holds in memory goes to its files
        others = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "pg_wal")
        return {LOG: log, **{str(path): read(path) for path in others}}

    def look(self) -> "Seen":
        """Every mark that is in a file now."""
        seen = Seen()
        for name, content in self.files().items():
            for hit in MARKS.finditer(content):
                kept = seen.log if name in (LOG, "-shm") else seen.files.setdefault(name, {})
                kept.setdefault(hit[1], []).append((hit.start(), int.from_bytes(hit[2])))
        return seen

    def content(self) -> tuple[bytes, ...]:
        """On SQLite every byte, but for counters of transactions and random numbers of the log."""
        if not self.sqlite:
            return ()
        files = self.files()
        return files[""][100:], files[LOG], files["-shm"][136:]


@dataclass
class Seen:
    """Offset and number of each mark, by its kind, in the order of offsets."""

    log: dict[bytes, list[tuple[int, int]]] = field(default_factory=dict)
    files: dict[str, dict[bytes, list[tuple[int, int]]]] = field(default_factory=dict)

    def in_log(self, kind: bytes) -> list[int]:
        """The numbers in the order in which the log has them first."""
        return list(dict.fromkeys(number for _, number in self.log.get(kind, [])))

    def tells(self, order: list[int], *kinds: bytes) -> bool:
        """Whether the log gives this order away, by marks of each of these kinds.

        A few are missing where a header of PostgreSQL's log stands in the middle of a mark.
        """
        found = [self.in_log(kind) for kind in kinds]
        return all(len(each) > 0.8 * len(order) and is_part(each, order) for each in found)

    @property
    def orders(self) -> list[tuple[bytes, list[int]]]:
        """Every order in which marks of one kind lie in a file, but for the log."""
        found = [(kind, hits) for file in self.files.values() for kind, hits in file.items()]
        return sorted((kind, [number for _, number in hits]) for kind, hits in found)

    def pages(self, kind: bytes, size: int) -> dict[int, int]:
        """The page of the only file that has marks of this kind, by number. Rows fill a page from its end."""
        (hits,) = [file[kind] for file in self.files.values() if kind in file]
        return {number: offset // size for offset, number in hits}


def is_part(some: list[int], order: list[int]) -> bool:
    return some == [number for number in order if number in some]


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""  # the server removes files meanwhile


@pytest.fixture
def careful(engines: SimpleNamespace) -> Iterator[None]:
    """The server has the settings of docs/operations-postgresql.md for as long as the test lasts."""
    if engines.kind == "sqlite":
        yield
        return
    server = Searched(engines.box)
    settings = re.findall(r"^(ALTER SYSTEM SET (\w+) = \S+);$", PAGE.read_text(), re.MULTILINE)
    server.administer(*[statement for statement, _ in settings], "SELECT pg_reload_conf()")
    engines.box.dispose()  # a connection that begins now has them for certain
    engines.main.dispose()
    assert traces(engines.box) == traces(engines.main) == ()
    mix(engines.box, [])  # what other tests left in the log
    yield
    server.administer(*[f"ALTER SYSTEM RESET {name}" for _, name in settings], "SELECT pg_reload_conf()")


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


def two_orders(number: int) -> list[list[int]]:
    first, second = (random.sample(range(number), number) for _ in range(2))
    assert first != second
    return [first, second]


@pytest.mark.usefixtures("careful")
@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_mixing_leaves_nothing_of_the_order_in_which_responses_came(
    engines: Any, wave: Any, size: int
) -> None:
    searched = Searched(engines.box)
    group = [an_arrival(number, size) for number in range(NUMBER)]
    by_slot = sorted(range(NUMBER), key=lambda number: slot_of(group[number].nullifier))
    submit = storing(engines.box, wave.name, group)
    left = []
    for order in two_orders(NUMBER):
        submit(order)
        assert searched.look().tells(order, b"n", b"l", b"h", b"t")
        assert in_rows(searched, group) == (by_slot if searched.sqlite else order)
        mix(engines.box, ["response"])
        left.append((mixed(searched), searched.content()))
        pages = searched.look().pages(b"t", 1024 if searched.sqlite else 8192)
        assert [pages[number] for number in by_slot] == sorted(pages.values())
        assert in_rows(searched, group) == by_slot
        assert len(set(writers(searched, "response"))) == 1
        empty(engines.box)
        assert mixed(searched) == []
    assert left[0] == left[1]
    assert len(left[0][0]) >= 4


def mixed(searched: Searched) -> list[tuple[bytes, list[int]]]:
    """What is in the files right after mixing."""
    seen = searched.look()
    assert seen.log == {}
    return seen.orders


def in_rows(searched: Searched, group: Sequence[Arrival]) -> list[int]:
    """The numbers of the rows in the order of the places that the database counts."""
    place = "rowid" if searched.sqlite else "ctid"
    numbers = {arrival.nullifier: number for number, arrival in enumerate(group)}
    return [
        numbers[nullifier]
        for nullifier in searched.column(f"SELECT nullifier FROM response ORDER BY {place}")
    ]


def writers(searched: Searched, table: str) -> list[str]:
    """The transactions that wrote the rows of ``table`` and the pieces of their large values."""
    if searched.sqlite:
        return ["it keeps none"]
    query = f"SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = '{table}'::regclass"
    tables = [table, *[beside for beside in searched.column(query) if beside != "-"]]
    return [number for name in tables for number in searched.column(f"SELECT xmin::text FROM {name}")]


@pytest.mark.usefixtures("careful")
def test_mixing_leaves_nothing_of_responses_that_were_replaced(engines: Any, wave: Any) -> None:
    """Neither the earlier envelopes nor when the later ones came."""
    searched = Searched(engines.box)
    starts = [secrets.token_bytes(8) for _ in range(NUMBER)]
    group = [an_arrival(number, SMALL, start=start) for number, start in enumerate(starts)]
    later = [
        replace(an_arrival(NUMBER + number, SMALL, sequence=2), nullifier=group[number].nullifier)
        for number in range(NUMBER)
    ]
    left = []
    for order in two_orders(NUMBER):
        storing(engines.box, wave.name, group)(order)
        storing(engines.box, wave.name, later)(list(reversed(order)))
        mix(engines.box, ["response"])
        left.append((mixed(searched), searched.content()))
        empty(engines.box)
    assert left[0] == left[1]
    sealed = [numbers for kind, numbers in left[0][0] if kind in (b"h", b"t", b"l")]
    assert len(sealed) >= 3
    assert all(min(numbers) == NUMBER for numbers in sealed)


@pytest.mark.usefixtures("careful")
def test_close_leaves_nothing_of_the_order_in_which_responses_came(engines: Any, new_wave: Any) -> None:
    searched = Searched(engines.box)
    group = [an_arrival(number, SMALL) for number in range(NUMBER)]
    left = []
    for order in two_orders(NUMBER):
        wave = new_wave(title=f"Pulse {len(left)}")
        storing(engines.box, wave.name, group)(order)
        assert searched.look().tells(order, b"h")
        box.close_wave(engines.box, wave.name)
        seen = searched.look()
        left.append(seen.orders)
        # PostgreSQL logs pages again when they are first read: as they are now.
        for kind in seen.log:
            assert any(
                is_part(seen.in_log(kind), numbers) for marked, numbers in seen.orders if marked == kind
            )
        assert not seen.tells(order, b"h")
        assert len(set(writers(searched, "response"))) == 1
        with unit_of_work(engines.box) as tx:
            box.purge(tx, wave.name)
        mix(engines.box, ["response"])
        assert mixed(searched) == []
    assert left[0] == left[1] != []


@pytest.mark.usefixtures("careful")
@pytest.mark.parametrize("max_bytes", [40, LARGE])
def test_the_collector_leaves_nothing_of_the_order_in_which_responses_came(
    engines: Any, new_wave: Any, settings: Settings, max_bytes: int
) -> None:
    wave = new_wave(max_bytes)
    searched = Searched(engines.box)
    sealed = [marked_envelope(wave.voice(), number) for number in range(NUMBER // 2)]
    orders = two_orders(NUMBER // 2)

    async def scenario() -> list[Any]:
        collector = Collector(settings, lambda: wave.manifest.opens_at + timedelta(hours=1), engines.box)
        await collector.start()
        loaded = await collector.find(wave.name)
        left: list[Any] = []
        for order in orders:
            for number in order:
                await collector.accept(loaded, sealed[number])
            assert searched.look().tells(order, b"h")
            if len(left) == 0:
                assert await collector.mix()
            else:
                await collector.stop()
            left.append((mixed(searched), searched.content()))
            await asyncio.to_thread(empty, engines.box)
        return left

    first, second = asyncio.run(scenario())
    assert first == second
    assert first[0] != []


def marked_envelope(voice: Any, number: int) -> bytes:
    body = bytearray(voice.envelope()[:-64])
    body[CIPHERTEXT_OFFSET : CIPHERTEXT_OFFSET + len(mark(b"h", 0))] = mark(b"h", number)
    return bytes(voice.signed(bytes(body)))


@pytest.mark.usefixtures("careful")
def test_mixing_leaves_nothing_of_the_order_in_which_people_drew_tokens(engines: Any) -> None:
    searched = Searched(engines.main)
    wave_id, digests = an_open_wave(engines.main)
    left = []
    for order in two_orders(NUMBER):
        for number in order:
            with unit_of_work(engines.main) as tx:
                invitations.hold_issuing(tx, wave_id)
                blinded = secrets.token_bytes(5) + mark(b"b", number) + bytes(16)
                assert invitations.issue(tx, waves.find(tx, wave_id), digests[number], blinded)
        assert searched.look().tells(order, b"b")
        mix(engines.main, ["issuance"])
        left.append(mixed(searched))
        by_slot = sorted(digests, key=slot_of)
        place = "rowid" if searched.sqlite else "ctid"
        assert searched.column(f"SELECT digest FROM issuance ORDER BY {place}") == by_slot
        assert len(set(writers(searched, "issuance"))) == 1
        with unit_of_work(engines.main) as tx:
            assert invitations.count_and_forget(tx, wave_id) == NUMBER
        mix(engines.main, ["issuance"])
        assert not [numbers for kind, numbers in mixed(searched) if kind == b"b"], "gone after close"
    assert left[0] == left[1]
    assert [sorted(numbers) for kind, numbers in left[0] if kind == b"b"] == [list(range(NUMBER))]


def an_open_wave(engine: Engine) -> tuple[str, list[bytes]]:
    """A wave that is open, and the marked digests of its invitations."""
    digests = [secrets.token_bytes(8) + mark(b"d", number) + bytes(13) for number in range(NUMBER)]
    name = secrets.token_bytes(32)
    times = {"opens_at": "2026-03-01T08:00:00Z", "closes_at": "2026-03-08T08:00:00Z"}
    with unit_of_work(engine) as tx:
        surveys.add_survey(tx, "pulse", version="1", title={}, source="", day=date(2026, 3, 1))
        row = waves.add_draft(tx, "pulse", source="", plan={}, **times)
        opened = {"wave": name, "manifest": b"{}", "invited": NUMBER, "opens_at": times["opens_at"]}
        waves.mark_open(tx, row, **opened)
        for digest in sorted(digests):
            tx.add(InvitationRow(digest=digest, wave_id=row.id, person=digest.hex()))
        return row.id, digests
