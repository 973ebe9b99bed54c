"""What is kept of a wave for a later one: made with the draw, used once, and gone when its time is over."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from privacy import sealing
from privacy.contract import Manifest
from privacy.errors import ContractBroken, KeyUnusable
from privacy.program_code import new_program_code
from privacy.release import Draw
from privacy.signatures import scalar_of
from privacy.tokens import TokenVerifier
from service.errors import Conflict
from service.jobs import FEWEST_KEYS, TallyChild
from service.settings import Settings
from service.store import carried, ledger, releases, tally_keys
from service.store.unit_of_work import reading, unit_of_work
from service.tally.board import OpenedBoard, open_board
from service.tally.pool import top_up
from service.tally.run import Tally, run
from service.tally.watch import Watcher
from tests.integration.tally.paired import UNTIL, Open, Paired, after, answered, kept, pairs, tag
from tests.integration.tally.sealed_waves import DAY

CODES = [new_program_code() for _ in range(4)]

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


NOBODY = {"value": None, "margin": None}


def stop_at(tally: Tally, wave: Any, step: str) -> None:
    def stop(name: str) -> None:
        if name == step:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        run(replace(tally, on_step=stop), wave.id)


@ON_SQLITE
def test_a_wave_does_not_wait_for_an_earlier_one_that_is_never_tallied(open_wave: Open, tally: Tally) -> None:
    before = answered(open_wave, Paired(), CODES)
    later = answered(open_wave, after(before), CODES)
    before.key_file.unlink()  # lost for good
    steps: list[str] = []
    with pytest.raises(Conflict, match=f"{before.id} comes first"):
        run(replace(tally, on_step=steps.append), later.id)
    assert "open" not in steps, "no response is opened for nothing"
    assert run(replace(tally, clock=lambda: UNTIL), later.id).published
    assert pairs(later) == NOBODY


@ON_SQLITE
@pytest.mark.parametrize("left", ["whole", "cut short", "open to others"])
def test_a_key_file_that_a_crash_has_left_is_used_if_it_is_a_key(
    open_wave: Open, tally: Tally, left: str
) -> None:
    before = answered(open_wave, Paired(), CODES)
    path = tally.keyring.folder / f"c-{before.id}.key"
    content = bytes(range(32))
    path.write_bytes(content[:7] if left == "cut short" else content)
    path.chmod(0o644 if left == "open to others" else 0o600)
    run(tally, before.id)
    assert (path.read_bytes() == content) is (left == "whole")
    assert path.stat().st_mode & 0o777 == 0o600
    later = answered(open_wave, after(before), CODES)
    assert run(tally, later.id).published


def test_what_is_kept_is_deleted_with_the_draw_that_it_is_in(open_wave: Open, tally: Tally) -> None:
    before = answered(open_wave, Paired(), CODES)
    later = answered(open_wave, after(before), CODES)
    stop_at(tally, before, "publish")
    assert kept(tally, before) is not None
    run(tally, before.id)
    stop_at(tally, later, "draw")
    assert kept(tally, before) is not None
    stop_at(tally, later, "publish")
    assert kept(tally, before) is None
    assert tally.keyring.carrying() == [before.id]
    run(tally, later.id)
    assert tally.keyring.carrying() == []


def test_what_is_kept_is_used_once_even_if_it_was_promised_twice(open_wave: Open, tally: Tally) -> None:
    before = answered(open_wave, Paired(), CODES)
    one, other = (answered(open_wave, after(before), CODES) for _ in range(2))
    run(tally, before.id)

    def overtake(step: str) -> None:
        if step == "draw":
            stop_at(tally, other, "publish")

    with pytest.raises(Conflict, match=f"kept of wave {before.id} is gone meanwhile; run this tally again"):
        run(replace(tally, on_step=overtake), one.id)
    run(tally, other.id)
    assert other.verified_release()
    with reading(tally.main) as tx:
        assert releases.stored_draw(tx, one.id) is None
    lines: list[str] = []
    run(replace(tally, say=lines.append), one.id)
    assert f"nothing is kept of wave {before.id} any more, so nobody is paired with it" in lines
    assert pairs(one) == NOBODY


def test_two_tallies_at_once_keep_and_use_what_one_would(open_wave: Open, tally: Tally) -> None:
    before = answered(open_wave, Paired(), CODES)
    middle = answered(open_wave, after(before, until=UNTIL), CODES)
    for wave in (before, middle):
        together = threading.Barrier(2, timeout=60)

        def meet(step: str, together: threading.Barrier = together) -> None:
            if step == "draw":
                together.wait()

        meeting = replace(tally, on_step=meet)
        with ThreadPoolExecutor(2) as threads:
            outcomes = list(threads.map(lambda name, use=meeting: run(use, name), [wave.id] * 2))
        assert sorted(outcome.published for outcome in outcomes) == [False, True]
    assert tally.keyring.carrying() == [middle.id]
    last = answered(open_wave, after(middle), CODES)
    assert run(tally, last.id).published
    assert tally.keyring.carrying() == []


@ON_SQLITE
@pytest.mark.parametrize("changes", [{"epsilon": 5.0}, {"id": bytes(16)}], ids=["loss", "program"])
def test_a_pairing_that_the_earlier_wave_did_not_promise_is_not_released(
    open_wave: Open, tally: Tally, changes: dict[str, Any]
) -> None:
    before = answered(open_wave, Paired(), CODES)
    later = answered(open_wave, after(before, **changes), CODES)
    run(tally, before.id)
    with pytest.raises(ContractBroken, match="promises another pairing or another loss"):
        run(tally, later.id)
    assert kept(tally, before) is not None


@ON_SQLITE
def test_a_pairing_with_a_wave_that_is_not_here_or_keeps_nothing_is_not_released(
    open_wave: Open, tally: Tally
) -> None:
    unknown = answered(open_wave, Paired(bytes(32), None))
    with pytest.raises(ContractBroken, match="is not in the store"):
        run(tally, unknown.id)
    before = answered(open_wave, lambda manifest: manifest)
    run(tally, before.id)
    with pytest.raises(ContractBroken, match="promises another pairing"):
        run(tally, answered(open_wave, after(before)).id)


@ON_SQLITE
def test_the_ledger_must_have_charged_the_pairing(open_wave: Open, tally: Tally) -> None:
    wave = answered(open_wave, Paired(), reserve=False)
    with unit_of_work(tally.main) as tx:
        ledger.reserve(tx, wave.id, wave.manifest.wave, wave.manifest.policy.micro_rho, DAY)
    with pytest.raises(ContractBroken, match="the ledger has not reserved"):
        run(tally, wave.id)


@ON_SQLITE
def test_a_contract_that_states_less_than_its_pairing_costs_is_not_carried_out(
    open_wave: Open, tally: Tally
) -> None:
    def cheaper(manifest: Manifest) -> Manifest:
        promised = Paired()(manifest)
        assert promised.pairing is not None
        return replace(promised, pairing=replace(promised.pairing, micro_rho=1))

    wave = answered(open_wave, cheaper)
    with pytest.raises(ContractBroken, match="another loss than its pairing costs"):
        run(tally, wave.id)


@ON_SQLITE
def test_codes_whatever_they_are_change_nothing_else_that_is_counted(open_wave: Open, tally: Tally) -> None:
    wave = open_wave(pair=Paired())
    given = [{"safe": n % 5, "recommend": n, "why": f"comment {n}", "team": n % 3} for n in range(6)]
    boards = []
    for codes in (CODES[:1] * 6, [*CODES[:3], None, None, CODES[0]], [None] * 6):
        answers = [wave.people.answer(**one, tag=tag(code)) for one, code in zip(given, codes, strict=True)]
        sealed = sorted(
            (nullifier_of(wave, envelope), envelope) for envelope in map(wave.people.envelope, answers)
        )
        key = tally.keyring.load(wave.key_id)
        boards.append(open_board([sealed], wave.manifest.canonical(), scalar_of(key.hpke)))
    assert [len(board.records) for board in boards] == [6, 4, 0]
    assert len({told(board) for board in boards}) == 1


def nullifier_of(wave: Any, envelope: bytes) -> bytes:
    verifier = TokenVerifier(wave.manifest.issuer_public_key)
    size = sealing.envelope_size(wave.people.layout)
    return sealing.verify(envelope, wave.manifest.wave, verifier, size).nullifier


def told(board: OpenedBoard) -> tuple[Any, ...]:
    counts = [table.tobytes() for table in board.counts.tables]
    return (*counts, board.spoiled, *(tuple(sorted(texts)) for texts in board.comments))


@ON_SQLITE
def test_several_processes_keep_what_one_would(open_wave: Open, tally: Tally) -> None:
    before = answered(open_wave, Paired(), CODES)
    run(replace(tally, chunk=1, workers=2), before.id)
    later = answered(open_wave, after(before), CODES)
    opened = replace(tally, chunk=2, workers=2)
    stop_at(opened, later, "publish")
    with reading(tally.main) as tx:
        content = releases.stored_draw(tx, later.id)
    assert content is not None
    assert Draw.parse(content).pairs is not None
    assert run(tally, later.id).published


@ON_SQLITE
def test_a_wave_whose_answers_are_late_keeps_nothing(open_wave: Open, tally: Tally) -> None:
    before = answered(open_wave, Paired(), CODES)
    run(replace(tally, clock=lambda: UNTIL), before.id)
    assert kept(tally, before) is None
    assert tally.keyring.carrying() == []


@ON_SQLITE
def test_looking_destroys_keys_that_open_nothing_and_no_others(open_wave: Open, tally: Tally) -> None:
    before, waiting = (answered(open_wave, Paired(), CODES) for _ in range(2))
    run(tally, before.id)
    waiting.key_file.rename(waiting.key_file.with_suffix(".aside"))
    for wave in (waiting, open_wave(pair=Paired())):  # the one a crash has left, the other of no use
        tally.keyring.new_carrying_key(wave.id)
    (tally.keyring.folder / "c-w-elsewhere.key").write_bytes(bytes(32))
    held = tally.keyring.carrying()
    Watcher(tally, lambda _line: None).look()
    assert tally.keyring.carrying() == held
    with unit_of_work(tally.main) as tx:
        carried.forget(tx, before.id)
    Watcher(tally, lambda _line: None).look()
    assert tally.keyring.carrying() == [name for name in held if name != before.id]


@ON_SQLITE
def test_keys_that_were_lost_while_something_is_kept_are_named(open_wave: Open, tally: Tally) -> None:
    before = answered(open_wave, Paired(), CODES)
    run(tally, before.id)
    path = tally.keyring.folder / f"c-{before.id}.key"
    later = answered(open_wave, after(before), CODES)
    top_up(tally, 1)
    path.rename(path.with_suffix(".aside"))
    with pytest.raises(KeyUnusable, match=f"for later waves are missing or damaged: {path};"):
        top_up(tally, 1)
    steps: list[str] = []
    with pytest.raises(KeyUnusable, match=f"{path} is missing; restore it"):
        run(replace(tally, on_step=steps.append), later.id)
    assert "open" not in steps
    assert run(replace(tally, clock=lambda: UNTIL), later.id).published
    assert pairs(later) == NOBODY


@ON_SQLITE
def test_the_service_starts_its_tally_when_the_time_of_something_is_over(
    open_wave: Open, tally: Tally, tmp_path: Path
) -> None:
    before = answered(open_wave, Paired(), CODES)
    run(tally, before.id)
    with unit_of_work(tally.main) as tx:
        tally_keys.add_keys(tx, [tally.keyring.create() for _ in range(FEWEST_KEYS)])
    now = datetime(2026, 3, 9, tzinfo=UTC)
    child = TallyChild(Settings(data=tmp_path), tally.main, lambda: now)
    assert not child._something_waits()
    now = UNTIL
    assert child._something_waits()
    with tally.main.begin() as connection:
        connection.execute(text("UPDATE carried SET until = '2026-03-10T00:00:00Z'"))
    asyncio.run(child())
    assert kept(tally, before) is None
    assert tally.keyring.carrying() == []
