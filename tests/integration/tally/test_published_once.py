"""A wave is drawn and published once, however often it is tallied, and by however many at a time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from privacy.errors import ContractBroken
from service.errors import Conflict
from service.store import ledger, releases, tally_keys
from service.store.unit_of_work import reading, unit_of_work
from service.tally.run import Outcome, Tally, run


def test_a_tally_that_is_run_again_publishes_nothing_new(answered: Callable[..., Any], tally: Tally) -> None:
    wave = answered(8)
    run(tally, wave.id)
    first = wave.release()
    lines: list[str] = []
    outcome = run(replace(tally, say=lines.append), wave.id)
    assert outcome == Outcome(wave.id, 8, published=False)
    assert wave.release() == first
    assert len(lines) == 1
    assert "published before" in lines[0]


def test_a_stored_draw_is_published_without_opening_a_response_again(
    answered: Callable[..., Any], tally: Tally
) -> None:
    wave = answered(8)

    class Interrupted(Exception):  # noqa: N818
        pass

    def stop(step: str) -> None:
        if step == "publish":
            raise Interrupted

    with pytest.raises(Interrupted):
        run(replace(tally, on_step=stop), wave.id)
    steps: list[str] = []
    run(replace(tally, on_step=steps.append), wave.id)
    assert steps == ["contract", "key", "publish", "forget", "destroy"]


@pytest.mark.parametrize("meet_at", ["draw", "publish"])
def test_two_tallies_at_once_publish_one_release(
    answered: Callable[..., Any], tally: Tally, meet_at: str
) -> None:
    wave = answered(8)
    together = threading.Barrier(2, timeout=60)

    def meet(step: str) -> None:
        if step == meet_at:
            together.wait()

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(lambda _: run(replace(tally, on_step=meet), wave.id), range(2)))
    assert sorted(outcome.published for outcome in outcomes) == [False, True]
    with reading(tally.main) as tx:
        assert [entry.state for entry in ledger.entries(tx)] == ["committed"]
        assert releases.stored_draw(tx, wave.id) is None
    assert wave.verified_release()
    assert not wave.key_file.exists()


def test_a_tally_that_finds_the_key_gone_because_another_was_quicker_is_content(
    answered: Callable[..., Any], tally: Tally
) -> None:
    wave = answered(4)

    def another_first(step: str) -> None:
        if step == "key":
            run(tally, wave.id)

    outcome = run(replace(tally, on_step=another_first), wave.id)
    assert outcome.published is False
    assert wave.verified_release()


def test_a_second_draw_after_another_tally_has_finished_is_impossible(
    answered: Callable[..., Any], tally: Tally
) -> None:
    wave = answered(4)

    def another_first(step: str) -> None:
        if step == "draw":
            run(tally, wave.id)

    assert run(replace(tally, on_step=another_first), wave.id).published is False
    with reading(tally.main) as tx:
        assert releases.stored_draw(tx, wave.id) is None
    assert wave.verified_release()


def test_a_released_wave_whose_key_was_left_has_it_destroyed(
    answered: Callable[..., Any], tally: Tally
) -> None:
    wave = answered(4)
    content = wave.key_file.read_bytes()
    run(tally, wave.id)
    first = wave.release()
    wave.key_file.touch(mode=0o600)
    wave.key_file.write_bytes(content)
    assert run(tally, wave.id).published is False
    assert not wave.key_file.exists()
    assert wave.release() == first


def test_a_released_wave_without_a_release_keeps_its_key(answered: Callable[..., Any], tally: Tally) -> None:
    wave = answered(2)
    with tally.main.begin() as connection:
        connection.execute(text("UPDATE wave SET state = 'released'"))
    with pytest.raises(ContractBroken, match="has no release; its key is kept"):
        run(tally, wave.id)
    assert tally.keyring.load(wave.key_id)


def test_the_store_publishes_once_and_only_what_was_drawn(
    answered: Callable[..., Any], tally: Tally, engines: SimpleNamespace
) -> None:
    wave = answered(2)

    def attempt(function: Callable[..., Any], content: bytes) -> Any:
        with unit_of_work(engines.main) as tx:
            return function(tx, wave.id, content)

    with pytest.raises(Conflict, match="not closed and drawn"):
        attempt(releases.publish, b"figures")
    attempt(releases.store_draw, b"draw")
    with pytest.raises(Conflict, match="drawn already"):
        attempt(releases.store_draw, b"another draw")
    with reading(engines.main) as tx:
        assert releases.stored_draw(tx, wave.id) == b"draw"
        assert [row.id for row in releases.waves_to_tally(tx)] == [wave.id]
    assert attempt(releases.publish, b"figures") is True
    assert attempt(releases.publish, b"figures") is False
    with pytest.raises(Conflict, match="a release never changes"):
        attempt(releases.publish, b"other figures")
    with pytest.raises(Conflict, match="drawn already or is not closed"):
        attempt(releases.store_draw, b"another draw")
    with reading(engines.main) as tx:
        assert releases.release_of(tx, wave.id) == b"figures"
        assert releases.stored_draw(tx, wave.id) is None
        assert [key.id for key in tally_keys.keys_in_state(tx, "released")] == [wave.key_id]
