"""A full disk, a database that is gone: 503, nothing acknowledged that is not stored, no restart."""

import asyncio
import resource
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, event, text

from privacy.board import leaf_of
from privacy.canonical import unb64u
from privacy.receipt_code import locator_of
from privacy.receipts import check_receipt
from service.collector import collector, writer
from service.errors import Unavailable
from service.store import arrivals, box
from service.store.arrivals import Arrival, Outcome
from service.store.engine import open_engine

Fault = Callable[[Engine], Any]  # a context in which the store fails


@contextmanager
def log_that_cannot_grow(engine: Engine) -> Iterator[None]:
    """The disk takes a part of what is to be written to the log, as a disk does that fills up."""
    log = Path(f"{engine.url.database}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 2500, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def file_that_cannot_grow(engine: Engine) -> Iterator[None]:
    def limit(connection: Any, *_rest: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    pages = 1  # SQLite takes the present size for it
    event.listen(engine, "checkout", limit)
    try:
        yield
    finally:
        pages = 2**30
        engine.dispose()
        with engine.connect():
            event.remove(engine, "checkout", limit)


@contextmanager
def lock_that_is_never_released(engine: Engine) -> Iterator[None]:
    def no_patience(connection: Any, *_rest: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 0")

    event.listen(engine, "checkout", no_patience)
    other = sqlite3.connect(str(engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()
        event.remove(engine, "checkout", no_patience)


@contextmanager
def full_tablespace(engine: Engine) -> Iterator[None]:
    """Writing a row fails as it does where PostgreSQL's disk is full."""
    administer(
        engine,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END$$",
        "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON response EXECUTE FUNCTION full_disk()",
        "CREATE TRIGGER full_disk BEFORE UPDATE ON box_wave EXECUTE FUNCTION full_disk()",
    )
    try:
        yield
    finally:
        administer(engine, "DROP FUNCTION full_disk CASCADE")


@contextmanager
def database_that_is_gone(engine: Engine) -> Iterator[None]:
    name = engine.url.database
    server = open_engine(engine.url.set(database="postgres").render_as_string(hide_password=False))
    administer(
        server,
        f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    try:
        yield
    finally:
        administer(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def administer(engine: Engine, *statements: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


faults = pytest.mark.parametrize(
    ("database", "fault"),
    [
        ("sqlite", log_that_cannot_grow),
        ("sqlite", file_that_cannot_grow),
        ("sqlite", lock_that_is_never_released),
        ("postgresql", full_tablespace),
        ("postgresql", database_that_is_gone),
    ],
    indirect=["database"],
)


@faults
def test_what_cannot_be_stored_is_refused_with_503_and_accepted_as_it_is_when_the_store_is_back(
    collecting: Any, wave: Any, fault: Fault
) -> None:
    before, *others = [wave.voice().envelope() for _ in range(40)]

    async def scenario(client: httpx.AsyncClient) -> list[list[httpx.Response]]:
        async def send(envelopes: Sequence[bytes]) -> list[httpx.Response]:
            return await asyncio.gather(*[client.post(wave.path, content=each) for each in envelopes])

        first = await send([before])
        with fault(collecting.engine):
            refused = [*await send(others), *await send(others[:3])]
        stored = collecting.stored(wave)
        assert list(stored.values()) == [before]
        return [first, refused, await send(others)]

    first, refused, accepted = collecting.run(scenario)
    assert {answer.status_code for answer in refused} == {503}
    for answer in refused:
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert set(problem) == {"type", "title", "status", "detail"}
        assert problem["type"] == "urn:sottovoce:problem:unavailable"
        assert "keep the response" in problem["detail"] or "keep it" in problem["detail"]
    for envelope, answer in zip([before, *others], first + accepted, strict=True):
        assert answer.status_code == 201
        check_receipt(wave.manifest, leaf_of(envelope), unb64u(answer.json()["signature"]))
    assert set(collecting.stored(wave).values()) == {before, *others}


@faults
def test_a_store_that_fails_in_the_midst_of_the_load_keeps_every_response_it_acknowledged(
    collecting: Any, wave: Any, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    collecting.settings = collecting.settings.model_copy(update={"group_limit": 2})
    envelopes = [wave.voice().envelope() for _ in range(24)]
    groups = 0

    def store(engine: Engine, group: Sequence[Arrival]) -> list[Outcome]:
        nonlocal groups
        groups += 1
        if groups in (4, 5, 6, 9):
            with fault(engine):
                return arrivals.store(engine, group)
        return arrivals.store(engine, group)

    monkeypatch.setattr(collector, "store", store)

    async def scenario(client: httpx.AsyncClient) -> list[list[int]]:
        statuses = []
        for _ in range(2):
            answers = await asyncio.gather(*[client.post(wave.path, content=each) for each in envelopes])
            acknowledged = {
                envelope for envelope, answer in zip(envelopes, answers, strict=True) if answer.is_success
            }
            assert set(collecting.stored(wave).values()) == acknowledged
            statuses.append([answer.status_code for answer in answers])
        return statuses

    first, again = collecting.run(scenario)
    assert sorted(set(first)) == [201, 503]
    assert set(again) == {201}


@faults
def test_closing_that_the_store_interrupts_is_done_again_and_loses_nothing(
    engines: Any, wave: Any, fault: Fault
) -> None:
    group = [wave.arrival(wave.voice().envelope()) for _ in range(5)]
    assert arrivals.store(engines.box, group) == [Outcome.STORED] * 5
    with fault(engines.box), pytest.raises(Unavailable):
        box.close_wave(engines.box, wave.name)
    assert box.close_wave(engines.box, wave.name).responses == 5


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_reading_from_a_database_that_is_gone_is_unavailable_and_works_again(
    collecting: Any, wave: Any
) -> None:
    voice = wave.voice()
    root = wave.path.removesuffix("/responses")
    paths = [
        f"{root}/manifest",
        f"{wave.path}/{locator_of(voice.code, wave.name).hex()}",
        f"{root}/board",
        f"{root}/proofs/{voice.nullifier.hex()}",
    ]

    async def scenario(client: httpx.AsyncClient) -> list[list[tuple[int, str]]]:
        async def ask() -> list[tuple[int, str]]:
            answers = [await client.get(path) for path in paths]
            return [(answer.status_code, answer.headers["content-type"]) for answer in answers]

        await client.post(wave.path, content=voice.envelope())
        with database_that_is_gone(collecting.engine):
            during = await ask()
        return [during, await ask()]

    during, afterwards = collecting.run(scenario)
    assert during == [(503, "application/problem+json")] * len(paths)
    assert [status for status, _ in afterwards] == [200, 200, 409, 409]


def test_more_than_the_queue_holds_is_refused_with_503_and_the_rest_is_stored(
    collecting: Any, wave: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelopes = [wave.voice().envelope() for _ in range(12)]
    going_on = threading.Event()

    def store(engine: Engine, group: Sequence[Arrival]) -> list[Outcome]:
        going_on.wait()
        return arrivals.store(engine, group)

    monkeypatch.setattr(collector, "store", store)
    monkeypatch.setattr(writer, "QUEUE_LIMIT", 4)

    async def scenario(client: httpx.AsyncClient) -> tuple[list[httpx.Response], list[httpx.Response]]:
        sending = [asyncio.create_task(client.post(wave.path, content=each)) for each in envelopes]
        refused, _ = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
        assert {task.result().status_code for task in refused} == {503}
        going_on.set()
        return await asyncio.gather(*sending), [
            await client.post(wave.path, content=each) for each in envelopes
        ]

    first, again = collecting.run(scenario)
    assert 4 <= [answer.status_code for answer in first].count(201) < len(envelopes)
    assert {answer.status_code for answer in first} == {201, 503}
    assert {answer.status_code for answer in again} == {201}
    assert set(collecting.stored(wave).values()) == set(envelopes)
