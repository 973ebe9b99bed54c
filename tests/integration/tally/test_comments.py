"""Comments leave the tally in no order, from enough people, and nothing else that was written leaves it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from math import factorial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from scipy.stats import chi2
from sqlalchemy import text

from privacy import signatures
from privacy.plan import design_of
from privacy.release import protect, verify_release
from privacy.sealing import Envelope
from service.store import releases
from service.store.unit_of_work import reading
from service.tally.board import open_board
from service.tally.run import STEPS, Tally, run

SENTINEL = "Quetzalcoatlus over the car park"


def comments_of(tally: Tally, wave: Any) -> dict[str, list[str]]:
    with reading(tally.main) as tx:
        content = releases.release_of(tx, wave.id)
    assert content is not None
    value = verify_release(content, wave.manifest)
    return {part["question"]: part["texts"] for part in value["comments"]}


@pytest.mark.parametrize(("written", "comment_k", "kept"), [(3, 4, 0), (4, 4, 4), (5, 4, 5)])
def test_comments_are_published_only_from_as_many_people_as_was_promised(
    open_wave: Callable[..., Any], tally: Tally, written: int, comment_k: int, kept: int
) -> None:
    wave = open_wave(comment_k=comment_k)
    people = wave.people
    answers = [people.answer(safe=1, why=f"comment {n}") for n in range(written)]
    silent = [people.answer(safe=2) for _ in range(6)]
    wave.put([people.envelope(plaintext) for plaintext in [*answers, *silent]])
    wave.close()
    run(tally, wave.id)
    published = comments_of(tally, wave)
    assert sorted(published.get("why", [])) == [f"comment {n}" for n in range(kept)]
    assert "wish" not in published


def test_each_text_question_has_a_threshold_of_its_own(open_wave: Callable[..., Any], tally: Tally) -> None:
    wave = open_wave(comment_k=3)
    people = wave.people
    answers = [people.answer(why=f"reason {n}", wish="Zeitung ☕" if n < 2 else None) for n in range(3)]
    wave.put([people.envelope(plaintext) for plaintext in answers])
    wave.close()
    run(tally, wave.id)
    assert list(comments_of(tally, wave)) == ["why"]


def test_a_comment_is_published_as_it_was_written_and_nothing_with_it(
    open_wave: Callable[..., Any], tally: Tally
) -> None:
    words = ["", " spaces ", "line\nbreak", "\x00\x1b[31m", "Grüße 👋", '"quoted" <b>', "a" * 60]
    wave = open_wave(comment_k=2)
    people = wave.people
    wave.put([people.envelope(people.answer(why=word or None, team=1)) for word in words])
    wave.close()
    run(tally, wave.id)
    assert sorted(comments_of(tally, wave)["why"]) == sorted(word for word in words if word)


def test_every_order_of_comments_is_equally_likely_whatever_their_places_on_the_board(
    respondents: Any, hpke_key: ec.EllipticCurvePrivateKey
) -> None:
    contract = respondents.manifest
    envelopes = [respondents.envelope(respondents.answer(why=f"comment {n}")) for n in range(4)]
    sealed = sorted((Envelope.parse(envelope).nullifier, envelope) for envelope in envelopes)
    opened = open_board([sealed], contract.canonical(), signatures.scalar_of(hpke_key))
    on_board = opened.comments[0]
    design = design_of(contract.questions, contract.attributes, contract.policy)
    rounds = 480
    orders = Counter(
        tuple(on_board.index(comment) for comment in draw.comments[0][1])
        for draw in (
            protect(design, opened.counts, 0, {"why": on_board}, contract.policy) for _ in range(rounds)
        )
    )
    expected = rounds / factorial(4)
    statistic = sum((orders[order] - expected) ** 2 / expected for order in orders)
    statistic += expected * (factorial(4) - len(orders))
    # False alarm: one run in a million.
    assert statistic < chi2.isf(1e-6, factorial(4) - 1)


def bytes_of(engines: SimpleNamespace, folder: Path) -> bytes:
    """All that the stores hold: on SQLite every byte of their files and logs, else every value."""
    if engines.kind == "sqlite":
        return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    found = []
    for name in ("wave", "tally_key", "ledger", "draw", "release", "box_wave", "response"):
        with engines.main.connect() as connection:
            for row in connection.execute(text(f"SELECT * FROM {name}")):
                found += [
                    bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
                    for value in row
                ]
    return b"\n".join(found)


def private_parts(tally: Tally, wave: Any) -> list[bytes]:
    """The private scalars of a wave in every form in which they could be written."""
    key = tally.keyring.load(wave.key_id)
    scalars = [signatures.scalar_of(half) for half in (key.hpke, key.release)]
    pem = [line for line in wave.key_file.read_bytes().splitlines() if not line.startswith(b"---")]
    return [*scalars, *(scalar.hex().encode() for scalar in scalars), *pem]


def test_nothing_that_was_written_or_that_opens_it_is_in_the_stores_before_the_release(
    open_wave: Callable[..., Any],
    tally: Tally,
    engines: SimpleNamespace,
    *,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    wave = open_wave(comment_k=3)
    people = wave.people
    # Three comments reach the threshold of "why"; the one wish does not.
    written = [people.answer(why=f"{SENTINEL} {n}", wish=None if n else "A rarer wish") for n in range(3)]
    wave.put([people.envelope(plaintext) for plaintext in written])
    wave.close()
    private = private_parts(tally, wave)
    said: list[str] = []
    seen: dict[str, bytes] = {}
    run(
        replace(
            tally,
            say=said.append,
            on_step=lambda step: seen.update({step: bytes_of(engines, tmp_path)}),
        ),
        wave.id,
    )
    seen["after"] = bytes_of(engines, tmp_path)
    assert list(seen) == [*STEPS, "after"]
    for step, content in seen.items():
        assert b"A rarer wish" not in content, step
        assert not any(part in content for part in private), step
        drawn = step in ("publish", "forget", "destroy", "after")
        assert (SENTINEL.encode() in content) == drawn, step
    printed = capfd.readouterr()
    everything_said = "\n".join([*said, printed.out, printed.err, caplog.text])
    assert SENTINEL not in everything_said
    assert "rarer" not in everything_said


def test_the_draw_of_a_published_wave_is_in_no_file_of_the_store(
    answered: Callable[..., Any], tally: Tally, engines: SimpleNamespace, tmp_path: Path
) -> None:
    wave = answered(6)
    drawn: list[bytes] = []

    def watch(step: str) -> None:
        if step == "publish":
            with reading(tally.main) as tx:
                drawn.append(releases.stored_draw(tx, wave.id) or b"")
            assert b'"noisy":[' in bytes_of(engines, tmp_path)

    run(replace(tally, on_step=watch), wave.id)
    assert drawn[0]
    after = bytes_of(engines, tmp_path)
    assert b'"noisy":[' not in after
    if engines.kind == "postgresql":
        with engines.main.connect() as connection:
            assert connection.scalar(text("SELECT pg_relation_size('draw')")) == 0
