"""Names that are drawn by chance: they say nothing of when or in what order a thing was made."""

import secrets

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_SYMBOLS = 12


def storable(text: str) -> bool:
    """Whether both databases can be asked about ``text``: it is Unicode (no lone surrogate) without NUL."""
    return "\x00" not in text and not any("\ud800" <= symbol <= "\udfff" for symbol in text)


def new_id(prefix: str) -> str:
    """``prefix``, a hyphen and 60 random bits in base32."""
    return f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(_SYMBOLS))}"
