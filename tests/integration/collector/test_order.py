"""After mixing, and after close, no byte of a store tells in what order responses came."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from service.store import box
from service.store.arrivals import Arrival
from service.store.mixing import mix
from service.store.slots import slot_of
from service.store.unit_of_work import unit_of_work
from tests.integration.collector.marked import NUMBER, Searched, is_part, mixed, two_orders, writers
from tests.integration.collector.marked_arrivals import LARGE, SMALL, an_arrival, empty, storing


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


def in_rows(searched: Searched, group: Sequence[Arrival]) -> list[int]:
    """The numbers of the rows in the order of the places that the database counts."""
    place = "rowid" if searched.sqlite else "ctid"
    numbers = {arrival.nullifier: number for number, arrival in enumerate(group)}
    return [
        numbers[nullifier]
        for nullifier in searched.column(f"SELECT nullifier FROM response ORDER BY {place}")
    ]


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
