"""The tally of a wave: a release that the contract verifies, nothing private in it, and no key left."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from privacy import answers, signatures
from privacy.errors import KeyUnusable
from privacy.release import NOTHING_SHOWN
from service.errors import Conflict
from service.store import ledger, releases, waves
from service.store.unit_of_work import reading, unit_of_work
from service.tally.run import STEPS, Outcome, Tally, run


def test_a_closed_wave_becomes_a_release_that_its_contract_verifies(
    answered: Callable[..., Any], tally: Tally
) -> None:
    wave = answered(20, invited=30)
    assert run(tally, wave.id) == Outcome(wave.id, 20, published=True)
    value = wave.verified_release()
    assert value["wave"] == wave.manifest.wave.hex()
    assert {name: value["board"][name] for name in ("responses", "issued", "invited")} == {
        "responses": 20,
        "issued": 20,
        "invited": 30,
    }
    with reading(tally.main) as tx:
        row = waves.find(tx, wave.id)
        assert row.root is not None
        assert value["board"]["root"] == row.root.hex()
        assert row.state == "released"
        assert releases.stored_draw(tx, wave.id) is None
        assert releases.waves_to_tally(tx) == []
        assert [entry.state for entry in ledger.entries(tx)] == ["committed"]


def test_a_wave_can_be_named_by_its_hash(answered: Callable[..., Any], tally: Tally) -> None:
    wave = answered(2)
    assert run(tally, wave.manifest.wave.hex()).wave_id == wave.id


def test_the_key_is_there_until_the_release_is_and_then_gone(
    answered: Callable[..., Any], tally: Tally
) -> None:
    wave = answered(3)
    seen: list[tuple[str, bool]] = []
    run(replace(tally, on_step=lambda step: seen.append((step, wave.key_file.exists()))), wave.id)
    assert seen == [(step, True) for step in STEPS]
    assert list(wave.key_file.parent.iterdir()) == []


@pytest.mark.parametrize("people", [0, 1])
def test_a_wave_that_nobody_or_one_person_answered_says_that_nothing_can_be_shown(
    answered: Callable[..., Any], tally: Tally, people: int
) -> None:
    wave = answered(people, comment_k=2)
    run(tally, wave.id)
    value = wave.verified_release()
    assert value["board"]["responses"] == people
    assert value["shown"] == 0
    assert value["statement"] == NOTHING_SHOWN
    assert value["comments"] == []
    assert not any(row["shown"] for row in value["figures"])


def test_spoiled_and_withdrawn_responses_change_the_spoiled_figure_and_no_other_answer(
    open_wave: Callable[..., Any], tally: Tally
) -> None:
    wave = open_wave(epsilon=12.0)
    people = wave.people
    another = signatures.point_of(signatures.new_key())
    valid = [people.envelope(plaintext) for plaintext in people.plaintexts(10)]
    spoiled = [
        people.envelope(bytes(people.layout.size)),
        people.envelope(b"\xff" * people.layout.size),
        people.envelope(people.plaintexts(1)[0], sealed_to=another),
        *(people.broken_envelope() for _ in range(27)),
    ]
    gone = [people.envelope(answers.withdrawn(people.layout)) for _ in range(5)]
    wave.put([*valid, *spoiled, *gone])
    wave.close()
    run(tally, wave.id)
    value = wave.verified_release()
    assert value["board"]["responses"] == 45
    # Six standard deviations: a false alarm in 500 million runs.
    assert abs(value["spoiled"]["value"] - 30) <= 6 * value["spoiled"]["margin"] / 1.64 + 0.1
    assert value["spoiled"]["margin"] < 5
    assert sorted(value["comments"][0]["texts"]) == [f"comment of person {n:03d}" for n in range(10)]


def test_a_wave_that_is_a_draft_or_open_is_left_alone(open_wave: Callable[..., Any], tally: Tally) -> None:
    wave = open_wave()
    with unit_of_work(tally.main) as tx:
        draft = waves.add_draft(
            tx,
            wave.manifest.survey_id,
            source="",
            plan={},
            opens_at="2026-03-01T08:00:00Z",
            closes_at="2026-03-08T08:00:00Z",
        ).id
    with pytest.raises(Conflict, match=f"{wave.id} is open and closes at 2026-03-08T08:00:00Z; run"):
        run(tally, wave.id)
    with pytest.raises(Conflict, match=f"{draft} is a draft"):
        run(tally, draft)
    assert wave.key_file.exists()


def test_what_the_operator_reads_holds_no_number_that_is_not_public(
    open_wave: Callable[..., Any], tally: Tally
) -> None:
    wave = open_wave()
    people = wave.people
    valid = [people.envelope(plaintext) for plaintext in people.plaintexts(6)]
    other = [people.envelope(bytes(people.layout.size)) for _ in range(3)]
    wave.put([*valid, *other])
    wave.close()
    lines: list[str] = []
    run(replace(tally, say=lines.append, chunk=4), wave.id)
    assert lines == [
        f"wave {wave.id}: 4 of 9 responses opened",
        f"wave {wave.id}: 8 of 9 responses opened",
        f"wave {wave.id}: 9 of 9 responses opened",
        f"wave {wave.id}: published; its private key is destroyed",
    ]


def test_several_processes_publish_what_one_would(answered: Callable[..., Any], tally: Tally) -> None:
    wave = answered(9)
    assert run(replace(tally, chunk=3, workers=2), wave.id).published
    assert wave.verified_release()["board"]["responses"] == 9


def test_a_lost_key_loses_nothing_once_it_is_restored(
    answered: Callable[..., Any], tally: Tally, tmp_path: Path
) -> None:
    wave = answered(5)
    backup = tmp_path / "backup.pem"
    wave.key_file.rename(backup)
    with pytest.raises(KeyUnusable, match=f"{wave.key_file} is missing; restore it"):
        run(tally, wave.id)
    backup.rename(wave.key_file)
    assert run(tally, wave.id).published


def test_releases_are_compact_json_without_a_private_number(
    answered: Callable[..., Any], tally: Tally
) -> None:
    wave = answered(7)
    key = tally.keyring.load(wave.key_id)
    scalars = [half.private_numbers().private_value.to_bytes(32) for half in (key.hpke, key.release)]
    run(tally, wave.id)
    content = wave.release()
    assert json.loads(content)["wave"] == wave.manifest.wave.hex()
    assert not any(scalar.hex().encode() in content for scalar in scalars)
