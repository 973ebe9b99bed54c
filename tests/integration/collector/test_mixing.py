"""Mixing: often enough, at nobody's cost, and it says what on the server would undo it."""

import asyncio
import random
import secrets
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from service import app, jobs
from service.collector.collector import Collector
from service.errors import Unavailable
from service.feedback import mixing
from service.settings import Settings
from service.store import arrivals, box
from service.store.arrivals import Arrival, Outcome
from service.store.engine import open_engine
from service.store.mixing import mix, traces
from service.store.schema import migrate
from service.store.unit_of_work import reading

STORED, REFUSED = Outcome.STORED, Outcome.REFUSED
WRITERS = 2


def test_nothing_is_lost_and_nothing_seems_lost_while_responses_arrive_and_are_mixed(
    engines: Any, wave: Any
) -> None:
    """Responses are stored and replaced, and somebody reads, all while the table is rewritten."""
    voices = [wave.voice() for _ in range(60)]
    pairs = [[wave.arrival(voice.envelope(sequence)) for sequence in (1, 2)] for voice in voices]
    counted: list[int] = []
    writers = [threading.Thread(target=write, args=(engines.box, pairs[n::WRITERS])) for n in range(WRITERS)]
    others = [
        Repeated(lambda: mix(engines.box, ["response"])),
        Repeated(lambda: counted.append(number_of(engines.box, wave.name))),
    ]
    for thread in (*others, *writers):
        thread.start()
    for writer in writers:
        writer.join()
    for other in others:
        other.finish()
    assert all(other.times > 1 for other in others)
    assert counted == sorted(counted)
    rows = {row for chunk in box.envelopes(engines.box, wave.name) for row in chunk}
    assert rows == {(later.nullifier, later.envelope) for _, later in pairs}


def write(engine: Engine, pairs: Sequence[Sequence[Arrival]]) -> None:
    for first, later in pairs:
        group = [first, later]
        assert [arrivals.store(engine, [arrival]) for arrival in (first, first)] == [[STORED]] * 2
        assert arrivals.store(engine, group)[1] is STORED
        assert arrivals.store(engine, [first]) == [REFUSED]


def number_of(engine: Engine, wave: bytes) -> int:
    with reading(engine) as tx:
        return box.count(tx, wave)


class Repeated(threading.Thread):
    """Does something again and again, counting, until it is told to finish."""

    def __init__(self, work: Any) -> None:
        super().__init__()
        self.work = work
        self.times = 0
        self.going = True

    def run(self) -> None:
        while self.going or self.times < 2:
            self.work()
            self.times += 1

    def finish(self) -> None:
        self.going = False
        self.join()


def test_the_collector_mixes_between_groups_and_only_what_was_written_since(
    engines: Any, wave: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings.model_copy(update={"group_limit": 3})
    mixed: list[Sequence[str]] = []

    def counting(engine: Engine, tables: Sequence[str]) -> None:
        mixed.append(tables)
        mix(engine, tables)

    monkeypatch.setattr("service.collector.collector.mix", counting)
    envelopes = [wave.voice().envelope() for _ in range(30)]

    async def scenario() -> list[bool]:
        collector = Collector(settings, lambda: wave.manifest.opens_at + timedelta(hours=1), engines.box)
        await collector.start()
        loaded = await collector.find(wave.name)
        done = [await collector.mix(), await collector.mix()]
        accepting = [asyncio.create_task(collector.accept(loaded, envelope)) for envelope in envelopes]
        while not all(task.done() for task in accepting):
            await asyncio.sleep(0)
            await collector.mix()
        await asyncio.gather(*accepting)
        await collector.mix()
        done.append(await collector.mix())
        await collector.stop()
        return done

    assert asyncio.run(scenario()) == [True, False, False], "at its start a collector does not know"
    assert len(mixed) >= 2
    assert all(tables == ["response"] for tables in mixed)
    stored = {envelope for chunk in box.envelopes(engines.box, wave.name) for _, envelope in chunk}
    assert stored == set(envelopes)


@pytest.mark.parametrize("minutes", [10, 0.5])
@pytest.mark.parametrize(
    ("job_of", "tables_of"),
    [("the box", {"responses", "conversations"}), ("issuance", {"issuance", "feedback_draw"})],
)
def test_a_store_is_mixed_once_in_each_window_of_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, job_of: str, tables_of: set[str], minutes: float
) -> None:
    now = 0.0
    mixed: list[str] = []

    async def mix_responses(_collector: Collector) -> None:
        mixed.append("responses")

    monkeypatch.setattr(jobs, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(Collector, "mix", mix_responses)
    monkeypatch.setattr(mixing, "mix_conversations", lambda _context: mixed.append("conversations"))
    monkeypatch.setattr(app, "mix", lambda _engine, tables: mixed.extend(tables))
    job = app.create_app(Settings(data=tmp_path, mixing_minutes=minutes))._jobs[f"mixing of {job_of}"]

    async def scenario() -> list[float]:
        nonlocal now
        moments = []
        while now < 3.5 * 60 * minutes:
            await job()
            moments += [now] * bool(mixed)
            assert set(mixed) in (set(), tables_of)
            mixed.clear()
            now += 10
        return moments

    # At its start too: another process may have ended in the middle of a window.
    assert asyncio.run(scenario()) == [window * 60 * minutes for window in range(4)]


def test_what_is_read_meanwhile_on_sqlite_puts_mixing_off_and_loses_nothing(tmp_path: Path) -> None:
    engine = a_box(tmp_path / "box.db")
    group = some_arrivals(5, 700)
    with closing(sqlite3.connect(tmp_path / "box.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM response").fetchone()
        assert arrivals.store(engine, group) == [STORED] * len(group)
        with pytest.raises(Unavailable):
            mix(engine, ["response"])
        assert arrivals.store(engine, group) == [STORED] * len(group)
    mix(engine, ["response"])
    assert (tmp_path / "box.db-wal").stat().st_size == 0
    assert number_of(engine, b"") == len(group)
    engine.dispose()


def test_the_index_of_a_log_that_grew_long_keeps_no_order_on_sqlite(tmp_path: Path) -> None:
    """While somebody reads the log cannot begin again; its index then has parts that are cleared late."""
    group = some_arrivals(100, 20_000)
    changed = [replace(arrival, envelope=b"\xff" * len(arrival.envelope)) for arrival in group]
    left = []
    for number in range(2):
        file = tmp_path / f"box-{number}.db"
        engine = a_box(file)
        with closing(sqlite3.connect(file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM response").fetchone()
            for order in (group, changed, changed):
                for arrival in random.sample(order, len(order)):
                    assert arrivals.store(engine, [arrival]) == [STORED]
        index = Path(f"{file}-shm")
        before = index.read_bytes()
        mix(engine, ["response"])
        assert len(before) == index.stat().st_size > 32 * 1024
        left.append((before[136:], index.read_bytes()[136:], file.read_bytes()[100:]))
        assert "filling" not in tables_of(engine)
        engine.dispose()
    first, second = left
    assert first[0] != second[0]
    assert first[1:] == second[1:]


def a_box(file: Path) -> Engine:
    """An empty box with one wave; nobody waits for a lock in it."""
    engine = open_engine(f"sqlite:///{file}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=0"))
    migrate(engine, "box")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO box_wave (wave, manifest, closed) VALUES (x'', x'', false)"))
    return engine


def some_arrivals(number: int, size: int) -> list[Arrival]:
    return [
        Arrival(b"", secrets.token_bytes(32), secrets.token_bytes(16), 0, secrets.token_bytes(size))
        for _ in range(number)
    ]


def tables_of(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(text("SELECT name FROM sqlite_master")).scalars())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("wal_recycle", "on", "wal_recycle is on, not off"),
        ("wal_keep_size", "'64MB'", "wal_keep_size is 64, not 0"),
        ("log_statement", "mod", "log_statement is mod, not none"),
        ("log_min_duration_statement", "0", "log_min_duration_statement is 0, not -1"),
        ("log_transaction_sample_rate", "0.5", "log_transaction_sample_rate is 0.5, not 0"),
    ],
)
def test_a_server_setting_that_would_keep_an_order_is_named(
    postgres: str, name: str, value: str, said: str
) -> None:
    engine = open_engine(postgres)
    administer(engine, "ALTER SYSTEM SET wal_recycle = off", f"ALTER SYSTEM SET {name} = {value}")
    try:
        assert traces(engine) == (said,)
    finally:
        administer(engine, f"ALTER SYSTEM RESET {name}", "ALTER SYSTEM RESET wal_recycle")
        engine.dispose()


def test_a_slot_for_a_standby_is_named(postgres: str) -> None:
    engine = open_engine(postgres)
    administer(
        engine,
        "ALTER SYSTEM SET wal_recycle = off",
        "SELECT pg_create_physical_replication_slot('standby', true)",
    )
    try:
        assert traces(engine) == ("a replication slot keeps the log",)
    finally:
        administer(engine, "SELECT pg_drop_replication_slot('standby')", "ALTER SYSTEM RESET wal_recycle")
        engine.dispose()


def test_a_store_in_a_file_has_no_server_that_could_keep_anything(tmp_path: Path) -> None:
    assert traces(open_engine(f"sqlite:///{tmp_path / 'box.db'}")) == ()


def administer(engine: Engine, *statements: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (*statements, "SELECT pg_reload_conf()"):
            connection.execute(text(statement))
    engine.dispose()  # a connection that begins now has the settings for certain
