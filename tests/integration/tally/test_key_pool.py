"""The pool of wave keys in the store: a wave takes one, no two the same, none without a private half."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from privacy.errors import KeyUnusable
from service.errors import Conflict
from service.store import surveys, tally_keys, waves
from service.store.unit_of_work import reading, unit_of_work
from service.tally import pool
from service.tally.keyring import Keyring
from service.tally.run import Tally


@pytest.fixture
def drafts(engines: SimpleNamespace) -> list[str]:
    """Eight waves that could open."""
    with unit_of_work(engines.main) as tx:
        surveys.add_survey(tx, "pulse", version="1", title={"en": "Pulse"}, source="", day=date(2026, 3, 1))
        return [
            waves.add_draft(
                tx,
                "pulse",
                source="",
                plan={},
                opens_at="2026-03-01T08:00:00Z",
                closes_at="2026-03-08T08:00:00Z",
            ).id
            for _ in range(8)
        ]


def free(engines: SimpleNamespace) -> int:
    with reading(engines.main) as tx:
        return tally_keys.free_keys(tx)


def take(engines: SimpleNamespace, wave_id: str) -> str:
    with unit_of_work(engines.main) as tx:
        return tally_keys.take_key(tx, wave_id).id


def test_the_pool_is_topped_up_to_what_was_asked_for_and_no_further(
    tally: Tally, engines: SimpleNamespace, drafts: list[str]
) -> None:
    pool.top_up(tally, 3)
    assert free(engines) == len(list(tally.keyring.folder.iterdir())) == 3
    pool.top_up(tally, 3)
    assert free(engines) == len(list(tally.keyring.folder.iterdir())) == 3
    take(engines, drafts[0])
    pool.top_up(tally, 3)
    assert free(engines) == 3
    assert len(list(tally.keyring.folder.iterdir())) == 4
    pool.top_up(tally, 1)
    assert free(engines) == 3


def test_what_the_store_has_is_the_public_half_of_what_the_folder_has(
    tally: Tally, engines: SimpleNamespace
) -> None:
    pool.top_up(tally, 2)
    with reading(engines.main) as tx:
        for row in tally_keys.free_key_rows(tx):
            public = tally.keyring.load(row.id).public
            assert (public.hpke, public.release) == (row.hpke_public_key, row.release_public_key)


def test_waves_that_open_at_the_same_moment_take_different_keys(
    tally: Tally, engines: SimpleNamespace, drafts: list[str]
) -> None:
    pool.top_up(tally, len(drafts))
    with ThreadPoolExecutor(len(drafts)) as threads:
        taken = list(threads.map(lambda wave_id: take(engines, wave_id), drafts))
    assert len(set(taken)) == len(drafts)
    assert free(engines) == 0


def test_an_empty_pool_says_what_to_run(engines: SimpleNamespace, drafts: list[str]) -> None:
    with pytest.raises(Conflict, match="run sottovoce tally keys"):
        take(engines, drafts[0])


def test_a_wave_takes_one_key_in_its_life(tally: Tally, engines: SimpleNamespace, drafts: list[str]) -> None:
    pool.top_up(tally, 2)
    take(engines, drafts[0])
    with pytest.raises(Conflict, match="has its key already"):
        take(engines, drafts[0])
    assert free(engines) == 1


def test_a_key_goes_back_when_the_opening_fails(
    tally: Tally, engines: SimpleNamespace, drafts: list[str]
) -> None:
    pool.top_up(tally, 1)
    with pytest.raises(ZeroDivisionError), unit_of_work(engines.main) as tx:
        tally_keys.take_key(tx, drafts[0]).id.index("k") / 0
    assert free(engines) == 1


@pytest.mark.parametrize("fault", ["missing", "damaged", "open to others", "another key"])
def test_a_free_key_that_could_open_nothing_leaves_the_pool(
    tally: Tally, engines: SimpleNamespace, fault: str
) -> None:
    pool.top_up(tally, 2)
    kept, lost = sorted(tally.keyring.folder.iterdir())
    match fault:
        case "missing":
            lost.unlink()
        case "damaged":
            lost.write_bytes(b"")
        case "open to others":
            lost.chmod(0o644)
        case _:
            lost.write_bytes(kept.read_bytes())
    pool.top_up(tally, 2)
    with reading(engines.main) as tx:
        ids = {row.id for row in tally_keys.free_key_rows(tx)}
    assert len(ids) == 2
    assert kept.stem in ids
    assert lost.stem not in ids


def test_a_taken_key_is_never_discarded_and_its_loss_is_said_before_the_wave_closes(
    tally: Tally, engines: SimpleNamespace, drafts: list[str]
) -> None:
    pool.top_up(tally, 1)
    key_id = take(engines, drafts[0])
    with unit_of_work(engines.main) as tx:
        waves.mark_open(
            tx,
            waves.find(tx, drafts[0]),
            wave=bytes(32),
            manifest=b"{}",
            invited=3,
            opens_at="2026-03-01T08:00:00Z",
        )
    tally.keyring.path_of(key_id).unlink()
    with pytest.raises(KeyUnusable, match=rf"{key_id}.pem \(wave {drafts[0]}\).*restore them"):
        pool.top_up(tally, 1)
    assert free(engines) == 1
    with unit_of_work(engines.main) as tx:
        assert tally_keys.discard_free_keys(tx, [key_id]) == 0
        key = tally_keys.key_of(tx, drafts[0])
    assert key is not None
    assert key.id == key_id


def test_adding_the_same_keys_twice_changes_nothing(engines: SimpleNamespace, keyring: Keyring) -> None:
    made = [keyring.create(), keyring.create()]
    for _ in range(2):
        with unit_of_work(engines.main) as tx:
            tally_keys.add_keys(tx, made)
    assert free(engines) == 2


def test_no_private_key_is_in_the_store(tally: Tally, engines: SimpleNamespace) -> None:
    pool.top_up(tally, 2)
    with engines.main.connect() as connection:
        stored = b"".join(
            bytes(value) for row in connection.execute(text("SELECT * FROM tally_key")) for value in row[1:3]
        )
    for path in tally.keyring.folder.iterdir():
        key = tally.keyring.load(path.stem)
        for half in (key.hpke, key.release):
            assert half.private_numbers().private_value.to_bytes(32) not in stored
