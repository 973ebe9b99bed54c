"""Retention: what is due goes, one wave holds up no other, and mixing that failed is done again."""

import logging
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from service.errors import Unavailable
from service.store import box, waves
from service.store.tables_box import ResponseRow
from service.store.unit_of_work import reading, unit_of_work
from service.surveys import retention
from service.surveys.retention import Retention

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def with_a_response(world: SimpleNamespace, number: int = 1, **terms: Any) -> SimpleNamespace:
    """An open wave of the survey with one sealed response."""
    wave = world.opened(epsilon=0.5, **terms)
    wave.name = bytes.fromhex(wave.wave)
    with unit_of_work(world.box) as tx:
        tx.add(
            ResponseRow(
                slot=number,
                nullifier=bytes([number] * 32),
                wave=wave.name,
                locator=bytes([number] * 16),
                envelope=b"sealed",
            )
        )
    return wave


def responses(world: SimpleNamespace, wave: SimpleNamespace) -> int:
    with reading(world.box) as tx:
        return box.count(tx, wave.name)


@pytest.fixture
def prepared(world: SimpleNamespace) -> SimpleNamespace:
    world.survey()
    world.roster()
    return world


@ON_SQLITE
def test_what_could_not_be_mixed_is_mixed_next_time_and_after_a_restart(
    prepared: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, mixed, fails = prepared, [], [False]

    def mix(_engine: object, tables: list[str]) -> None:
        if fails[0]:
            raise Unavailable("the disk is full")
        mixed.append(tables)

    monkeypatch.setattr(retention, "mix", mix)
    first = Retention(world.context)
    assert first.delete_expired() == []
    assert mixed == [["response"]]  # what the process before may have left
    assert first.delete_expired() == []
    assert len(mixed) == 1
    wave = with_a_response(world, retention_days=1)
    world.ok("POST", f"/waves/{wave.id}/close")
    world.release(wave.id)
    world.now += timedelta(days=8)
    fails[0] = True
    assert first.delete_expired() == [wave.id]
    assert responses(world, wave) == 0
    fails[0] = False
    assert first.delete_expired() == []
    assert len(mixed) == 2
    assert Retention(world.context).delete_expired() == []
    assert len(mixed) == 3


@ON_SQLITE
def test_a_wave_without_a_release_keeps_its_responses_and_is_told_of_once_a_day(
    prepared: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    world = prepared
    caplog.set_level(logging.WARNING, "sottovoce.retention")
    wave = with_a_response(world, retention_days=1)
    world.ok("POST", f"/waves/{wave.id}/close")
    keeper = Retention(world.context)
    assert keeper.delete_expired() == []
    assert caplog.records == []
    world.now += timedelta(days=1)
    for hours in range(30):
        keeper.delete_expired()
        world.now += timedelta(hours=1)
        assert len(caplog.records) == 1 + (hours > 15)  # the day ends in between
    assert wave.id in caplog.records[0].getMessage()
    assert "sottovoce tally run" in caplog.records[0].getMessage()
    assert responses(world, wave) == 1


@ON_SQLITE
def test_a_wave_at_the_end_of_time_or_with_a_damaged_contract_holds_up_no_other(
    prepared: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    world = prepared
    late, damaged, sound = (with_a_response(world, number, retention_days=1) for number in (1, 2, 3))
    for wave in (late, damaged, sound):
        world.ok("POST", f"/waves/{wave.id}/close")
        world.release(wave.id)
    with unit_of_work(world.main) as tx:
        waves.find(tx, late.id).closes_at = "9999-12-31T23:59:00Z"
        waves.find(tx, damaged.id).manifest = b"{}"
    world.now += timedelta(days=9)
    assert Retention(world.context).delete_expired() == [sound.id]
    assert [responses(world, wave) for wave in (late, damaged, sound)] == [1, 1, 0]
    assert damaged.id in caplog.text
