"""Closing: nothing acknowledged is left out, and everybody can check that theirs is in."""

import asyncio
import threading
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from privacy.board import EMPTY_ROOT, Board, leaf_of, verify_proof
from privacy.canonical import unb64u
from privacy.errors import ContractBroken
from privacy.receipts import check_receipt
from service.collector.proofs import LIMIT, Proofs
from service.errors import NotFound
from service.store import arrivals, box
from service.store.arrivals import Outcome
from service.store.unit_of_work import reading, unit_of_work


def test_no_acknowledged_response_is_lost_when_the_wave_closes_under_load(engines: Any, wave: Any) -> None:
    groups = [[wave.arrival(wave.voice().envelope()) for _ in range(3)] for _ in range(40)]
    acknowledged: set[bytes] = set()
    begun = threading.Event()

    def write(share: list[Any]) -> None:
        for number, group in enumerate(share):
            for arrival, outcome in zip(group, arrivals.store(engines.box, group), strict=True):
                if outcome is Outcome.STORED:
                    acknowledged.add(arrival.envelope)
            if number == 2:
                begun.set()

    writers = [threading.Thread(target=write, args=(groups[start::2],)) for start in range(2)]
    for writer in writers:
        writer.start()
    begun.wait()
    closed = box.close_wave(engines.box, wave.name)
    for writer in writers:
        writer.join()
    rows = [row for chunk in box.envelopes(engines.box, wave.name) for row in chunk]
    assert {envelope for _, envelope in rows} == acknowledged
    assert closed.responses == len(rows) >= 9
    assert closed.root == Board([leaf_of(envelope) for _, envelope in rows]).root


def test_closing_again_gives_the_same_board(engines: Any, wave: Any) -> None:
    arrivals.store(engines.box, [wave.arrival(wave.voice().envelope()) for _ in range(5)])
    first = box.close_wave(engines.box, wave.name)
    assert box.close_wave(engines.box, wave.name) == first
    with reading(engines.box) as tx:
        assert box.is_closed(tx, wave.name)
        assert box.open_waves(tx) == []


def test_a_close_that_was_interrupted_is_mended_by_the_next(engines: Any, wave: Any) -> None:
    arrivals.store(engines.box, [wave.arrival(wave.voice().envelope()) for _ in range(5)])
    with engines.box.begin() as connection:
        connection.execute(text("UPDATE box_wave SET closed = true"))
    late = wave.arrival(wave.voice().envelope())
    assert arrivals.store(engines.box, [late]) == [Outcome.CLOSED]
    assert box.close_wave(engines.box, wave.name).responses == 5


def test_a_wave_that_nobody_answered_has_the_root_of_nothing(engines: Any, wave: Any) -> None:
    assert box.close_wave(engines.box, wave.name) == box.ClosedBox(EMPTY_ROOT, 0)


def test_a_wave_that_the_box_does_not_know_cannot_be_closed(engines: Any) -> None:
    with pytest.raises(NotFound):
        box.close_wave(engines.box, bytes(32))


def test_a_wave_is_registered_under_the_hash_of_its_manifest_alone(engines: Any, wave: Any) -> None:
    manifest = wave.manifest.canonical()
    with unit_of_work(engines.box) as tx:
        box.register_wave(tx, wave.name, manifest)
        assert box.open_waves(tx) == [(wave.name, manifest)]
        with pytest.raises(ContractBroken):
            box.register_wave(tx, bytes(32), manifest)


def test_everybody_can_prove_that_their_response_is_on_the_board(collecting: Any, wave: Any) -> None:
    envelopes = {voice.nullifier: voice.envelope() for voice in [wave.voice() for _ in range(13)]}
    arrivals.store(collecting.engine, [wave.arrival(envelope) for envelope in envelopes.values()])
    root = wave.path.removesuffix("/responses")
    closed = box.close_wave(collecting.engine, wave.name)
    with unit_of_work(collecting.engine) as tx:
        box.publish_issued(tx, wave.name, 15)

    async def scenario(client: httpx.AsyncClient) -> tuple[dict[str, Any], dict[bytes, dict[str, Any]]]:
        board = (await client.get(f"{root}/board")).json()
        proofs = {n: (await client.get(f"{root}/proofs/{n.hex()}")).json() for n in envelopes}
        return board, proofs

    board, proofs = collecting.run(scenario)
    assert board == {
        "wave": wave.name.hex(),
        "responses": 13,
        "root": closed.root.hex(),
        "issued": 15,
        "invited": wave.manifest.invited,
    }
    for nullifier, proof in proofs.items():
        assert bytes.fromhex(proof["leaf"]) == leaf_of(envelopes[nullifier])
        path = [bytes.fromhex(step) for step in proof["path"]]
        verify_proof(leaf_of(envelopes[nullifier]), proof["index"], proof["size"], path, closed.root)
    assert [proofs[nullifier]["index"] for nullifier in sorted(envelopes)] == list(range(13))


def test_there_is_no_board_and_no_proof_before_the_close(collecting: Any, wave: Any) -> None:
    voice = wave.voice()
    arrivals.store(collecting.engine, [wave.arrival(voice.envelope())])
    root = wave.path.removesuffix("/responses")

    async def scenario(client: httpx.AsyncClient) -> list[int]:
        addresses = [f"{root}/board", f"{root}/proofs/{voice.nullifier.hex()}"]
        before = [(await client.get(address)).status_code for address in addresses]
        await asyncio.to_thread(box.close_wave, collecting.engine, wave.name)
        counting = (await client.get(addresses[0])).status_code
        with unit_of_work(collecting.engine) as tx:
            box.publish_issued(tx, wave.name, 1)
        after = [(await client.get(address)).status_code for address in addresses]
        missing = (await client.get(f"{root}/proofs/{'00' * 32}")).status_code
        return [*before, counting, *after, missing]

    assert collecting.run(scenario) == [409, 409, 409, 200, 200, 404]


def test_no_more_trees_are_kept_than_the_limit(engines: Any, new_wave: Any) -> None:
    proofs = Proofs()
    for number in range(LIMIT + 2):
        wave = new_wave(title=f"Pulse {number}")
        voice = wave.voice()
        arrivals.store(engines.box, [wave.arrival(voice.envelope())])
        box.close_wave(engines.box, wave.name)
        assert proofs.find(engines.box, wave.name, voice.nullifier).size == 1
        assert len(proofs._trees) == min(number + 1, LIMIT)


def test_what_was_deleted_after_its_retention_has_no_proof_and_keeps_its_root(
    engines: Any, wave: Any
) -> None:
    voice = wave.voice()
    arrivals.store(engines.box, [wave.arrival(voice.envelope())])
    closed = box.close_wave(engines.box, wave.name)
    with unit_of_work(engines.box) as tx:
        box.purge(tx, wave.name)
    with reading(engines.box) as tx:
        assert box.count(tx, wave.name) == 0
    assert box.close_wave(engines.box, wave.name) == closed
    with pytest.raises(NotFound):
        Proofs().find(engines.box, wave.name, voice.nullifier)


@pytest.mark.parametrize("when", ["at its closing time", "closed by hand", "closed while in memory"])
def test_what_was_stored_before_the_close_gets_its_receipt_after_it(
    collecting: Any, wave: Any, when: str
) -> None:
    """Its first receipt may have been lost on the way, and only a receipt proves that it was stored."""
    envelope = wave.voice().envelope()
    arrivals.store(collecting.engine, [wave.arrival(envelope)])

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        answers = []
        if when == "at its closing time":
            collecting.now = wave.manifest.closes_at
        elif when == "closed while in memory":
            answers.append(await client.post(wave.path, content=envelope))
        if when != "at its closing time":
            await asyncio.to_thread(box.close_wave, collecting.engine, wave.name)
        return [*answers, *[await client.post(wave.path, content=envelope) for _ in range(2)]]

    for answer in collecting.run(scenario):
        assert answer.status_code == 201
        assert set(answer.json()) == {"leaf", "signature"}
        check_receipt(wave.manifest, leaf_of(envelope), unb64u(answer.json()["signature"]))
    assert list(collecting.stored(wave).values()) == [envelope]


def test_what_was_not_stored_before_the_close_gets_one_refusal_whatever_it_is(
    collecting: Any, wave: Any
) -> None:
    voice = wave.voice()
    stored = voice.envelope(2)
    arrivals.store(collecting.engine, [wave.arrival(stored)])
    closed = box.close_wave(collecting.engine, wave.name)
    bodies = {
        "somebody who comes late": wave.voice().envelope(),
        "a later version": voice.envelope(3),
        "the same version, sealed anew": voice.envelope(2),
        "an earlier version": voice.envelope(1),
        "one byte of the stored changed": stored[:-1] + bytes([stored[-1] ^ 1]),
        "the stored and more": stored + b"0",
        "the stored, cut": stored[:-1],
        "nothing": b"",
        "no envelope": bytes(len(stored)),
        "much too long": stored * 100,
    }

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.post(wave.path, content=body) for body in bodies.values()]

    answers = collecting.run(scenario)
    assert {answer.status_code for answer in answers} == {409}
    assert len({answer.content for answer in answers}) == 1
    assert "not stored" not in answers[0].json()["detail"]  # that is more than is known after the retention
    assert collecting.stored(wave) == {voice.nullifier: stored}
    assert box.close_wave(collecting.engine, wave.name) == closed


def test_what_was_deleted_after_its_retention_gets_no_new_receipt(collecting: Any, wave: Any) -> None:
    envelope = wave.voice().envelope()
    arrivals.store(collecting.engine, [wave.arrival(envelope)])
    box.close_wave(collecting.engine, wave.name)
    with unit_of_work(collecting.engine) as tx:
        box.purge(tx, wave.name)

    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post(wave.path, content=envelope)

    assert collecting.run(scenario).status_code == 409
    assert collecting.stored(wave) == {}
