"""How many drew a token is told once a day and in whole tens while a wave is open."""

from datetime import timedelta
from typing import Any

from service.store import waves
from service.store.slots import slot_of
from service.store.tables_main import IssuanceRow
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.scheduler import Scheduler


def draw(world: Any, wave_id: str, tokens: range) -> None:
    """As many tokens as if people had drawn them."""
    with unit_of_work(world.main) as tx:
        for number in tokens:
            digest = number.to_bytes(32, "big")[::-1]
            tx.add(
                IssuanceRow(slot=slot_of(digest), digest=digest, wave_id=wave_id, blinded_digest=bytes(32))
            )


def told(world: Any, wave_id: str) -> tuple[Any, Any]:
    with reading(world.main) as tx:
        row = waves.find(tx, wave_id)
        return row.drawn, row.drawn_on


def test_it_is_told_in_whole_tens_and_changes_once_a_day(world: Any) -> None:
    world.survey()
    world.roster(60)
    wave = world.opened()
    scheduler = Scheduler(world.context, world.issuer_keys)
    draw(world, wave.id, range(27))
    scheduler.tick()
    first = told(world, wave.id)
    assert first == (20, world.now.date())
    draw(world, wave.id, range(27, 45))
    world.now += timedelta(hours=6)
    scheduler.tick()
    Scheduler(world.context, world.issuer_keys).tick()
    assert told(world, wave.id) == first, "nothing moves within the day, not even after a restart"
    world.now += timedelta(days=1)
    scheduler.tick()
    assert told(world, wave.id) == (40, world.now.date())


def test_the_api_tells_nothing_before_the_close(world: Any) -> None:
    world.survey()
    world.roster(60)
    wave = world.opened()
    draw(world, wave.id, range(27))
    Scheduler(world.context, world.issuer_keys).tick()
    value = world.ok("GET", f"/waves/{wave.id}")
    assert value["issued"] is None
    assert "drawn" not in value
