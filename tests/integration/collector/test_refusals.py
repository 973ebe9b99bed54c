"""Bad envelopes: whatever is wrong, the answer is the same bytes and nothing is stored."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from privacy.sealing import (
    CIPHERTEXT_OFFSET,
    LOCATOR_OFFSET,
    PUBLIC_KEY_OFFSET,
    SEQUENCE_OFFSET,
    TOKEN_OFFSET,
    WAVE_OFFSET,
)
from service.http.headers import HEADERS
from service.store import box


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def signed_again(voice: Any, place: int) -> bytes:
    """A changed byte under a signature that holds, so that only the check of that byte can refuse it."""
    return voice.signed(flipped(voice.envelope(), place)[:-64])


FAULTS: dict[str, Callable[[Any, Any], bytes]] = {
    "nothing": lambda wave, voice: b"",
    "one byte": lambda wave, voice: b"S",
    "too short": lambda wave, voice: voice.signed(voice.envelope()[:-65]),
    "too long": lambda wave, voice: voice.signed(voice.envelope()[:-64] + b"\0"),
    "much too long": lambda wave, voice: voice.envelope() * 100,
    "another version": lambda wave, voice: signed_again(voice, 2),
    "another wave inside": lambda wave, voice: signed_again(voice, WAVE_OFFSET),
    "another token type": lambda wave, voice: signed_again(voice, TOKEN_OFFSET + 1),
    "another nonce": lambda wave, voice: signed_again(voice, TOKEN_OFFSET + 2),
    "another challenge": lambda wave, voice: signed_again(voice, TOKEN_OFFSET + 34),
    "another token key": lambda wave, voice: signed_again(voice, TOKEN_OFFSET + 66),
    "a broken token": lambda wave, voice: signed_again(voice, TOKEN_OFFSET + 98),
    "another pseudonym": lambda wave, voice: signed_again(voice, PUBLIC_KEY_OFFSET + 1),
    "somebody else's signature": lambda wave, voice: wave.voice().signed(voice.envelope()[:-64]),
    "a changed sequence": lambda wave, voice: flipped(voice.envelope(), SEQUENCE_OFFSET + 3),
    "a changed locator": lambda wave, voice: flipped(voice.envelope(), LOCATOR_OFFSET),
    "a changed ciphertext": lambda wave, voice: flipped(voice.envelope(), CIPHERTEXT_OFFSET),
    "a changed signature": lambda wave, voice: flipped(voice.envelope(), -1 + len(voice.envelope())),
    "no signature": lambda wave, voice: voice.envelope()[:-64] + bytes(64),
}


def test_every_fault_gets_the_same_bytes_and_nothing_is_stored(
    collecting: Any, wave: Any, new_wave: Any, issuer: rsa.RSAPrivateKey
) -> None:
    other = new_wave(title="Another")
    voice = wave.voice()
    stranger = rsa.generate_private_key(65537, 2048)
    bodies = {name: fault(wave, voice) for name, fault in FAULTS.items()}
    bodies["an envelope of another wave"] = other.voice().envelope()
    bodies["a token that nobody issued"] = wave.voice(stranger).envelope()

    async def scenario(client: httpx.AsyncClient) -> dict[str, httpx.Response]:
        return {name: await client.post(wave.path, content=body) for name, body in bodies.items()}

    answers = collecting.run(scenario)
    assert {answer.status_code for answer in answers.values()} == {422}
    assert len({answer.content for answer in answers.values()}) == 1
    assert collecting.stored(wave) == {}
    problem = answers["nothing"].json()
    assert answers["nothing"].headers["content-type"] == "application/problem+json"
    assert problem["type"] == "urn:sottovoce:problem:refused"
    assert problem["status"] == 422
    for name, value in HEADERS.items():
        assert answers["nothing"].headers[name] == value


def test_the_bodies_that_are_refused_differ_from_a_good_one_in_their_fault_alone(
    collecting: Any, wave: Any
) -> None:
    envelope = wave.voice().envelope()

    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post(wave.path, content=envelope)

    assert collecting.run(scenario).status_code == 201


def test_a_lower_sequence_and_another_envelope_of_the_same_are_refused_like_a_forgery(
    collecting: Any, wave: Any
) -> None:
    voice = wave.voice()
    stored = voice.envelope(5)

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        bodies = [stored, voice.envelope(4), voice.envelope(0), voice.envelope(5), b"forged"]
        return [await client.post(wave.path, content=body) for body in bodies]

    first, *others = collecting.run(scenario)
    assert first.status_code == 201
    assert {answer.status_code for answer in others} == {422}
    assert len({answer.content for answer in others}) == 1
    assert collecting.stored(wave) == {voice.nullifier: stored}


def test_a_wave_that_nobody_opened_is_not_found(collecting: Any, wave: Any) -> None:
    unknown = "/api/v1/waves/" + "ab" * 32 + "/responses"

    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post(unknown, content=wave.voice().envelope())

    answer = collecting.run(scenario)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:sottovoce:problem:not-found"


@pytest.mark.parametrize("when", ["before it opens", "at its closing time", "closed by hand"])
def test_a_wave_that_is_not_open_takes_nothing(collecting: Any, wave: Any, when: str) -> None:
    envelope = wave.voice().envelope()
    if when == "before it opens":
        collecting.now = wave.manifest.opens_at.replace(hour=7, minute=59)
    elif when == "at its closing time":
        collecting.now = wave.manifest.closes_at
    else:
        box.close_wave(collecting.engine, wave.name)

    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post(wave.path, content=envelope)

    answer = collecting.run(scenario)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:sottovoce:problem:conflict"
    assert collecting.stored(wave) == {}


def test_a_wave_that_closes_while_it_is_in_memory_takes_nothing_more(collecting: Any, wave: Any) -> None:
    first, late = wave.voice(), wave.voice()

    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        answers = [await client.post(wave.path, content=first.envelope())]
        await asyncio.to_thread(box.close_wave, collecting.engine, wave.name)
        return [*answers, *[await client.post(wave.path, content=late.envelope()) for _ in range(2)]]

    assert [answer.status_code for answer in collecting.run(scenario)] == [201, 409, 409]
    assert set(collecting.stored(wave)) == {first.nullifier}


def test_another_method_or_address_is_none_of_the_collectors(collecting: Any, wave: Any) -> None:
    async def scenario(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [
            await client.get(wave.path),
            await client.put(wave.path),
            await client.post(wave.path + "/"),
            await client.post(wave.path.replace(wave.name.hex(), wave.name.hex().upper())),
        ]

    answers = collecting.run(scenario)
    assert all(answer.status_code in (404, 405) for answer in answers)
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
def test_a_body_beyond_the_envelopes_size_is_not_read_to_its_end(
    collecting: Any, wave: Any, declared: bool
) -> None:
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": bytes(512), "more_body": True}  # it never ends

    async def main() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        headers = [(b"content-length", b"1000000000")] if declared else [(b"transfer-encoding", b"chunked")]
        scope = {"type": "http", "method": "POST", "path": wave.path, "headers": headers}
        async with collecting.started() as app:
            await app(scope, receive, send)
        return sent

    start, _ = asyncio.run(main())
    assert start["status"] == 422
    assert (b"connection", b"close") in start["headers"]
    assert taken == (0 if declared else wave.size // 512 + 1)


def test_a_sender_who_leaves_before_the_end_leaves_nothing(collecting: Any, wave: Any) -> None:
    envelope = wave.voice().envelope()

    async def messages() -> AsyncIterator[dict[str, Any]]:
        yield {"type": "http.request", "body": envelope[:100], "more_body": True}
        yield {"type": "http.disconnect"}

    async def main() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        scope = {"type": "http", "method": "POST", "path": wave.path, "headers": []}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        async with collecting.started() as app:
            await app(scope, messages().__anext__, send)
        return sent

    assert asyncio.run(main()) == []
    assert collecting.stored(wave) == {}


def test_an_envelope_in_many_pieces_is_accepted(collecting: Any, wave: Any) -> None:
    envelope = wave.voice().envelope()

    async def pieces() -> AsyncIterator[bytes]:
        for place in range(0, len(envelope), 100):
            yield envelope[place : place + 100]

    async def scenario(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post(wave.path, content=pieces())

    assert collecting.run(scenario).status_code == 201
