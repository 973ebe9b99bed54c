"""Canonical JSON (RFC 8785) and base64url without padding (RFC 4648 section 5).

Whatever is hashed or signed passes through here, so that two programs that agree on a value agree on its
bytes.
"""

import base64
import binascii
import math
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

_SAFE_INTEGER = 2**53 - 1  # the largest integer every JSON reader keeps exact (RFC 7493)


def canonical_json(value: Any) -> bytes:
    """The one UTF-8 encoding of ``value``: keys in UTF-16 order, no white space, ECMAScript numbers.

    Raises ValueError for NaN, infinities and integers beyond 2**53 - 1, TypeError for other types.
    """
    return _text(value).encode()


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, int):
        if abs(value) > _SAFE_INTEGER:
            raise ValueError("an integer beyond 2**53 - 1 has no canonical JSON form")
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_text, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join([name + _text(value[key]) for key, name in _ordered(tuple(value))])}}}"
    raise TypeError(f"{type(value).__name__} has no canonical JSON form")


@lru_cache(maxsize=256)  # a release has a hundred thousand rows of the same keys
def _ordered(keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The keys of an object in their order, each with what stands before its value."""
    if not all(isinstance(key, str) for key in keys):
        raise TypeError("object keys must be strings")
    in_order = sorted(keys, key=lambda key: key.encode("utf-16-be"))
    return tuple((key, f"{encode_basestring(key)}:") for key in in_order)


def _number(value: float) -> str:
    """ECMAScript's Number::toString, from the shortest digits that Python's repr finds."""
    if not math.isfinite(value):
        raise ValueError("NaN and infinities have no canonical JSON form")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + digits[0] + (f".{digits[1:]}" if count > 1 else "") + power


def b64u(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    """The bytes of canonical base64url without padding; ValueError for anything else."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64url without padding") from error
    if b64u(data) != text:
        raise ValueError("not canonical base64url")
    return data
