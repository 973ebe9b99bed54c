"""Opening a board: valid answers are counted, a spoiled one harms no other, a changed one stops it."""

import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from privacy import answers, sealing, signatures
from privacy.board import Board, leaf_of
from privacy.count import Counts, count
from privacy.errors import ContractBroken
from privacy.plan import design_of
from privacy.tokens import INPUT_SIZE
from service.errors import Unavailable
from service.tally.board import OpenedBoard, open_board

Sealed = tuple[bytes, bytes]


@pytest.fixture
def scalar(hpke_key: ec.EllipticCurvePrivateKey) -> bytes:
    return signatures.scalar_of(hpke_key)


def on_board(envelopes: list[bytes]) -> list[Sealed]:
    """Envelopes with their nullifiers, in the order of nullifiers."""
    tokens = [envelope[sealing.TOKEN_OFFSET :][:INPUT_SIZE] for envelope in envelopes]
    nullifiers = [sealing.nullifier_of(token) for token in tokens]
    return sorted(zip(nullifiers, envelopes, strict=True))


def opened(
    people: Any, scalar: bytes, sealed: list[Sealed], chunk: int = 100, workers: int = 1
) -> OpenedBoard:
    chunks = [sealed[start : start + chunk] for start in range(0, len(sealed), chunk)]
    return open_board(chunks, people.manifest.canonical(), scalar, workers)


def equal(one: Counts, two: Counts) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one.tables, two.tables, strict=True))


def rows_of(people: Any, plaintexts: list[bytes]) -> np.ndarray:
    fixed = [np.frombuffer(plaintext[: people.layout.fixed_size], np.uint8) for plaintext in plaintexts]
    return np.array(fixed, np.uint8).reshape(-1, people.layout.fixed_size)


def altered(plaintext: bytes, offset: int, *values: int) -> bytes:
    return plaintext[:offset] + bytes(values) + plaintext[offset + len(values) :]


def spoiled_plaintexts(people: Any) -> dict[str, bytes]:
    """What a client that follows no rule could seal, by kind."""
    layout = people.layout
    valid = people.plaintexts(1)[0]
    place = {field.id: field.offset for field in layout.questions + layout.attributes + layout.texts}
    return {
        "no kind": altered(valid, 0, 0),
        "unknown kind": altered(valid, 0, 3),
        "withdrawn with an answer": altered(valid, 0, answers.WITHDRAWN),
        "withdrawn with a last byte": altered(answers.withdrawn(layout), layout.size - 1, 1),
        "scale out of range": altered(valid, place["safe"], 6),
        "choice out of range": altered(valid, place["place"], 255),
        "score out of range": altered(valid, place["recommend"], 12),
        "level out of range": altered(valid, place["team"], 4),
        "answered neither yes nor no": altered(valid, place["helps"], 2),
        "a padding bit of the mask": altered(valid, place["helps"] + 2, 4),
        "chosen but not answered": altered(valid, place["helps"], 0, 1),
        "text too long": altered(valid, place["why"], 0xFF, 0xFF),
        "text one too long": altered(valid, place["why"], 0, 61),
        "text padding set": altered(valid, place["wish"] + 41, 1),
        "text shorter than its bytes": altered(valid, place["why"], 0, 3),
        "broken UTF-8": altered(valid, place["wish"], 0, 2, 0xC3, 0x28),
        "a surrogate in UTF-8": altered(valid, place["wish"], 0, 3, 0xED, 0xA0, 0x80),
        "overlong UTF-8": altered(valid, place["wish"], 0, 2, 0xC0, 0x80),
        "all ones": b"\xff" * layout.size,
        "all zeros": bytes(layout.size),
    }


def test_what_was_sealed_is_what_is_counted(respondents: Any, scalar: bytes) -> None:
    plaintexts = respondents.plaintexts(17)
    sealed = on_board([respondents.envelope(plaintext) for plaintext in plaintexts])
    found = opened(respondents, scalar, sealed)
    contract = respondents.manifest
    design = design_of(contract.questions, contract.attributes, contract.policy)
    assert equal(found.counts, count(design, rows_of(respondents, plaintexts)))
    assert sorted(found.comments[0]) == sorted(f"comment of person {n:03d}" for n in range(17))
    assert found.comments[1] == []
    assert (found.responses, found.spoiled) == (17, 0)


@pytest.mark.parametrize(("chunk", "workers"), [(1, 1), (5, 1), (17, 1), (100, 1), (4, 2), (1, 3)])
def test_neither_chunks_nor_processes_change_anything(
    respondents: Any, scalar: bytes, chunk: int, workers: int
) -> None:
    sealed = on_board([respondents.envelope(plaintext) for plaintext in respondents.plaintexts(17)])
    whole, cut = opened(respondents, scalar, sealed), opened(respondents, scalar, sealed, chunk, workers)
    assert equal(whole.counts, cut.counts)
    assert (whole.comments, whole.spoiled, whole.root, whole.responses) == (
        cut.comments,
        cut.spoiled,
        cut.root,
        cut.responses,
    )


@pytest.mark.parametrize("people", [0, 1, 2, 9])
def test_the_root_is_that_of_the_board(respondents: Any, scalar: bytes, people: int) -> None:
    sealed = on_board([respondents.envelope(plaintext) for plaintext in respondents.plaintexts(people)])
    found = opened(respondents, scalar, sealed, chunk=4)
    assert found.root == Board([leaf_of(envelope) for _, envelope in sealed]).root
    assert found.responses == people
    if not people:
        assert found.root == hashlib.sha256(b"").digest()


def test_spoiled_responses_of_every_kind_are_counted_and_harm_no_other(
    respondents: Any, scalar: bytes
) -> None:
    valid = [respondents.envelope(plaintext) for plaintext in respondents.plaintexts(9)]
    alone = opened(respondents, scalar, on_board(valid))
    kinds = spoiled_plaintexts(respondents)
    another = signatures.point_of(signatures.new_key())
    spoiled = [respondents.envelope(plaintext) for plaintext in kinds.values()]
    spoiled.append(respondents.envelope(respondents.plaintexts(1)[0], sealed_to=another))
    spoiled.append(respondents.broken_envelope())
    among = opened(respondents, scalar, on_board([*valid, *spoiled]), chunk=7)
    assert equal(among.counts, alone.counts)
    assert [sorted(texts) for texts in among.comments] == [sorted(texts) for texts in alone.comments]
    assert among.spoiled == len(kinds) + 2
    assert among.responses == len(valid) + len(spoiled)


@pytest.mark.parametrize("workers", [1, 2])
def test_each_kind_of_spoiled_plaintext_is_spoiled_alone(
    respondents: Any, scalar: bytes, workers: int
) -> None:
    kinds = spoiled_plaintexts(respondents)
    for kind, plaintext in kinds.items() if workers == 1 else ():
        sealed = on_board([respondents.envelope(plaintext)])
        assert opened(respondents, scalar, sealed).spoiled == 1, kind
    sealed = on_board([respondents.envelope(plaintext) for plaintext in kinds.values()])
    assert opened(respondents, scalar, sealed, chunk=1, workers=workers).spoiled == len(kinds)


def test_a_withdrawn_response_leaves_nothing_but_its_place_on_the_board(
    respondents: Any, scalar: bytes
) -> None:
    valid = [respondents.envelope(plaintext) for plaintext in respondents.plaintexts(5)]
    alone = opened(respondents, scalar, on_board(valid))
    gone = [respondents.envelope(answers.withdrawn(respondents.layout)) for _ in range(3)]
    among = opened(respondents, scalar, on_board([*valid, *gone]))
    assert equal(among.counts, alone.counts)
    assert sorted(among.comments[0]) == sorted(alone.comments[0])
    assert (among.spoiled, among.responses) == (0, 8)


OFFSETS = (0, 5, 40, 200, 389, 455, 460, 480, 540, 620, 700, -65, -64, -1)


@pytest.mark.parametrize(("offset", "workers"), [*((offset, 1) for offset in OFFSETS), (480, 2)])
def test_an_envelope_that_was_changed_in_the_box_stops_the_tally(
    respondents: Any, scalar: bytes, offset: int, workers: int
) -> None:
    sealed = on_board([respondents.envelope(plaintext) for plaintext in respondents.plaintexts(3)])
    nullifier, envelope = sealed[1]
    changed = bytearray(envelope)
    changed[offset] ^= 1
    sealed[1] = nullifier, bytes(changed)
    with pytest.raises(ContractBroken, match="does not verify; restore the box"):
        opened(respondents, scalar, sealed, chunk=1, workers=workers)


def test_an_envelope_of_another_length_stops_the_tally(respondents: Any, scalar: bytes) -> None:
    for change in (lambda data: data + b"\0", lambda data: data[:-1], lambda _data: b""):
        sealed = on_board([respondents.envelope(plaintext) for plaintext in respondents.plaintexts(2)])
        sealed[0] = sealed[0][0], change(sealed[0][1])
        with pytest.raises(ContractBroken, match="does not verify"):
            opened(respondents, scalar, sealed)


def test_envelopes_under_each_others_nullifiers_stop_the_tally(respondents: Any, scalar: bytes) -> None:
    (one, first), (two, second) = on_board(
        [respondents.envelope(plaintext) for plaintext in respondents.plaintexts(2)]
    )
    with pytest.raises(ContractBroken, match="does not verify"):
        opened(respondents, scalar, [(one, second), (two, first)])


def test_a_response_that_is_there_twice_stops_the_tally(respondents: Any, scalar: bytes) -> None:
    sealed = on_board([respondents.envelope(plaintext) for plaintext in respondents.plaintexts(2)])
    for twice in ([sealed[0], *sealed], [*sealed, sealed[0]], [sealed[1], sealed[0]]):
        for chunk in (1, 10):
            with pytest.raises(ContractBroken, match="twice"):
                opened(respondents, scalar, twice, chunk)


def test_a_worker_that_is_ended_from_outside_is_a_clear_line(
    respondents: Any, scalar: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = on_board([respondents.envelope(plaintext) for plaintext in respondents.plaintexts(4)])

    def chunks() -> Any:
        yield sealed[:1]
        yield sealed[1:2]
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)
        yield sealed[2:3]
        yield sealed[3:]

    with pytest.raises(Unavailable, match="ended from outside"):
        open_board(chunks(), respondents.manifest.canonical(), scalar, 2)


ENDS_WITH_PARENT = """
import os, signal, sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from service.tally.board import _end_with_parent
if __name__ == "__main__":
    pool = ProcessPoolExecutor(2, get_context("spawn"), _end_with_parent)
    workers = {pool.submit(os.getpid).result() for _ in range(20)} | set(pool._processes)
    pool.submit(time.sleep, 60)
    print(*workers, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_no_worker_outlives_a_tally_that_was_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(ENDS_WITH_PARENT)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert workers
        try:
            # The workers hold the other end of this pipe; it ends when the last of them has gone.
            assert parent.communicate(timeout=30) == ("", None)
        except subprocess.TimeoutExpired:
            for pid in workers:
                os.kill(pid, signal.SIGKILL)
            pytest.fail("a worker lived on")
    assert parent.returncode == -signal.SIGKILL


def test_memory_holds_a_few_chunks_and_not_the_board(
    respondents: Any, scalar: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = on_board([respondents.envelope(plaintext) for plaintext in respondents.plaintexts(12)])
    read = 0
    ahead: list[int] = []

    def chunks() -> Any:
        nonlocal read
        for one in sealed:
            read += 1
            yield [one]

    open_board(
        chunks(),
        respondents.manifest.canonical(),
        scalar,
        2,
        progress=lambda done: ahead.append(read - done),
    )
    assert len(ahead) == 12
    assert max(ahead) <= 3
