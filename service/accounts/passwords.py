"""Passwords: argon2id with the second set of parameters that RFC 9106 section 4 recommends."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from privacy.errors import Problem

SHORTEST = 12  # characters
LONGEST = 200  # characters
_AT_ONCE = BoundedSemaphore(4)  # each takes 64 MiB, and anybody may ask


def hash_password(password: str) -> str:
    """The hash to store, with its parameters and salt, in the PHC format."""
    with _AT_ONCE:
        return _hasher().hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Whether ``password`` has this hash; without one the answer is no and takes the same work."""
    if stored is None:
        hash_password(password[:LONGEST])
        return False
    try:
        with _AT_ONCE:
            return _hasher().verify(stored, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False


def password_problems(password: str) -> list[Problem]:
    """What is wrong with a new password: its length alone, since rules about symbols make worse ones."""
    if SHORTEST <= len(password) <= LONGEST:
        return []
    remedy = f"take {SHORTEST} to {LONGEST} characters; a few unrelated words are easy to remember"
    return [Problem("password", "password", "it is too short or too long", remedy)]


def _hasher() -> PasswordHasher:
    # 3 passes over 64 MiB in 4 lanes, a salt of 128 bits and a tag of 256.
    return PasswordHasher(
        time_cost=3, memory_cost=65_536, parallelism=4, hash_len=32, salt_len=16, type=Type.ID
    )
