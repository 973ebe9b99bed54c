"""One response a token: durable before its receipt, the same again a success, a later one in its place."""

import asyncio
import itertools
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from privacy.board import leaf_of
from privacy.canonical import unb64u
from privacy.receipt_code import locator_of
from privacy.receipts import check_receipt
from service.store import arrivals, box
from service.store.arrivals import Arrival, Outcome
from service.store.unit_of_work import reading

STORED, REFUSED = Outcome.STORED, Outcome.REFUSED


def test_the_receipt_is_for_what_is_stored(collecting: Any, wave: Any) -> None:
    envelope = wave.voice().envelope()

    async def scenario(client: httpx.AsyncClient) -> tuple[httpx.Response, dict[bytes, bytes]]:
        answer = await client.post(wave.path, content=envelope)
        return answer, collecting.stored(wave)

    answer, stored = collecting.run(scenario)
    receipt = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert set(receipt) == {"leaf", "signature"}
    assert receipt["leaf"] == leaf_of(envelope).hex()
    check_receipt(wave.manifest, leaf_of(envelope), unb64u(receipt["signature"]))
    assert list(stored.values()) == [envelope]


def test_the_same_envelope_again_is_a_success_with_a_receipt_that_holds(collecting: Any, wave: Any) -> None:
    envelope = wave.voice().envelope()

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.post(wave.path, content=envelope) for _ in range(3)]

    for answer in collecting.run(scenario):
        assert answer.status_code == 201
        check_receipt(wave.manifest, leaf_of(envelope), unb64u(answer.json()["signature"]))
    assert list(collecting.stored(wave).values()) == [envelope]


def test_a_later_envelope_takes_the_place_of_the_earlier_and_is_found_by_the_receipt_code(
    collecting: Any, wave: Any
) -> None:
    voice = wave.voice()
    envelopes = [voice.envelope(sequence) for sequence in (1, 2, 255, 256, 2**32 - 1)]
    address = f"{wave.path}/{locator_of(voice.code, wave.name).hex()}"

    async def scenario(client: httpx.AsyncClient) -> list[tuple[int, bytes]]:
        found = []
        for envelope in envelopes:
            answer = await client.post(wave.path, content=envelope)
            found.append((answer.status_code, (await client.get(address)).content))
        return found

    assert collecting.run(scenario) == [(201, envelope) for envelope in envelopes]
    assert collecting.stored(wave) == {voice.nullifier: envelopes[-1]}


def test_two_votes_with_one_token_are_impossible_under_concurrency(collecting: Any, wave: Any) -> None:
    voice = wave.voice()
    envelopes = [voice.envelope(1) for _ in range(40)]

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return await asyncio.gather(*[client.post(wave.path, content=envelope) for envelope in envelopes])

    answers = collecting.run(scenario)
    accepted = [envelope for envelope, answer in zip(envelopes, answers, strict=True) if answer.is_success]
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 39
    assert collecting.stored(wave) == {voice.nullifier: accepted[0]}


def test_several_writers_leave_one_row_for_each_token(engines: Any, wave: Any) -> None:
    voices = [wave.voice() for _ in range(10)]
    groups = [[wave.arrival(voice.envelope(sequence)) for voice in voices] for sequence in range(8)]

    def write(group: list[Arrival]) -> list[Outcome]:
        random.shuffle(group)
        return arrivals.store(engines.box, group)

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(write, groups))
    assert {outcome for group in outcomes for outcome in group} <= {STORED, REFUSED}
    last = {arrival.nullifier: arrival.envelope for arrival in groups[-1]}
    stored = {n: e for chunk in box.envelopes(engines.box, wave.name) for n, e in chunk}
    assert stored == last


def test_a_group_is_written_as_if_its_envelopes_had_come_one_after_the_other(
    engines: Any, new_wave: Any
) -> None:
    """For every group of three out of one token's envelopes, after every envelope that was there before."""
    wave = new_wave()
    contents = [(sequence, wave.voice().envelope(sequence)) for sequence in (1, 2, 2)]
    for before, group in itertools.product([None, *contents], itertools.product(contents, repeat=3)):
        nullifier = random.randbytes(32)
        earlier = [] if before is None else [arrival_of(wave, nullifier, *before)]
        if earlier:
            assert arrivals.store(engines.box, earlier) == [STORED]
        outcomes = arrivals.store(engines.box, [arrival_of(wave, nullifier, *content) for content in group])
        possible = set()
        for order in itertools.permutations(range(3)):
            kept, expected = before, [REFUSED] * 3
            for place in order:
                if kept is None or group[place][0] > kept[0] or group[place] == kept:
                    kept, expected[place] = group[place], STORED
            possible.add((kept[1] if kept else None, *expected))
        assert (envelope_of(engines.box, wave, nullifier), *outcomes) in possible


def arrival_of(wave: Any, nullifier: bytes, sequence: int, envelope: bytes) -> Arrival:
    return Arrival(wave.name, nullifier, random.randbytes(16), sequence, envelope)


def envelope_of(engine: Engine, wave: Any, nullifier: bytes) -> bytes | None:
    with reading(engine) as tx:
        query = text("SELECT envelope FROM response WHERE wave = :w AND nullifier = :n")
        row = tx.connection().execute(query, {"w": wave.name, "n": nullifier}).first()
    return None if row is None else bytes(row[0])


def test_a_group_holds_responses_to_several_waves_and_the_closed_one_refuses_alone(
    engines: Any, new_wave: Any
) -> None:
    waves = [new_wave(title=name) for name in ("one", "two", "three")]
    box.close_wave(engines.box, waves[1].name)
    group = [wave.arrival(wave.voice().envelope()) for wave in waves]
    assert arrivals.store(engines.box, group) == [STORED, Outcome.CLOSED, STORED]
    with reading(engines.box) as tx:
        assert [box.count(tx, wave.name) for wave in waves] == [1, 0, 1]


def test_responses_whose_nullifiers_begin_alike_are_both_kept_and_both_replaced(
    engines: Any, wave: Any
) -> None:
    """The slot is 63 bits of the nullifier; that two share it is rare and must cost nobody their voice."""
    nullifiers = [bytes(8) + bytes([number]) * 24 for number in range(3)]
    for sequence in (1, 2):
        contents = [(nullifier, sequence, wave.voice().envelope(sequence)) for nullifier in nullifiers]
        outcomes = arrivals.store(engines.box, [arrival_of(wave, *content) for content in contents])
        assert outcomes == [STORED] * 3
        stored = [row for chunk in box.envelopes(engines.box, wave.name) for row in chunk]
        assert stored == [(nullifier, envelope) for nullifier, _, envelope in contents]


def test_envelopes_come_in_the_order_of_nullifiers_whatever_the_chunk(engines: Any, new_wave: Any) -> None:
    wave, other = new_wave(), new_wave(title="Another")
    group = [wave.arrival(wave.voice().envelope()) for _ in range(25)]
    arrivals.store(engines.box, [*group, *[other.arrival(other.voice().envelope()) for _ in range(10)]])
    expected = sorted((arrival.nullifier, arrival.envelope) for arrival in group)
    for chunk in (1, 7, 25, 1000):
        chunks = list(box.envelopes(engines.box, wave.name, chunk))
        assert [row for rows in chunks for row in rows] == expected
        assert max(map(len, chunks)) <= chunk


@pytest.mark.parametrize("name", ["00" * 16, "zz" * 16, "00", "00" * 17])
def test_nothing_is_found_under_a_locator_that_nobody_has(collecting: Any, wave: Any, name: str) -> None:
    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        return await client.get(f"{wave.path}/{name}")

    assert collecting.run(scenario).status_code == 404


def test_the_manifest_is_served_as_its_exact_bytes_and_once(collecting: Any, wave: Any) -> None:
    address = wave.path.replace("/responses", "/manifest")

    async def scenario(client: httpx.AsyncClient) -> tuple[httpx.Response, httpx.Response]:
        first = await client.get(address)
        return first, await client.get(address, headers={"If-None-Match": first.headers["etag"]})

    first, again = collecting.run(scenario)
    assert first.content == wave.manifest.canonical()
    assert first.headers["content-type"] == "application/json"
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (again.status_code, again.content) == (304, b"")
