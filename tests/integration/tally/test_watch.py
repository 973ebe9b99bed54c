"""Watching: every closed wave is tallied, what fails is said once, what was cut short is finished."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from service.store import waves
from service.store.unit_of_work import reading
from service.tally.run import Tally
from service.tally.watch import Watcher


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def watcher(tally: Tally, warnings: list[str]) -> Watcher:
    return Watcher(tally, warnings.append)


def state_of(tally: Tally, wave: Any) -> str:
    with reading(tally.main) as tx:
        return waves.find(tx, wave.id).state


def test_waves_that_have_closed_are_tallied_and_others_are_left_alone(
    answered: Callable[..., Any], open_wave: Callable[..., Any], tally: Tally, watcher: Watcher
) -> None:
    assert watcher.look() == 0
    closed, still_open = [answered(2), answered(0)], open_wave()
    assert watcher.look() == 0
    assert [state_of(tally, wave) for wave in (*closed, still_open)] == ["released", "released", "open"]


def test_a_wave_that_fails_stops_no_other_and_is_named_once_until_it_changes(
    answered: Callable[..., Any], tally: Tally, watcher: Watcher, warnings: list[str]
) -> None:
    broken, whole = answered(2), answered(2)
    broken.key_file.chmod(0o644)
    assert [watcher.look(), watcher.look()] == [1, 1]
    assert state_of(tally, whole) == "released"
    assert len(warnings) == 1
    assert broken.id in warnings[0]
    broken.key_file.rename(broken.key_file.with_suffix(".aside"))
    assert watcher.look() == 1
    assert len(warnings) == 2
    broken.key_file.with_suffix(".aside").rename(broken.key_file)
    broken.key_file.chmod(0o600)
    assert watcher.look() == 0
    assert len(warnings) == 2
    assert state_of(tally, broken) == "released"


def test_a_key_that_outlived_its_release_is_destroyed(
    answered: Callable[..., Any], tally: Tally, watcher: Watcher
) -> None:
    wave = answered(2)

    def stop(step: str) -> None:
        if step == "destroy":
            raise OSError("the disk is gone")

    assert Watcher(replace(tally, on_step=stop), lambda _line: None).look() == 1
    assert state_of(tally, wave) == "released"
    assert wave.key_file.exists()
    assert watcher.look() == 0
    assert not wave.key_file.exists()


def test_a_store_that_cannot_be_read_is_one_line_and_is_tried_again(
    answered: Callable[..., Any],
    tally: Tally,
    watcher: Watcher,
    warnings: list[str],
    engines: SimpleNamespace,
) -> None:
    wave = answered(2)
    with engines.main.begin() as connection:
        connection.execute(text("ALTER TABLE release RENAME TO elsewhere"))
        connection.execute(text("ALTER TABLE wave RENAME TO waves"))
    assert [watcher.look(), watcher.look()] == [1, 1]
    assert len(warnings) == 1
    assert "cannot be listed" in warnings[0]
    with engines.main.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO release"))
        connection.execute(text("ALTER TABLE waves RENAME TO wave"))
    assert watcher.look() == 0
    assert state_of(tally, wave) == "released"
