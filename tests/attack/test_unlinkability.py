"""Whoever holds both stores and every issuer key still cannot tell who sent which response."""

import itertools
import json
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from privacy import blind_rsa
from privacy.answers import Response
from privacy.sealing import Envelope
from privacy.tokens import INPUT_SIZE, PUBLIC_EXPONENT, decode_public_key
from service.client.client import RespondentClient
from service.client.link import parse_link
from service.client.progress import begin, seal_response
from service.store.engine import open_engine
from tests.times import a_month_from_now

PEOPLE = 6
DEFINITION = """
id: two-questions
version: "1"
title: {en: Two questions}
languages: [en]
questions:
  - id: one
    type: choice
    text: {en: One or two}
    options: [{id: a, text: {en: A}}, {id: b, text: {en: B}}]
"""


def test_every_pairing_of_people_and_responses_is_equally_likely(service: SimpleNamespace) -> None:
    """For each person's blinded message and each response's token there is exactly one blinding factor that
    joins them, so what was sent is evidence for no pairing over another (RFC 9474, blindness)."""
    wave, links = open_small_wave(service)
    blinded_messages, tokens = [], []
    with RespondentClient(service.address) as client:
        manifest = client.fetch_manifest(bytes.fromhex(wave))
        for person, link in links.items():
            drawing = begin(manifest, parse_link(link).code)
            voice = client.draw_token(manifest, drawing)
            pending = seal_response(manifest, voice, Response({"one": 0}, {}))
            client.submit(manifest, pending)
            blinded_messages.append(int.from_bytes(drawing.blinded.message))
            tokens.append(Envelope.parse(pending.envelope).token)
            assert person
    modulus = decode_public_key(manifest.issuer_public_key)
    joins = {
        (i, j): joining_inverse(message, token, modulus, service)
        for (i, message), (j, token) in itertools.product(enumerate(blinded_messages), enumerate(tokens))
    }
    assert len(joins) == PEOPLE**2
    for (i, j), inverse in joins.items():
        # The factor is a unit, so it was as likely to be drawn as any other, and it explains the pair.
        signature = tokens[j][INPUT_SIZE:]
        encoded = pow(int.from_bytes(signature), PUBLIC_EXPONENT, modulus)
        blinding = pow(pow(inverse, -1, modulus), PUBLIC_EXPONENT, modulus)
        assert encoded * blinding % modulus == blinded_messages[i]


def test_no_value_stands_in_both_stores(service: SimpleNamespace) -> None:
    """Joining people's rows with responses' rows on any column, or on any part of one, finds nothing."""
    wave, links = open_small_wave(service)
    with RespondentClient(service.address) as client:
        manifest = client.fetch_manifest(bytes.fromhex(wave))
        for link in links.values():
            client.respond(manifest, parse_link(link).code, Response({"one": 1}, {}))
    main, box = open_engine(service.database.main), open_engine(service.database.box)
    people = values_of(main, ("roster", "invitation", "issuance"))
    responses = values_of(box, ("response",))
    main.dispose()
    box.dispose()
    assert len(people) >= 3 * PEOPLE
    assert len(responses) >= 4 * PEOPLE
    public = bytes.fromhex(wave)
    shared = {
        part
        for whole in responses
        for part in people
        if len(part) >= 8 and part != public and (part in whole or whole in part)
    }
    assert not shared


def open_small_wave(service: SimpleNamespace) -> tuple[str, dict[str, str]]:
    """An open wave of a few people; its 64 hex digits and the links."""
    owner = service.owner
    survey_id = owner.create_survey(DEFINITION)
    people = [{"person": f"person-{n}", "attributes": {}} for n in range(PEOPLE)]
    owner.call("PUT", f"/surveys/{survey_id}/roster", {"people": people})
    draft = owner.call(
        "POST",
        f"/surveys/{survey_id}/waves",
        {
            **a_month_from_now(),
            "k": 2,
            "allow_empty": True,
        },
    )
    wave = owner.call("POST", f"/waves/{draft['id']}/open")["wave"]
    return wave, owner.invite(wave)


def joining_inverse(message: int, token: bytes, modulus: int, service: SimpleNamespace) -> int:
    """The blinding inverse under which ``message`` would have become ``token``, by the issuer's own key."""
    from Crypto.PublicKey import RSA

    keys = [RSA.import_key(path.read_bytes()) for path in (service.data / "keys" / "issuer").glob("*.pem")]
    (exponent,) = [key.d for key in keys if key.n == modulus]  # the others are the months' of conversations
    blind_signature = pow(message, exponent, modulus)
    authenticator = int.from_bytes(token[INPUT_SIZE:])
    inverse = authenticator * pow(blind_signature, -1, modulus) % modulus
    unblinded = blind_rsa.unblind(modulus, blind_signature.to_bytes(256), inverse)
    assert unblinded == token[INPUT_SIZE:]
    return inverse


def values_of(engine: Engine, tables: tuple[str, ...]) -> set[bytes]:
    """Every value in these tables, as bytes."""
    found: set[bytes] = set()
    with engine.connect() as connection:
        for table in tables:
            assert inspect(engine).has_table(table)
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                found.update(as_bytes(value) for value in row if value is not None)
    return found


def as_bytes(value: Any) -> bytes:
    """A database value as the bytes that could be compared."""
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, int):
        return value.to_bytes(8, signed=True)
    return (value if isinstance(value, str) else json.dumps(value)).encode()


@pytest.mark.parametrize("value", [b"x" * 9, "x" * 9, 3, {"a": "b"}])
def test_the_comparison_reads_every_kind_of_value(value: Any) -> None:
    assert as_bytes(value)
