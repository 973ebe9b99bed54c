import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.crockford import secret_of, written
from privacy.errors import Invalid
from privacy.program_code import new_program_code, normalise, tag_of

secrets = st.binary(min_size=16, max_size=16)


@given(secrets, secrets)
def test_the_tag_is_hkdf_with_the_pairing_as_salt(secret: bytes, pairing: bytes) -> None:
    extracted = hmac.digest(pairing, secret, hashlib.sha256)
    expanded = hmac.digest(extracted, b"sottovoce/1/pairing\x01", hashlib.sha256)
    assert tag_of(written(secret), pairing) == expanded[:16]


@given(secrets)
def test_a_code_reads_back_however_it_is_typed(secret: bytes) -> None:
    code = written(secret)
    typed = code.lower().replace("-", " ").replace("0", "o")
    assert normalise(typed) == code
    assert secret_of(typed) == secret
    assert tag_of(typed, bytes(16)) == tag_of(code, bytes(16))


def test_two_pairings_have_tags_that_do_not_match() -> None:
    code = new_program_code()
    assert tag_of(code, bytes(16)) != tag_of(code, bytes([*bytes(15), 1]))


def test_codes_are_fresh() -> None:
    assert len({new_program_code() for _ in range(50)}) == 50


@pytest.mark.parametrize("wrong", ["", "U" * 26, "8" + "0" * 25, "0" * 25, "0" * 27])
def test_what_is_no_code_is_refused_with_what_to_do(wrong: str) -> None:
    with pytest.raises(Invalid, match="program-code") as caught:
        tag_of(wrong, bytes(16))
    assert "without a code" in str(caught.value)
