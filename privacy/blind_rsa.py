"""RFC 9474, blind RSA: the respondent's steps on whole numbers.

Python's big integers are not constant time. That is borne here because the secrets are fresh for each token
and stay on the respondent's own machine; the registrar's private operation never runs through this module.
"""

import hashlib
import math
import secrets

from privacy.errors import Refused

SALT_SIZE = 48
HASH_SIZE = 48
_TRAILER = 0xBC


def pss_encode(message: bytes, em_bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE with SHA-384 and MGF1 (RFC 8017 section 9.1.1); ceil(em_bits / 8) bytes."""
    size = (em_bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = bytes(size - len(salt) - HASH_SIZE - 2) + b"\1" + salt
    masked = bytes(a ^ b for a, b in zip(block, _mgf1(digest, len(block)), strict=True))
    first = masked[0] & (0xFF >> (8 * size - em_bits))
    return bytes([first]) + masked[1:] + digest + bytes([_TRAILER])


def _mgf1(seed: bytes, size: int) -> bytes:
    blocks = (
        hashlib.sha384(seed + counter.to_bytes(4, "big")).digest() for counter in range(-(-size // HASH_SIZE))
    )
    return b"".join(blocks)[:size]


def blind(modulus: int, exponent: int, message: bytes, salt: bytes, inverse: int) -> bytes:
    """Blind (RFC 9474 section 4.2) with the given ``salt`` and blinding ``inverse``; the modulus's length.

    Raises Refused where the encoded message or the inverse shares a factor with the modulus.
    """
    encoded = int.from_bytes(pss_encode(message, modulus.bit_length() - 1, salt), "big")
    if math.gcd(encoded, modulus) != 1 or math.gcd(inverse, modulus) != 1:
        raise Refused("the issuer's key cannot be used")
    blinding = pow(pow(inverse, -1, modulus), exponent, modulus)
    return (encoded * blinding % modulus).to_bytes(size_of(modulus), "big")


def new_inverse(modulus: int) -> int:
    """A blinding inverse, uniform among the units of the modulus."""
    while True:
        inverse = secrets.randbelow(modulus)
        if inverse and math.gcd(inverse, modulus) == 1:
            return inverse


def unblind(modulus: int, blind_signature: bytes, inverse: int) -> bytes:
    """Finalize (RFC 9474 section 4.4) but for its verification, which is the caller's to do."""
    if len(blind_signature) != size_of(modulus):
        raise Refused("the blind signature has the wrong length")
    return (int.from_bytes(blind_signature, "big") * inverse % modulus).to_bytes(size_of(modulus), "big")


def size_of(modulus: int) -> int:
    """Bytes of a number below ``modulus``."""
    return (modulus.bit_length() + 7) // 8
