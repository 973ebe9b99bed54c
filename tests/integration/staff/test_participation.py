"""How many drew a token is told once a day and in whole tens while a wave is open."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from service.store import distribution, waves
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


def with_thermometer(world: Any, days: int = 7) -> Any:
    """An open wave of 60 people whose owner wished a thermometer."""
    world.survey()
    world.roster(60)
    draft = world.draft(days=days)
    with unit_of_work(world.main) as tx:
        distribution.put(tx, draft, thermometer=True)
    return SimpleNamespace(id=draft, wave=world.ok("POST", f"/waves/{draft}/open")["wave"])


def test_owners_read_whole_tens_of_the_day_before_and_exact_numbers_after_the_close(world: Any) -> None:
    world.survey()
    world.roster(60)
    wave = world.opened()
    path = f"/waves/{wave.id}/participation"
    assert world.ok("GET", path, "analyst")["noted"] is None
    draw(world, wave.id, range(27))
    Scheduler(world.context, world.issuer_keys).tick()
    draw(world, wave.id, range(27, 33))
    value = world.ok("GET", path, "analyst")
    assert value["noted"] == {"drawn": 20, "day": world.now.date().isoformat()}
    assert [value[name] for name in ("invited", "issued", "responses", "groups")] == [60, None, None, None]
    world.ok("POST", f"/waves/{wave.id}/close")
    value = world.ok("GET", path, "analyst")
    assert [value[name] for name in ("invited", "noted", "issued", "groups")] == [60, None, 33, None]
    assert value["responses"] == 0


def test_by_group_it_is_what_the_release_says(world: Any) -> None:
    world.survey()
    world.roster(400)
    wave = world.released(300, tables=[[], ["unit"], ["tenure"]], epsilon=4.0)
    value = world.ok("GET", f"/waves/{wave.id}/participation", "analyst")
    rows = world.ok("GET", f"/waves/{wave.id}/results?figure=count&by=unit")["items"]
    shown = {row["group"]["unit"]: row["value"] for row in rows}
    assert [(one["attribute"], one["level"], one["invited"]) for one in value["groups"]] == [
        ("unit", "north", 200),
        ("unit", "south", 200),
    ], "of tenure nobody knows how many were invited"
    assert {one["level"]: one["responses"] for one in value["groups"]} == {
        level: shown[level] for level in ("north", "south")
    }
    assert all(one["shown"] for one in value["groups"])


def test_a_thermometer_is_the_same_for_everybody_and_moves_once_a_day(world: Any) -> None:
    wave = with_thermometer(world)
    draw(world, wave.id, range(27))
    Scheduler(world.context, world.issuer_keys).tick()
    expected = {"invited": 60, "drawn": 20, "day": world.now.date().isoformat()}
    draw(world, wave.id, range(27, 45))
    world.now += timedelta(hours=6)
    answers = [world.call("GET", f"/waves/{ref}/thermometer", None) for ref in (wave.id, wave.wave)]
    answers.append(world.call("GET", f"/waves/{wave.id}/thermometer", "admin"))
    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].json() == expected


def test_without_a_wish_or_anything_noted_there_is_no_thermometer(world: Any) -> None:
    wished = with_thermometer(world)
    silent = world.opened()
    refs = [wished.id, silent.id, world.draft(), "w-none", "ab" * 32]
    answers = [world.call("GET", f"/waves/{ref}/thermometer", None) for ref in refs]
    Scheduler(world.context, world.issuer_keys).tick()
    assert world.call("GET", f"/waves/{wished.id}/thermometer", None).status_code == 200
    world.ok("POST", f"/waves/{wished.id}/close")
    answers += [world.call("GET", f"/waves/{ref}/thermometer", None) for ref in refs]
    assert {(answer.status_code, answer.content) for answer in answers} == {(204, b"")}
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
