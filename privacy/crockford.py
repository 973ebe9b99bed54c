"""128 random bits as a person writes them down: Crockford's base 32 in groups of four.

The alphabet is https://www.crockford.com/base32.html.
"""

import secrets

SECRET_SIZE = 16  # bytes

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": ""})
_VALUES = {symbol: value for value, symbol in enumerate(_ALPHABET)}
_SYMBOLS = 26
_GROUP = 4
_KIOSK_SYMBOLS = 16


def new_code() -> str:
    """A fresh code: 26 symbols in groups of four."""
    return written(secrets.token_bytes(SECRET_SIZE))


def written(secret: bytes) -> str:
    """The one way to write these 16 bytes."""
    value = int.from_bytes(secret, "big")
    return grouped("".join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(_SYMBOLS))))


def kiosk_code() -> str:
    """A fresh code of one invitation that is typed at a shared device: 80 random bits in 16 symbols."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_KIOSK_SYMBOLS))


def grouped(symbols: str) -> str:
    """As it is printed: in groups of four."""
    return "-".join(symbols[start : start + _GROUP] for start in range(0, len(symbols), _GROUP))


def secret_of(code: str) -> bytes:
    """The 16 bytes of a code.

    Small letters, hyphens, blanks, O for 0 and I or L for 1 are read as meant. Raises ValueError with what
    is wrong otherwise.
    """
    symbols = "".join(code.split()).upper().translate(_READ_AS)
    value = 0
    for symbol in symbols:
        if symbol not in _VALUES:
            raise ValueError("a symbol is not of the code's alphabet")
        value = value << 5 | _VALUES[symbol]
    if len(symbols) != _SYMBOLS or value >> 8 * SECRET_SIZE:
        raise ValueError(f"a code has {_SYMBOLS} letters and digits and begins with 0 to 7")
    return value.to_bytes(SECRET_SIZE, "big")
