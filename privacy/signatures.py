"""ECDSA on P-256 with SHA-256 and raw ``r|s`` signatures, as envelopes, receipts and releases use it.

Points are uncompressed (65 bytes, first byte 4), scalars 32 bytes, signatures 64 bytes, all big-endian
(SEC 1, FIPS 186-5).
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from privacy.errors import Refused

POINT_SIZE = 65
SCALAR_SIZE = 32
SIGNATURE_SIZE = 64

_CURVE = ec.SECP256R1()
_ALGORITHM = ec.ECDSA(hashes.SHA256())
_REPEATABLE = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_UNCOMPRESSED = 4
_DOES_NOT_HOLD = "a signature does not hold"


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 private key."""
    return ec.generate_private_key(_CURVE)


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public point of ``key``, 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def public_key_of(point: bytes) -> ec.EllipticCurvePublicKey:
    """The key at ``point``. Raises Refused unless it is an uncompressed point of the curve."""
    if len(point) != POINT_SIZE or point[0] != _UNCOMPRESSED:
        raise Refused("not an uncompressed P-256 point")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError:
        raise Refused("not a point of P-256") from None


def scalar_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The private scalar of ``key``, 32 bytes."""
    return key.private_numbers().private_value.to_bytes(SCALAR_SIZE, "big")


def private_key_of(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    """The key with this private scalar of 32 bytes. Raises Refused for zero and for the order and beyond."""
    if len(scalar) != SCALAR_SIZE:
        raise Refused("not a P-256 scalar")
    try:
        return ec.derive_private_key(int.from_bytes(scalar, "big"), _CURVE)
    except ValueError:
        raise Refused("not a P-256 scalar") from None


def sign(key: ec.EllipticCurvePrivateKey, message: bytes, *, repeatable: bool = False) -> bytes:
    """``r|s`` over ``message``, 64 bytes.

    Two signatures of one message differ, unless ``repeatable`` takes the nonce from both (RFC 6979).
    """
    r, s = decode_dss_signature(key.sign(message, _REPEATABLE if repeatable else _ALGORITHM))
    return r.to_bytes(SCALAR_SIZE, "big") + s.to_bytes(SCALAR_SIZE, "big")


def verify(key: ec.EllipticCurvePublicKey, signature: bytes, message: bytes) -> None:
    """Raises Refused unless ``signature`` is ``r|s`` of ``key`` over ``message``."""
    if len(signature) != SIGNATURE_SIZE:
        raise Refused(_DOES_NOT_HOLD)
    r = int.from_bytes(signature[:SCALAR_SIZE], "big")
    s = int.from_bytes(signature[SCALAR_SIZE:], "big")
    try:
        key.verify(encode_dss_signature(r, s), message, _ALGORITHM)
    except InvalidSignature:
        raise Refused(_DOES_NOT_HOLD) from None
