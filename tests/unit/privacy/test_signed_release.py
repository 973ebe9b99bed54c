"""A release is worth its signature: it verifies as it was signed, and as nothing else."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from privacy import signatures
from privacy.canonical import b64u, canonical_json
from privacy.errors import ContractBroken, Refused
from privacy.release import SIGNED, sign_release, verify_release
from tests.unit.privacy.release_wave import counts_of, draw_of, release_of


@pytest.fixture(scope="module")
def signed(wave: SimpleNamespace) -> bytes:
    return sign_release(release_of(wave, draw_of(wave, counts_of(wave, 80, 70, 60, 0))), wave.key)


def test_a_signed_release_is_canonical_and_verifies(wave: SimpleNamespace, signed: bytes) -> None:
    value = json.loads(signed)
    assert canonical_json(value) == signed
    del value["signature"]
    assert verify_release(signed, wave.manifest) == value


def test_any_changed_byte_is_refused(wave: SimpleNamespace, signed: bytes) -> None:
    random = np.random.default_rng(1)
    for place in (*range(40), *random.integers(0, len(signed), 60), len(signed) - 1):
        changed = bytearray(signed)
        changed[place] ^= 1
        with pytest.raises((Refused, ContractBroken)):
            verify_release(bytes(changed), wave.manifest)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"1", b"null", b'{"signature":1}', b"[" * 100_000, b"\xff"]
)
def test_what_is_no_release_is_refused(wave: SimpleNamespace, data: bytes) -> None:
    with pytest.raises(Refused):
        verify_release(data, wave.manifest)


def test_another_encoding_of_the_same_value_is_refused(wave: SimpleNamespace, signed: bytes) -> None:
    with pytest.raises(Refused, match="canonical"):
        verify_release(json.dumps(json.loads(signed)).encode(), wave.manifest)


def resigned(wave: SimpleNamespace, signed: bytes, changes: dict[str, Any]) -> bytes:
    """What whoever holds the release key could sign."""
    value = json.loads(signed) | changes
    del value["signature"]
    return sign_release(value, wave.key)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "sottovoce-release-1"},
        {"wave": "0" * 64},
        {"d2": 1},
        {"d2_answers": 1},
        {"sigma": 1.0},
        {"z": 0},
        {"policy": {}},
        {"guarantee": {}},
    ],
)
def test_even_the_key_cannot_sign_another_promise(
    wave: SimpleNamespace, signed: bytes, changes: dict[str, Any]
) -> None:
    with pytest.raises(ContractBroken, match=next(iter(changes))):
        verify_release(resigned(wave, signed, changes), wave.manifest)


def test_a_release_of_another_wave_is_refused(wave: SimpleNamespace, signed: bytes) -> None:
    other = replace(wave.manifest, survey_version="2")
    with pytest.raises(ContractBroken, match="wave"):
        verify_release(signed, other)


def test_another_key_can_neither_sign_nor_verify(wave: SimpleNamespace, signed: bytes) -> None:
    other = signatures.new_key()
    with pytest.raises(ContractBroken, match="another key"):
        sign_release(release_of(wave, draw_of(wave, counts_of(wave, 9, 9, 9, 9))), other)
    with pytest.raises(Refused):
        verify_release(signed, replace(wave.manifest, release_public_key=signatures.point_of(other)))


def test_the_signature_is_bound_to_its_purpose(wave: SimpleNamespace, signed: bytes) -> None:
    value = json.loads(signed)
    signature = value.pop("signature")
    unbound = signatures.sign(wave.key, canonical_json(value))
    assert SIGNED == b"sottovoce/1/release"
    assert b64u(unbound) != signature
    with pytest.raises(Refused):
        verify_release(canonical_json({**value, "signature": b64u(unbound)}), wave.manifest)
