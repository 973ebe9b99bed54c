import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import tokens
from privacy.errors import KeyUnusable, Refused
from privacy.issuing import BlindSigner, issuer_public_key
from service.registrar.rsa import IssuerKey

VECTORS = json.loads((Path(__file__).parents[3] / "../shared/vectors/rfc9474.json").read_text())


class Faulty:
    """A key whose private operation goes wrong in one bit, as a glitched device's would."""

    def __init__(self, key: IssuerKey) -> None:
        self.key = key
        self.modulus = key.modulus
        self.public_exponent = key.public_exponent

    def private_operation(self, value: int) -> int:
        return self.key.private_operation(value) ^ 1


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_raw_operation_gives_the_blind_signatures_of_rfc_9474(vector: dict[str, str]) -> None:
    """The vectors' keys have 4096 bits, so the library's operation is called as IssuerKey calls it."""
    from Crypto.PublicKey import RSA

    n, e, d, p, q = (int(vector[name], 16) for name in ("n", "e", "d", "p", "q"))
    key = IssuerKey.__new__(IssuerKey)
    key._key = RSA.construct((n, e, d, p, q))
    blinded = int(vector["blinded_msg"], 16)
    assert key.private_operation(blinded) == int(vector["blind_sig"], 16)
    assert key.private_operation(blinded) == int(vector["blind_sig"], 16)


@given(st.integers(min_value=0))
def test_a_signature_is_the_blinded_message_to_the_private_exponent(
    issuer_key: IssuerKey, value: int
) -> None:
    value %= issuer_key.modulus
    signature = int.from_bytes(BlindSigner(issuer_key).sign(value.to_bytes(256, "big")), "big")
    assert pow(signature, 65537, issuer_key.modulus) == value


def test_a_message_out_of_range_or_of_another_length_is_refused(issuer_key: IssuerKey) -> None:
    signer = BlindSigner(issuer_key)
    largest = issuer_key.modulus - 1
    assert len(signer.sign(largest.to_bytes(256, "big"))) == 256
    for wrong in (
        b"",
        bytes(255),
        bytes(257),
        issuer_key.modulus.to_bytes(256, "big"),
        b"\xff" * 256,
    ):
        with pytest.raises(Refused):
            signer.sign(wrong)


def test_a_faulty_signature_never_leaves(issuer_key: IssuerKey) -> None:
    signer = BlindSigner(Faulty(issuer_key))
    with pytest.raises(KeyUnusable):
        signer.sign((12345).to_bytes(256, "big"))


def test_the_same_blinded_message_gets_the_same_signature(sealed_wave: SimpleNamespace) -> None:
    spki = sealed_wave.signer.public_key
    blinded = tokens.blind(spki, tokens.token_input(bytes(32), bytes(32), sealed_wave.verifier.key_id))
    assert sealed_wave.signer.sign(blinded.message) == sealed_wave.signer.sign(blinded.message)


def test_a_key_of_another_size_or_exponent_issues_nothing() -> None:
    for modulus, exponent in (((1 << 3071) | 1, 65537), ((1 << 2047) | 1, 3)):
        raw = SimpleNamespace(
            modulus=modulus, public_exponent=exponent, private_operation=lambda value: value
        )
        with pytest.raises(KeyUnusable):
            issuer_public_key(raw)
        with pytest.raises(KeyUnusable):
            BlindSigner(raw)


def test_the_public_key_of_a_signer_is_that_of_its_key(issuer_key: IssuerKey) -> None:
    assert tokens.decode_public_key(BlindSigner(issuer_key).public_key) == issuer_key.modulus
