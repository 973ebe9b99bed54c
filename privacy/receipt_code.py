"""Receipt codes: 128 random bits (crockford.py), and what is derived from them.

With the code alone, from any device, a respondent finds the sealed answer again (the locator) and gets back
the pseudonym key that may replace it (the locker). HKDF is RFC 5869.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from privacy.crockford import new_code, secret_of, written
from privacy.errors import Invalid, Problem, Refused
from privacy.signatures import SCALAR_SIZE, private_key_of, scalar_of

LOCATOR_SIZE = 16
LOCKER_SIZE = 60  # nonce, scalar, tag

_NONCE_SIZE = 12
_LOCATOR_LABEL = b"sottovoce/1/locator"
_LOCKER_LABEL = b"sottovoce/1/locker"


def new_receipt_code() -> str:
    """A fresh code: 26 symbols in groups of four."""
    return new_code()


def normalise(code: str) -> str:
    """The one way to write ``code``.

    Small letters, hyphens, blanks, O for 0 and I or L for 1 are read as meant. Raises Invalid otherwise.
    """
    return written(_secret(code))


def locator_of(code: str, wave: bytes) -> bytes:
    """The 16 bytes under which the sealed answer of this wave can be fetched again."""
    return _derived(code, wave, _LOCATOR_LABEL, LOCATOR_SIZE)


def lock(code: str, wave: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The pseudonym's private scalar, locked by the code (AES-256-GCM): 60 bytes."""
    nonce = secrets.token_bytes(_NONCE_SIZE)
    return nonce + AESGCM(_derived(code, wave, _LOCKER_LABEL, 32)).encrypt(nonce, scalar_of(key), None)


def unlock(code: str, wave: bytes, locker: bytes) -> ec.EllipticCurvePrivateKey:
    """The pseudonym key in ``locker``. Raises Refused if this code and wave do not open it."""
    if len(locker) != LOCKER_SIZE:
        raise Refused("the receipt code does not open this answer")
    cipher = AESGCM(_derived(code, wave, _LOCKER_LABEL, 32))
    try:
        scalar = cipher.decrypt(locker[:_NONCE_SIZE], locker[_NONCE_SIZE:], None)
    except InvalidTag:
        raise Refused("the receipt code does not open this answer") from None
    return private_key_of(scalar[:SCALAR_SIZE])


def _derived(code: str, wave: bytes, label: bytes, size: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=size, salt=wave, info=label).derive(_secret(code))


def _secret(code: str) -> bytes:
    try:
        return secret_of(code)
    except ValueError as error:
        remedy = "compare it with what was shown when you answered"
        raise Invalid([Problem("receipt-code", "receipt code", str(error), remedy)]) from None
