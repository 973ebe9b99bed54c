import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cryptography_vectors
import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from privacy import sealing, signatures
from privacy.answers import Response, encode, withdrawn
from privacy.errors import Spoiled
from privacy.opening import open_envelope
from privacy.sealing import SUITE, Envelope

VECTORS = [
    vector
    for vector in json.loads(
        (Path(cryptography_vectors.__file__).parent / "HPKE/test-vectors.json").read_text()
    )
    if (vector["mode"], vector["kem_id"], vector["kdf_id"], vector["aead_id"]) == (0, 16, 1, 2)
]


@pytest.fixture
def other() -> CipherSuite:
    """An independent implementation of the same suite."""
    return CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)


@pytest.fixture
def sealed(sealed_wave: SimpleNamespace, new_respondent: Callable[[], SimpleNamespace]) -> SimpleNamespace:
    """An envelope with its ``plaintext`` and ``nullifier``."""
    person = new_respondent()
    plaintext = encode(sealed_wave.layout, Response({"safe": 3, "comment": "Hello"}, {"unit": 1}))
    data = sealing.seal(sealed_wave.manifest, person.token, person.pseudonym, person.code, 1, plaintext)
    envelope = Envelope.parse(data)
    return SimpleNamespace(envelope=envelope, nullifier=envelope.nullifier, plaintext=plaintext)


def test_the_suites_vectors_are_there() -> None:
    assert len(VECTORS) == 1
    assert len(VECTORS[0]["encryptions"]) > 1


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: "P-256 HKDF-SHA256 AES-256-GCM")
def test_the_suite_opens_the_ciphertext_of_rfc_9180(vector: dict[str, Any]) -> None:
    key = signatures.private_key_of(bytes.fromhex(vector["skRm"]))
    enc, info, first = bytes.fromhex(vector["enc"]), bytes.fromhex(vector["info"]), vector["encryptions"][0]
    aad, ciphertext, plaintext = (bytes.fromhex(first[name]) for name in ("aad", "ct", "pt"))
    # The public call takes no associated data, which the published ciphertext has: once through the call that
    # takes it, once with a ciphertext made without it under the key and nonce the vector states.
    assert openssl.hpke._decrypt_with_aad(SUITE, enc + ciphertext, key, info, aad) == plaintext
    cipher = AESGCM(bytes.fromhex(vector["key"]))
    without = cipher.encrypt(bytes.fromhex(vector["base_nonce"]), plaintext, None)
    assert cipher.decrypt(bytes.fromhex(vector["base_nonce"]), ciphertext, aad) == plaintext
    assert SUITE.decrypt(enc + without, key, info) == plaintext


def test_an_independent_implementation_opens_what_was_sealed(
    sealed_wave: SimpleNamespace, sealed: SimpleNamespace, other: CipherSuite
) -> None:
    pem = sealed_wave.hpke.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    info = b"sottovoce/1/response" + sealed_wave.wave + sealed.nullifier
    context = other.create_recipient_context(sealed.envelope.enc, KEMKey.from_pem(pem), info=info)
    assert context.open(sealed.envelope.ciphertext) == sealed.plaintext


def test_what_an_independent_implementation_sealed_opens(
    sealed_wave: SimpleNamespace, sealed: SimpleNamespace, other: CipherSuite
) -> None:
    pem = sealed_wave.hpke.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    info = b"sottovoce/1/response" + sealed_wave.wave + sealed.nullifier
    enc, context = other.create_sender_context(KEMKey.from_pem(pem), info=info)
    parts = {name: getattr(sealed.envelope, name) for name in Envelope.__slots__}
    envelope = Envelope(**{**parts, "enc": enc, "ciphertext": context.seal(sealed.plaintext)})
    assert open_envelope(sealed_wave.hpke, envelope, sealed.nullifier) == sealed.plaintext


def test_the_wave_key_opens_and_no_other(sealed_wave: SimpleNamespace, sealed: SimpleNamespace) -> None:
    assert open_envelope(sealed_wave.hpke, sealed.envelope, sealed.nullifier) == sealed.plaintext
    with pytest.raises(Spoiled):
        open_envelope(signatures.new_key(), sealed.envelope, sealed.nullifier)


def test_under_another_nullifier_or_wave_nothing_opens(
    sealed_wave: SimpleNamespace, sealed: SimpleNamespace
) -> None:
    parts = {name: getattr(sealed.envelope, name) for name in Envelope.__slots__}
    with pytest.raises(Spoiled):
        open_envelope(sealed_wave.hpke, sealed.envelope, bytes(32))
    with pytest.raises(Spoiled):
        open_envelope(sealed_wave.hpke, Envelope(**{**parts, "wave": bytes(32)}), sealed.nullifier)


def test_a_damaged_or_truncated_ciphertext_does_not_open(
    sealed_wave: SimpleNamespace, sealed: SimpleNamespace
) -> None:
    parts = {name: getattr(sealed.envelope, name) for name in Envelope.__slots__}
    enc, ciphertext = sealed.envelope.enc, sealed.envelope.ciphertext
    wrong = [
        *(
            (enc, ciphertext[:i] + bytes([ciphertext[i] ^ 1]) + ciphertext[i + 1 :])
            for i in range(len(ciphertext))
        ),
        (enc, ciphertext[:-1]),
        (enc, ciphertext + b"\0"),
        (enc, ciphertext[:15]),
        (enc, b""),
        (b"\4" + bytes(64), ciphertext),
        (b"\4" + b"\1" * 64, ciphertext),
        (bytes(65), ciphertext),
        (b"\2" + enc[1:], ciphertext),
        (b"", b""),
        (signatures.point_of(signatures.new_key()), ciphertext),
    ]
    for bad_enc, bad_ciphertext in wrong:
        envelope = Envelope(**{**parts, "enc": bad_enc, "ciphertext": bad_ciphertext})
        with pytest.raises(Spoiled):
            open_envelope(sealed_wave.hpke, envelope, sealed.nullifier)


def test_withdrawing_cannot_be_told_from_changing_without_the_key(
    sealed_wave: SimpleNamespace, new_respondent: Callable[[], SimpleNamespace]
) -> None:
    person, layout = new_respondent(), sealed_wave.layout
    change = encode(layout, Response({"comment": "x" * 40}, {}))
    sealer = sealing.Sealer(sealed_wave.manifest)
    envelopes = [
        sealer.seal(person.token, person.pseudonym, person.code, 2, plaintext)
        for plaintext in (change, withdrawn(layout))
    ]
    assert {len(envelope) for envelope in envelopes} == {sealed_wave.size}
    public = [envelope[: sealing.LOCKER_OFFSET] for envelope in envelopes]
    assert public[0] == public[1]
    opened = {
        open_envelope(sealed_wave.hpke, Envelope.parse(e), Envelope.parse(e).nullifier) for e in envelopes
    }
    assert opened == {change, withdrawn(layout)}
