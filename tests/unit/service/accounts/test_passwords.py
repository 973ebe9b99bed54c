"""Passwords: argon2id as RFC 9106 recommends, and a refusal that takes the same work without a hash."""

import pytest

from service.accounts.passwords import LONGEST, SHORTEST, hash_password, is_password, password_problems

PASSWORD = "grass under seven boats"


def test_the_hash_is_argon2id_with_the_stated_parameters_and_a_salt_of_its_own() -> None:
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert is_password(first, PASSWORD)
    assert not is_password(first, PASSWORD.upper())


@pytest.mark.parametrize("stored", [None, "", "$argon2id$v=19$broken", "plain"])
def test_nothing_is_the_password_of_a_missing_or_damaged_hash(stored: str | None) -> None:
    assert not is_password(stored, PASSWORD)


def test_a_password_that_is_longer_than_any_does_not_pass_for_its_beginning() -> None:
    stored = hash_password("x" * LONGEST)
    assert is_password(stored, "x" * LONGEST)
    assert not is_password(stored, "x" * (LONGEST + 1))


@pytest.mark.parametrize(
    ("length", "faults"), [(SHORTEST - 1, 1), (SHORTEST, 0), (LONGEST, 0), (LONGEST + 1, 1)]
)
def test_length_is_all_that_is_asked_of_a_password(length: int, faults: int) -> None:
    assert len(password_problems("x" * length)) == faults
