import hashlib
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from privacy import receipt_code, sealing, signatures, tokens
from privacy.answers import Response, encode
from privacy.board import leaf_of
from privacy.errors import Refused
from privacy.sealing import Envelope, verify


@pytest.fixture
def plaintext(sealed_wave: SimpleNamespace) -> bytes:
    return encode(sealed_wave.layout, Response({"safe": 3, "comment": "Hello"}, {"unit": 1}))


@pytest.fixture
def person(new_respondent: Callable[[], SimpleNamespace]) -> SimpleNamespace:
    return new_respondent()


@pytest.fixture
def envelope(sealed_wave: SimpleNamespace, person: SimpleNamespace, plaintext: bytes) -> bytes:
    return sealing.seal(sealed_wave.manifest, person.token, person.pseudonym, person.code, 7, plaintext)


def test_the_envelope_has_the_parts_and_places_of_the_protocol(
    sealed_wave: SimpleNamespace, person: SimpleNamespace, envelope: bytes, plaintext: bytes
) -> None:
    cuts = [3, 35, 389, 454, 458, 474, 534, 599, 599 + len(plaintext) + 16]
    assert cuts[:-1] == [
        sealing.WAVE_OFFSET,
        sealing.TOKEN_OFFSET,
        sealing.PUBLIC_KEY_OFFSET,
        sealing.SEQUENCE_OFFSET,
        sealing.LOCATOR_OFFSET,
        sealing.LOCKER_OFFSET,
        sealing.ENC_OFFSET,
        sealing.CIPHERTEXT_OFFSET,
    ]
    assert len(envelope) == cuts[-1] + 64 == 679 + len(plaintext) == sealing.envelope_size(len(plaintext))
    assert sealing.envelope_size(sealed_wave.layout) == len(envelope)
    assert envelope[:3] == b"SV1"
    assert envelope[3:35] == sealed_wave.wave
    assert envelope[35:389] == person.token
    assert envelope[389:454] == signatures.point_of(person.pseudonym)
    assert envelope[454:458] == b"\0\0\0\7"
    assert envelope[458:474] == receipt_code.locator_of(person.code, sealed_wave.wave)
    signatures.verify(person.pseudonym.public_key(), envelope[-64:], envelope[:-64])


def test_an_envelope_is_parsed_and_put_together_again(envelope: bytes) -> None:
    assert Envelope.parse(envelope).encoded == envelope


def test_nonce_and_nullifier_are_the_hashes_of_the_protocol(
    sealed_wave: SimpleNamespace, person: SimpleNamespace, envelope: bytes
) -> None:
    public_key = signatures.point_of(person.pseudonym)
    assert (
        person.token[2:34]
        == hashlib.sha256(b"sottovoce/1/pseudonym" + sealed_wave.wave + public_key).digest()
    )
    nullifier = hashlib.sha256(b"sottovoce/1/nullifier" + person.token[:98]).digest()
    assert Envelope.parse(envelope).nullifier == nullifier


def test_an_envelope_that_holds_is_verified_without_being_opened(
    sealed_wave: SimpleNamespace, person: SimpleNamespace, envelope: bytes
) -> None:
    verified = verify(envelope, sealed_wave.wave, sealed_wave.verifier, sealed_wave.size)
    assert verified == sealing.Verified(
        nullifier=sealing.nullifier_of(person.token[:98]),
        leaf=hashlib.sha256(b"\0" + envelope).digest(),
        sequence=7,
        locator=receipt_code.locator_of(person.code, sealed_wave.wave),
    )
    assert verified.leaf == leaf_of(envelope)


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_an_envelope_damaged_in_any_single_byte_is_refused(
    sealed_wave: SimpleNamespace, envelope: bytes, flip: int
) -> None:
    for place in range(len(envelope)):
        damaged = envelope[:place] + bytes([envelope[place] ^ flip]) + envelope[place + 1 :]
        with pytest.raises(Refused):
            verify(damaged, sealed_wave.wave, sealed_wave.verifier, sealed_wave.size)


def test_every_refusal_reads_the_same(
    sealed_wave: SimpleNamespace, envelope: bytes, person: SimpleNamespace
) -> None:
    wave, verifier, size = sealed_wave.wave, sealed_wave.verifier, sealed_wave.size
    stranger = signatures.new_key()
    body = envelope[:389] + signatures.point_of(stranger) + envelope[454:-64]
    taken_over = body + signatures.sign(stranger, body)
    unsigned = envelope[:-64] + bytes(64)
    off_curve = envelope[:389] + b"\4" + b"\1" * 64 + envelope[454:]
    attempts = [
        (b"", wave, size),
        (envelope[:-1], wave, size),
        (envelope + b"\0", wave, size),
        (envelope[:-1], wave, size - 1),
        (envelope, bytes(32), size),
        (b"SV2" + envelope[3:], wave, size),
        (taken_over, wave, size),
        (unsigned, wave, size),
        (off_curve, wave, size),
    ]
    texts = set()
    for data, named, length in attempts:
        with pytest.raises(Refused) as refusal:
            verify(data, named, verifier, length)
        texts.add(str(refusal.value))
        assert refusal.value.__cause__ is None
    assert len(texts) == 1


def test_a_token_of_another_issuer_key_is_refused(sealed_wave: SimpleNamespace, envelope: bytes) -> None:
    from service.registrar.rsa import IssuerKey

    other = tokens.TokenVerifier(tokens.encode_public_key(IssuerKey.generate().modulus))
    with pytest.raises(Refused):
        verify(envelope, sealed_wave.wave, other, sealed_wave.size)


def test_a_token_for_another_wave_is_refused(
    sealed_wave: SimpleNamespace, person: SimpleNamespace, plaintext: bytes
) -> None:
    """A token bound to another wave, by this wave's issuer key and with its pseudonym's signature."""
    elsewhere = bytes(32)
    key = signatures.new_key()
    public_key = signatures.point_of(key)
    manifest = sealed_wave.manifest
    blinded = tokens.blind(
        manifest.issuer_public_key,
        tokens.token_input(elsewhere, sealing.nonce_of(sealed_wave.wave, public_key), manifest.token_key_id),
    )
    token = tokens.finalize(blinded, sealed_wave.signer.sign(blinded.message))
    sealed_wave.verifier.verify(token)
    with pytest.raises(Refused):
        sealing.seal(manifest, token, key, person.code, 1, plaintext)
    good = sealing.seal(manifest, person.token, person.pseudonym, person.code, 1, plaintext)
    body = good[:35] + token + public_key + good[454:-64]
    with pytest.raises(Refused):
        verify(body + signatures.sign(key, body), sealed_wave.wave, sealed_wave.verifier, sealed_wave.size)


def test_an_envelope_that_names_another_wave_is_refused_though_it_is_signed(
    sealed_wave: SimpleNamespace, person: SimpleNamespace, envelope: bytes
) -> None:
    body = envelope[:3] + bytes(32) + envelope[35:-64]
    with pytest.raises(Refused):
        verify(
            body + signatures.sign(person.pseudonym, body),
            sealed_wave.wave,
            sealed_wave.verifier,
            sealed_wave.size,
        )


def test_envelopes_of_a_wave_are_equally_long_whatever_they_say(
    sealed_wave: SimpleNamespace, person: SimpleNamespace
) -> None:
    responses = [
        Response({}, {}),
        Response({"comment": "x" * 40, "which": frozenset(range(10))}, {"unit": 3}),
        Response({"safe": 0, "recommend": 10}, {}),
    ]
    sealer = sealing.Sealer(sealed_wave.manifest)
    lengths = {
        len(sealer.seal(person.token, person.pseudonym, person.code, 1, encode(sealed_wave.layout, response)))
        for response in responses
    }
    assert lengths == {sealed_wave.size}


def test_equal_answers_are_unequal_bytes(
    sealed_wave: SimpleNamespace, person: SimpleNamespace, plaintext: bytes
) -> None:
    sealer = sealing.Sealer(sealed_wave.manifest)
    sealed = [
        Envelope.parse(sealer.seal(person.token, person.pseudonym, person.code, 1, plaintext))
        for _ in range(10)
    ]
    for name in ("locker", "enc", "ciphertext", "signature"):
        assert len({getattr(envelope, name) for envelope in sealed}) == 10


def test_the_receipt_code_alone_gives_back_the_key_that_may_replace_the_answer(
    sealed_wave: SimpleNamespace, person: SimpleNamespace, envelope: bytes, plaintext: bytes
) -> None:
    found = Envelope.parse(envelope)
    assert receipt_code.locator_of(person.code, sealed_wave.wave) == found.locator
    key = receipt_code.unlock(person.code, sealed_wave.wave, found.locker)
    again = sealing.seal(sealed_wave.manifest, found.token, key, person.code, found.sequence + 1, plaintext)
    before = verify(envelope, sealed_wave.wave, sealed_wave.verifier, sealed_wave.size)
    after = verify(again, sealed_wave.wave, sealed_wave.verifier, sealed_wave.size)
    assert (after.nullifier, after.locator, after.sequence) == (before.nullifier, before.locator, 8)


def test_nothing_of_another_size_or_sequence_is_sealed(
    sealed_wave: SimpleNamespace, person: SimpleNamespace, plaintext: bytes
) -> None:
    sealer = sealing.Sealer(sealed_wave.manifest)
    for wrong in (b"", plaintext[:-1], plaintext + b"\0"):
        with pytest.raises(ValueError, match="size"):
            sealer.seal(person.token, person.pseudonym, person.code, 1, wrong)
    for sequence in (-1, 2**32):
        with pytest.raises(ValueError, match="sequence"):
            sealer.seal(person.token, person.pseudonym, person.code, sequence, plaintext)
    with pytest.raises(Refused):
        sealer.seal(person.token, sealing.new_pseudonym(), person.code, 1, plaintext)


@pytest.mark.parametrize("data", [b"", b"SV1", b"SV1" + bytes(600), b"XX1" + bytes(2000)])
def test_what_cannot_be_an_envelope_is_not_parsed(data: bytes) -> None:
    with pytest.raises(Refused):
        Envelope.parse(data)


def test_what_seals_cannot_open_or_issue() -> None:
    """In a fresh interpreter: a re-export would show in sys.modules whatever a linter says."""
    code = (
        "import sys; import privacy.sealing, privacy.tokens, privacy.receipts, privacy.manifest_reader; "
        "sys.exit(any(name in sys.modules for name in ('privacy.opening', 'privacy.issuing', 'Crypto')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
