"""A full disk or a lost database: 503, nothing acknowledged, and the same envelope is accepted afterwards."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, event, text

from service.collector.collector import Collector
from service.errors import Misconfigured
from service.settings import Settings
from service.store import arrivals, box
from service.store.arrivals import Outcome
from service.store.engine import open_engine
from service.store.unit_of_work import unit_of_work

Break = Callable[[bool], None]


@pytest.fixture
def breaking(engines: Any, postgres: str) -> Break:
    """Takes the box's disk or server away, and gives it back."""
    return full_disk(engines.box) if engines.kind == "sqlite" else lost_server(engines.box, postgres)


def full_disk(engine: Engine) -> Break:
    unlimited = 2**30
    most = unlimited

    def on_checkout(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {most}")

    def broken(is_full: bool) -> None:
        nonlocal most
        most = 1 if is_full else unlimited  # SQLite takes the file's present size for it

    event.listen(engine, "checkout", on_checkout)
    return broken


def lost_server(engine: Engine, server: str) -> Break:
    name = engine.url.database
    admin = open_engine(server).execution_options(isolation_level="AUTOCOMMIT")

    def broken(is_lost: bool) -> None:
        with admin.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {not is_lost}"))
            if is_lost:
                ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
                connection.execute(text(ending), {"name": name})
        admin.dispose()

    return broken


def test_while_the_store_fails_nothing_is_acknowledged_and_afterwards_all_of_it_is(
    collecting: Any, wave: Any, breaking: Break
) -> None:
    before = wave.voice().envelope()
    others = [wave.voice().envelope() for _ in range(60)]

    async def scenario(client: httpx.AsyncClient) -> list[list[httpx.Response]]:
        async def send(envelopes: list[bytes]) -> list[httpx.Response]:
            return await asyncio.gather(*[client.post(wave.path, content=each) for each in envelopes])

        answers = [await send([before])]
        breaking(True)
        answers.append(await send(others))
        breaking(False)
        assert collecting.stored(wave).keys() == {wave.arrival(before).nullifier}
        answers.append(await send(others))
        return answers

    first, refused, accepted = collecting.run(scenario)
    assert [answer.status_code for answer in first + accepted] == [201] * 61
    assert {answer.status_code for answer in refused} == {503}
    assert refused[0].json()["type"] == "urn:sottovoce:problem:unavailable"
    assert len({answer.content for answer in refused}) == 1
    assert set(collecting.stored(wave).values()) == {before, *others}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_wave_that_cannot_be_looked_up_is_unavailable_and_not_unknown(
    collecting: Any, wave: Any, breaking: Break
) -> None:
    envelope = wave.voice().envelope()

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        breaking(True)
        statuses = [(await client.post(wave.path, content=envelope)).status_code]
        breaking(False)
        return [*statuses, (await client.post(wave.path, content=envelope)).status_code]

    assert collecting.run(scenario) == [503, 201]


def test_one_arrival_that_the_store_cannot_take_does_not_cost_the_others_theirs(
    engines: Any, wave: Any
) -> None:
    group = [wave.arrival(wave.voice().envelope()) for _ in range(5)]
    with unit_of_work(engines.box) as tx:
        tx.execute(text("CREATE UNIQUE INDEX one_locator ON response (locator)"))
    taken = arrivals.Arrival(wave.name, bytes(32), group[2].locator, 1, group[2].envelope)
    assert arrivals.store(engines.box, [taken]) == [Outcome.STORED]
    outcomes = arrivals.store(engines.box, group)
    assert outcomes == [Outcome.STORED] * 2 + [Outcome.UNAVAILABLE] + [Outcome.STORED] * 2


def test_a_collector_that_lost_its_receipt_key_does_not_start(
    collecting: Any, wave: Any, settings: Settings, engines: Any
) -> None:
    (settings.key_folder / "collector" / "receipt.pem").unlink()
    collector = Collector(settings, lambda: collecting.now, engines.box)
    with pytest.raises(Misconfigured, match="open waves name it"):
        asyncio.run(collector.start())


def test_what_was_written_is_mixed_once_and_nothing_is_mixed_without_need(
    collecting: Any, wave: Any, engines: Any
) -> None:
    async def scenario() -> list[bool]:
        collector = Collector(collecting.settings, lambda: collecting.now, engines.box)
        await collector.start()
        loaded = await collector.find(wave.name)
        mixed = [await collector.mix(), await collector.mix()]
        await collector.accept(loaded, wave.voice().envelope())
        mixed += [await collector.mix(), await collector.mix()]
        await collector.stop()
        return mixed

    # At its start a collector cannot know what the last one left.
    assert asyncio.run(scenario()) == [True, False, True, False]
    assert box.close_wave(engines.box, wave.name).responses == 1
