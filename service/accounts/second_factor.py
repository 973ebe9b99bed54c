"""The second factor: codes of an authenticator (TOTP, RFC 6238) and one-time recovery codes."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP = 30  # seconds
CODES = 10
_SECRET_BYTES = 20  # what RFC 4226 section 4 recommends
_CODE_BYTES = 10


def totp_secret(key: bytes, token: str) -> bytes:
    """The secret of 20 bytes that goes with a one-time link: the same each time its page is shown.

    ``key`` is the key of cookies and ``token`` the link's own secret, of which the store has only a digest.
    """
    return hmac.digest(key, f"authenticator:{token}".encode(), hashlib.sha256)[:_SECRET_BYTES]


def accepted_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The number of the 30-second step whose code this is: the present one or one to either side."""
    typed = "".join(code.split())
    present = int(now.timestamp()) // STEP
    for step in (present, present - 1, present + 1):
        expected = _totp(secret).generate(step * STEP)
        if hmac.compare_digest(expected, typed.encode("utf-8", "surrogatepass")):
            return step
    return None


def provisioning_uri(secret: bytes, email: str) -> str:
    """What an authenticator reads from the QR code."""
    return _totp(secret).get_provisioning_uri(email, "Sottovoce")


def qr_svg(text: str) -> str:
    """A QR code as an SVG element without style attributes, dark on white in either theme."""
    code = segno.make(text, micro=False, error="l")
    return str(
        code.svg_inline(omitsize=True, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    )


def readable_secret(secret: bytes) -> str:
    """The secret as a person types it: base32 in groups of four."""
    return _grouped(base64.b32encode(secret).decode())


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits, in base32 and groups of four."""
    return [
        _grouped(base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode().lower()) for _ in range(CODES)
    ]


def recovery_digest(code: str) -> bytes:
    """What is stored of a recovery code: SHA-256 of its symbols, however it was typed."""
    plain = "".join(symbol for symbol in code.lower() if symbol.isalnum())
    return hashlib.sha256(b"sottovoce/1/recovery" + plain.encode("utf-8", "surrogatepass")).digest()


def _totp(secret: bytes) -> TOTP:
    # SHA-1, six digits and 30 seconds: what every authenticator can do.
    return TOTP(secret, 6, SHA1(), STEP)  # noqa: S303


def _grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
