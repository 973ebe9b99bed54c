"""The writer's queue: shuffled groups, nothing lost, nothing endless, and it survives what the store does."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from service.collector import writer as module
from service.collector.writer import GroupWriter
from service.errors import Unavailable
from service.store.arrivals import Arrival, Outcome

STORED, UNAVAILABLE = Outcome.STORED, Outcome.UNAVAILABLE


def arrival(number: int) -> Arrival:
    return Arrival(bytes(32), number.to_bytes(32, "big"), bytes(16), 1, b"envelope")


class Store:
    """Stands in for the box: its first group waits until it is let go."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.mixed: list[int] = []
        self.begun = threading.Event()
        self.let_go = threading.Event()
        self.fault: Exception | None = None
        self.outcome = STORED

    def write(self, group: Sequence[Arrival]) -> list[Outcome]:
        self.begun.set()
        self.let_go.wait()
        if self.fault is not None:
            raise self.fault
        self.groups.append([int.from_bytes(each.nullifier, "big") for each in group])
        return [self.outcome] * len(group)

    def mix(self) -> None:
        if self.fault is not None:
            raise self.fault
        self.mixed.append(len(self.groups))


def run(scenario: Callable[[GroupWriter], Coroutine[Any, Any, None]], store: Store, limit: int = 512) -> None:
    async def main() -> None:
        group_writer = GroupWriter(store.write, store.mix, linger=0, limit=limit)
        group_writer.start()
        try:
            await scenario(group_writer)
        finally:
            store.let_go.set()
            await group_writer.stop()

    asyncio.run(main())


async def begun(store: Store) -> None:
    await asyncio.to_thread(store.begun.wait)


def test_what_arrives_while_a_group_is_written_makes_the_next_in_another_order() -> None:
    store = Store()

    async def scenario(group_writer: GroupWriter) -> None:
        futures = [group_writer.submit(arrival(0))]
        await begun(store)
        futures += [group_writer.submit(arrival(number)) for number in range(1, 101)]
        store.let_go.set()
        assert await asyncio.gather(*futures) == [STORED] * 101

    run(scenario, store)
    assert store.groups[0] == [0]
    assert sorted(store.groups[1]) == list(range(1, 101))
    assert store.groups[1] != list(range(1, 101))  # one order in 100 factorial


def test_every_arrival_gets_its_own_outcome() -> None:
    store = Store()

    def write(group: Sequence[Arrival]) -> list[Outcome]:
        return [STORED if each.nullifier[-1] % 2 else Outcome.REFUSED for each in group]

    store.write = write  # type: ignore[method-assign]

    async def scenario(group_writer: GroupWriter) -> None:
        outcomes = await asyncio.gather(*[group_writer.submit(arrival(number)) for number in range(50)])
        assert outcomes == [Outcome.REFUSED, STORED] * 25

    run(scenario, store)


def test_no_group_is_larger_than_the_limit() -> None:
    store = Store()

    async def scenario(group_writer: GroupWriter) -> None:
        futures = [group_writer.submit(arrival(number)) for number in range(25)]
        store.let_go.set()
        await asyncio.gather(*futures)

    run(scenario, store, limit=10)
    assert sorted(number for group in store.groups for number in group) == list(range(25))
    assert max(map(len, store.groups)) <= 10


@pytest.mark.parametrize(("name", "value"), [("QUEUE_LIMIT", 3), ("QUEUE_BYTES", 3 * len(b"envelope"))])
def test_a_full_queue_refuses_and_takes_more_when_it_has_room(
    monkeypatch: pytest.MonkeyPatch, name: str, value: int
) -> None:
    store = Store()
    monkeypatch.setattr(module, name, value)

    async def scenario(group_writer: GroupWriter) -> None:
        futures = [group_writer.submit(arrival(number)) for number in range(3)]
        with pytest.raises(Unavailable):
            group_writer.submit(arrival(3))
        store.let_go.set()
        await asyncio.gather(*futures)
        assert await group_writer.submit(arrival(3)) is STORED

    run(scenario, store)


def test_stopping_writes_what_is_queued_and_takes_no_more() -> None:
    store = Store()

    async def scenario(group_writer: GroupWriter) -> None:
        futures = [group_writer.submit(arrival(number)) for number in range(20)]
        store.let_go.set()
        await group_writer.stop()
        assert await asyncio.gather(*futures) == [STORED] * 20
        with pytest.raises(Unavailable):
            group_writer.submit(arrival(20))
        with pytest.raises(Unavailable):
            await group_writer.mix()

    run(scenario, store)


def test_mixing_has_its_turn_between_two_groups_under_load() -> None:
    store = Store()

    async def scenario(group_writer: GroupWriter) -> None:
        futures = [group_writer.submit(arrival(0))]
        await begun(store)
        futures += [group_writer.submit(arrival(number)) for number in range(1, 41)]
        mixing = asyncio.create_task(group_writer.mix())
        await asyncio.sleep(0)
        store.let_go.set()
        await asyncio.gather(mixing, *futures)

    run(scenario, store, limit=10)
    assert len(store.groups) == 5
    assert store.mixed == [1]


def test_a_mixing_that_fails_fails_alone() -> None:
    store = Store()
    store.let_go.set()

    async def scenario(group_writer: GroupWriter) -> None:
        store.fault = Unavailable("somebody reads")
        with pytest.raises(Unavailable):
            await group_writer.mix()
        store.fault = None
        assert await group_writer.submit(arrival(1)) is STORED
        await group_writer.mix()

    run(scenario, store)
    assert store.mixed == [1]


def test_a_store_that_fails_is_told_to_every_sender_and_once_to_the_operator(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = Store()
    store.let_go.set()

    async def scenario(group_writer: GroupWriter) -> None:
        for outcome in (STORED, UNAVAILABLE, UNAVAILABLE, STORED, STORED):
            store.outcome = outcome
            assert await group_writer.submit(arrival(0)) is outcome

    with caplog.at_level(logging.DEBUG, "sottovoce"):
        run(scenario, store)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_an_unforeseen_error_costs_its_group_alone_and_is_logged_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = Store()
    store.let_go.set()

    async def scenario(group_writer: GroupWriter) -> None:
        store.fault = ValueError("an envelope that nobody may see")
        assert await group_writer.submit(arrival(0)) is UNAVAILABLE
        store.fault = None
        assert await group_writer.submit(arrival(0)) is STORED

    run(scenario, store)
    assert "ValueError" in caplog.text
    assert "nobody may see" not in caplog.text


def test_a_sender_who_gave_up_harms_nobody() -> None:
    store = Store()

    async def scenario(group_writer: GroupWriter) -> None:
        futures = [group_writer.submit(arrival(number)) for number in range(3)]
        futures[1].cancel()
        store.let_go.set()
        assert await futures[0] is STORED
        assert await futures[2] is STORED

    run(scenario, store)
