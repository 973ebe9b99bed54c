"""Invitation codes and their digests."""

from hypothesis import given
from hypothesis import strategies as st

from privacy.canonical import unb64u
from service.store.invitations import digest_of, new_code, refusal

WAVE, OTHER = bytes(32), bytes(31) + b"\1"


def test_a_code_has_128_random_bits() -> None:
    codes = {new_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(len(unb64u(code)) == 16 for code in codes)


@given(st.text())
def test_any_text_has_a_digest_of_its_own_in_each_wave(text: str) -> None:
    assert len(digest_of(WAVE, text)) == 32
    assert digest_of(WAVE, text) != digest_of(OTHER, text)
    assert digest_of(WAVE, text + "x") != digest_of(WAVE, text)
    assert digest_of(WAVE, f" {text}\n") == digest_of(WAVE, text)


def test_there_is_one_refusal() -> None:
    assert str(refusal()) == str(refusal())
    assert refusal().status == 403
