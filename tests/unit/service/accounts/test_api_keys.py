"""API keys: 256 random bits, one digest each."""

from hypothesis import given
from hypothesis import strategies as st

from privacy.canonical import unb64u
from service.accounts.api_keys import PREFIX, digest_of, new_api_key


def test_a_key_has_256_random_bits() -> None:
    keys = {new_api_key() for _ in range(50)}
    assert len(keys) == 50
    assert all(len(unb64u(key.removeprefix(PREFIX))) == 32 for key in keys)


@given(st.text())
def test_whatever_was_sent_has_a_digest(text: str) -> None:
    assert len(digest_of(text)) == 32
    assert digest_of(text) != digest_of(text + "x")


def test_a_lone_surrogate_has_one_too() -> None:
    assert len(digest_of("\ud800")) == 32
