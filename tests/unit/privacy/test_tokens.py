import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from privacy import blind_rsa, tokens
from privacy.errors import Refused

VECTORS = json.loads((Path(__file__).parents[3] / "../shared/vectors/rfc9474.json").read_text())


@pytest.fixture(params=VECTORS, ids=lambda vector: vector["name"])
def vector(request: pytest.FixtureRequest) -> SimpleNamespace:
    """A vector of RFC 9474 appendix A; numbers as ints, strings as bytes."""
    raw: dict[str, Any] = request.param
    numbers = {name: int(raw[name], 16) for name in ("n", "e", "d", "inv", "sLen", "is_randomized")}
    texts = {
        name: bytes.fromhex(raw[name]) for name in ("input_msg", "salt", "blinded_msg", "blind_sig", "sig")
    }
    encoded = bytes.fromhex(raw["encoded_msg"]) if "encoded_msg" in raw else None
    return SimpleNamespace(**numbers, **texts, encoded_msg=encoded, name=raw["name"])


def test_all_four_variants_are_in_the_published_vectors() -> None:
    assert sorted(vector["name"] for vector in VECTORS) == [
        "RSABSSA-SHA384-PSS-Deterministic",
        "RSABSSA-SHA384-PSS-Randomized",
        "RSABSSA-SHA384-PSSZERO-Deterministic",
        "RSABSSA-SHA384-PSSZERO-Randomized",
    ]


def test_encoding_is_that_of_rfc_9474(vector: SimpleNamespace) -> None:
    encoded = blind_rsa.pss_encode(vector.input_msg, vector.n.bit_length() - 1, vector.salt)
    assert len(vector.salt) == vector.sLen
    if (
        vector.encoded_msg is None
    ):  # the one variant printed without it; its blinded message pins it all the same
        assert vector.name == "RSABSSA-SHA384-PSS-Randomized"
    else:
        assert encoded == vector.encoded_msg


def test_blinding_is_that_of_rfc_9474(vector: SimpleNamespace) -> None:
    blinded = blind_rsa.blind(vector.n, vector.e, vector.input_msg, vector.salt, vector.inv)
    assert blinded == vector.blinded_msg


def test_unblinding_is_that_of_rfc_9474_and_the_signature_verifies(vector: SimpleNamespace) -> None:
    signature = blind_rsa.unblind(vector.n, vector.blind_sig, vector.inv)
    assert signature == vector.sig
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=vector.sLen)
    key = rsa.RSAPublicNumbers(vector.e, vector.n).public_key()
    key.verify(signature, vector.input_msg, pss, hashes.SHA384())


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    count = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 | count]) + size.to_bytes(count, "big") + body


def _spki(modulus: int) -> bytes:
    """RFC 9578 section 8.2.2, element by element."""
    sequence, oid, integer = 0x30, 6, 2
    pss, mgf1 = bytes.fromhex("2a864886f70d01010a"), bytes.fromhex("2a864886f70d010108")
    sha384 = _der(sequence, _der(oid, bytes.fromhex("608648016503040202")))
    parameters = _der(
        sequence,
        _der(0xA0, sha384),
        _der(0xA1, _der(sequence, _der(oid, mgf1), sha384)),
        _der(0xA2, _der(integer, b"\x30")),
    )
    key = _der(sequence, _der(integer, b"\0" + modulus.to_bytes(256, "big")), _der(integer, b"\1\0\1"))
    return _der(sequence, _der(sequence, _der(oid, pss), parameters), _der(3, b"\0" + key))


def test_the_public_key_is_encoded_as_rfc_9578_says(sealed_wave: SimpleNamespace, tmp_path: Path) -> None:
    spki = sealed_wave.manifest.issuer_public_key
    modulus = tokens.decode_public_key(spki)
    assert len(spki) == 342
    assert spki == _spki(modulus)
    assert spki == tokens.encode_public_key(modulus)
    key = load_der_public_key(spki)
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.public_numbers() == rsa.RSAPublicNumbers(65537, modulus)
    path = tmp_path / "issuer.der"
    path.write_bytes(spki)
    shown = subprocess.run(
        ["openssl", "asn1parse", "-inform", "DER", "-in", path], capture_output=True, text=True, check=True
    ).stdout
    assert "rsassaPss" in shown
    assert shown.count("sha384") == 2
    assert "mgf1" in shown
    assert "INTEGER           :30" in shown  # a salt of 48 bytes


def test_another_encoding_of_a_public_key_is_refused(sealed_wave: SimpleNamespace) -> None:
    spki = sealed_wave.manifest.issuer_public_key
    even = spki[:336] + bytes([spki[336] & 0xFE]) + spki[337:]
    short = spki[:81] + b"\x7f" + spki[82:]
    flipped = [spki[:i] + bytes([spki[i] ^ 1]) + spki[i + 1 :] for i in (*range(81), *range(337, 342))]
    for wrong in (b"", spki[:-1], spki + b"\0", even, short, *flipped):
        with pytest.raises(Refused):
            tokens.TokenVerifier(wrong)


def test_a_modulus_of_another_size_has_no_encoding() -> None:
    for modulus in (0, (1 << 2047) - 1, 1 << 2048 | 1, 1 << 2047):
        with pytest.raises(ValueError, match="2048 bits"):
            tokens.encode_public_key(modulus)


def test_a_token_is_type_nonce_wave_key_id_and_signature(
    sealed_wave: SimpleNamespace, new_respondent: Callable[[], SimpleNamespace]
) -> None:
    token = new_respondent().token
    assert len(token) == tokens.TOKEN_SIZE == 354
    assert token[:2] == b"\0\2"
    assert token[34:66] == sealed_wave.wave
    assert token[66:98] == hashlib.sha256(sealed_wave.manifest.issuer_public_key).digest()
    sealed_wave.verifier.verify(token)


def test_a_token_damaged_anywhere_is_refused(
    sealed_wave: SimpleNamespace, new_respondent: Callable[[], SimpleNamespace]
) -> None:
    token = new_respondent().token
    damaged = [token[:i] + bytes([token[i] ^ 0x80]) + token[i + 1 :] for i in range(len(token))]
    for wrong in (b"", token[:-1], token + b"\0", *damaged):
        with pytest.raises(Refused):
            sealed_wave.verifier.verify(wrong)


def test_the_registrar_sees_nothing_of_the_token_twice(sealed_wave: SimpleNamespace) -> None:
    spki = sealed_wave.manifest.issuer_public_key
    token_input = tokens.token_input(bytes(32), bytes(32), bytes(32))
    requests = [tokens.blind(spki, token_input) for _ in range(20)]
    assert len({request.message for request in requests}) == 20
    assert len({request.inverse for request in requests}) == 20


def test_a_signature_by_another_key_or_over_another_message_is_refused(sealed_wave: SimpleNamespace) -> None:
    spki = sealed_wave.manifest.issuer_public_key
    first = tokens.blind(spki, tokens.token_input(bytes(32), bytes(32), sealed_wave.verifier.key_id))
    second = tokens.blind(spki, tokens.token_input(bytes(32), b"\1" * 32, sealed_wave.verifier.key_id))
    signature = sealed_wave.signer.sign(second.message)
    assert tokens.finalize(second, signature)
    for wrong in (signature, signature[:-1], b"\0" + signature, bytes(256), b"\xff" * 256):
        with pytest.raises(Refused):
            tokens.finalize(first, wrong)


def test_a_token_that_names_another_key_is_refused_though_this_key_signed_it(
    sealed_wave: SimpleNamespace,
) -> None:
    spki = sealed_wave.manifest.issuer_public_key
    blinded = tokens.blind(spki, tokens.token_input(sealed_wave.wave, bytes(32), b"\1" * 32))
    signature = sealed_wave.signer.sign(blinded.message)
    authenticator = blind_rsa.unblind(
        tokens.decode_public_key(spki), signature, int.from_bytes(blinded.inverse, "big")
    )
    with pytest.raises(Refused):
        sealed_wave.verifier.verify(blinded.token_input + authenticator)
    with pytest.raises(Refused):
        tokens.finalize(blinded, signature)


def test_a_token_input_is_made_of_whole_parts() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        tokens.token_input(bytes(32), bytes(31), bytes(32))


def test_blinding_with_a_factor_of_the_modulus_is_refused() -> None:
    vector = next(vector for vector in VECTORS if vector["name"] == "RSABSSA-SHA384-PSS-Deterministic")
    modulus, factor = int(vector["n"], 16), int(vector["p"], 16)
    with pytest.raises(Refused):
        blind_rsa.blind(modulus, 65537, b"message", bytes(48), factor)


def test_a_message_that_shares_a_factor_with_the_modulus_is_refused() -> None:
    modulus = next(number for number in range((1 << 2047) + 1, 1 << 2048, 2) if number % 3 == 0)
    messages = [bytes([number]) for number in range(40)]
    encoded = [int.from_bytes(blind_rsa.pss_encode(message, 2047, bytes(48)), "big") for message in messages]
    shared = next(message for message, value in zip(messages, encoded, strict=True) if value % 3 == 0)
    with pytest.raises(Refused):
        blind_rsa.blind(modulus, 65537, shared, bytes(48), 2)
