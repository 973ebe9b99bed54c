"""The collector's own mixing leaves no byte that tells in what order responses came."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from privacy.sealing import CIPHERTEXT_OFFSET
from service.collector.collector import Collector
from service.settings import Settings
from tests.integration.collector.marked import NUMBER, Searched, mark, mixed, two_orders
from tests.integration.collector.marked_arrivals import LARGE, empty


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
