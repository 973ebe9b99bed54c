import pytest
from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.errors import Refused
from privacy.signatures import new_key, point_of, private_key_of, public_key_of, scalar_of, sign, verify

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@settings(max_examples=25)
@given(st.binary(max_size=100), st.integers(1, ORDER - 1))
def test_an_independent_implementation_agrees_both_ways(message: bytes, scalar: int) -> None:
    key = private_key_of(scalar.to_bytes(32, "big"))
    other = ECC.construct(curve="P-256", d=scalar)
    assert other.public_key().export_key(format="raw") == point_of(key)
    DSS.new(other.public_key(), "fips-186-3").verify(SHA256.new(message), sign(key, message))
    verify(key.public_key(), DSS.new(other, "fips-186-3").sign(SHA256.new(message)), message)


def test_a_signature_damaged_anywhere_or_of_another_message_is_refused() -> None:
    key = new_key()
    signature = sign(key, b"message")
    damaged = [signature[:i] + bytes([signature[i] ^ 1]) + signature[i + 1 :] for i in range(64)]
    for wrong in (b"", signature[:-1], signature + b"\0", bytes(64), b"\xff" * 64, *damaged):
        with pytest.raises(Refused):
            verify(key.public_key(), wrong, b"message")
    with pytest.raises(Refused):
        verify(key.public_key(), signature, b"another")


def test_keys_read_back_from_point_and_scalar() -> None:
    key = new_key()
    assert point_of(private_key_of(scalar_of(key))) == point_of(key)
    assert public_key_of(point_of(key)) == key.public_key()


def test_what_is_no_key_is_refused() -> None:
    point = point_of(new_key())
    for wrong in (
        b"",
        point[:-1],
        b"\2" + point[1:33],
        b"\6" + point[1:],
        b"\4" + bytes(64),
        b"\4" + b"\1" * 64,
    ):
        with pytest.raises(Refused):
            public_key_of(wrong)
    for scalar in (b"", bytes(31), bytes(32), ORDER.to_bytes(32, "big"), b"\xff" * 32):
        with pytest.raises(Refused):
            private_key_of(scalar)


def test_a_repeatable_signature_is_that_of_rfc_6979() -> None:
    # RFC 6979 appendix A.2.5, P-256 with SHA-256, message "sample"
    key = private_key_of(bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"))
    expected = bytes.fromhex(
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    )
    assert sign(key, b"sample", repeatable=True) == expected
    assert sign(key, b"sample") != sign(key, b"sample")
