"""API keys as text: made once, shown once, kept as a digest.

A key holds 256 random bits, so a plain SHA-256 of it cannot be searched for; a slow password hash would only
slow down every request.
"""

import hashlib
import secrets
from typing import Literal, get_args

from privacy.canonical import b64u

Role = Literal["admin", "owner", "analyst", "service"]
ROLES: tuple[Role, ...] = get_args(Role)
PREFIX = "sv_"
_BYTES = 32


def new_api_key() -> str:
    """A fresh key: ``sv_`` and 43 symbols of base64url."""
    return PREFIX + b64u(secrets.token_bytes(_BYTES))


def digest_of(key: str) -> bytes:
    """What is stored of a key: SHA-256, 32 bytes. Whatever was sent has one."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
