"""Privacy Pass tokens of type 2 (RFC 9578): the respondent's side, and their verification.

A token is ``type 2 | nonce 32 | challenge digest 32 | token key id 32 | authenticator 256``, 354 bytes; its
first 98 bytes are the token input. The challenge digest is the wave and the nonce commits to the respondent's
pseudonym key. The authenticator is RSASSA-PSS with SHA-384 and a salt of 48 bytes over the token input, got
by RSABSSA-SHA384-PSS-Deterministic (RFC 9474).
"""

import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from privacy import blind_rsa
from privacy.contract import TOKEN_TYPE
from privacy.errors import Refused

INPUT_SIZE = 98
AUTHENTICATOR_SIZE = 256
TOKEN_SIZE = INPUT_SIZE + AUTHENTICATOR_SIZE
MODULUS_BITS = 2048
PUBLIC_EXPONENT = 65537

# RFC 9578 section 8.2.2: everything about the SubjectPublicKeyInfo but the modulus is fixed.
_SPKI_HEAD = bytes.fromhex(
    "30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108"
    "300b0609608648016503040202a2030201300382010f003082010a0282010100"
)
_SPKI_TAIL = bytes.fromhex("0203010001")
_SPKI_SIZE = len(_SPKI_HEAD) + AUTHENTICATOR_SIZE + len(_SPKI_TAIL)
_TYPE = TOKEN_TYPE.to_bytes(2, "big")
_HASH = hashes.SHA384()
_PSS = padding.PSS(mgf=padding.MGF1(_HASH), salt_length=blind_rsa.SALT_SIZE)
_DOES_NOT_HOLD = "the token does not hold"


def encode_public_key(modulus: int) -> bytes:
    """The RSASSA-PSS SubjectPublicKeyInfo of a 2048-bit modulus with exponent 65537, 342 bytes.

    Raises ValueError for any other modulus.
    """
    if modulus.bit_length() != MODULUS_BITS or not modulus & 1:
        raise ValueError("an issuer's modulus has 2048 bits and is odd")
    return _SPKI_HEAD + modulus.to_bytes(AUTHENTICATOR_SIZE, "big") + _SPKI_TAIL


def decode_public_key(spki: bytes) -> int:
    """The modulus in ``spki``. Raises Refused unless it is exactly what ``encode_public_key`` makes."""
    modulus = int.from_bytes(spki[len(_SPKI_HEAD) : -len(_SPKI_TAIL)], "big")
    if len(spki) != _SPKI_SIZE or modulus.bit_length() != MODULUS_BITS or not modulus & 1:
        raise Refused("not an issuer's public key")
    if encode_public_key(modulus) != spki:
        raise Refused("not an issuer's public key")
    return modulus


def token_input(wave: bytes, nonce: bytes, key_id: bytes) -> bytes:
    """The 98 bytes that are signed blind. Raises ValueError unless each part has 32 bytes."""
    if not len(wave) == len(nonce) == len(key_id) == 32:
        raise ValueError("a token input is made of three parts of 32 bytes")
    return _TYPE + nonce + wave + key_id


@dataclass(frozen=True, slots=True)
class Blinded:
    """A token request on the way: ``message`` (256 bytes) goes to the registrar, the rest stays secret.

    ``inverse`` (256 bytes) takes the blinding off again.
    """

    issuer_public_key: bytes
    token_input: bytes
    message: bytes
    inverse: bytes


def blind(issuer_public_key: bytes, token_input: bytes) -> Blinded:
    """Blind ``token_input`` for the issuer. Raises Refused if its key cannot be used."""
    modulus = decode_public_key(issuer_public_key)
    inverse = blind_rsa.new_inverse(modulus)
    salt = secrets.token_bytes(blind_rsa.SALT_SIZE)
    message = blind_rsa.blind(modulus, PUBLIC_EXPONENT, token_input, salt, inverse)
    return Blinded(issuer_public_key, token_input, message, inverse.to_bytes(AUTHENTICATOR_SIZE, "big"))


def finalize(blinded: Blinded, blind_signature: bytes) -> bytes:
    """The token, 354 bytes. Raises Refused unless the issuer signed what was asked for."""
    modulus = decode_public_key(blinded.issuer_public_key)
    inverse = int.from_bytes(blinded.inverse, "big")
    token = blinded.token_input + blind_rsa.unblind(modulus, blind_signature, inverse)
    TokenVerifier(blinded.issuer_public_key).verify(token)
    return token


class TokenVerifier:
    """One wave's issuer key, prepared once so that verifying a token costs one RSA public operation."""

    def __init__(self, issuer_public_key: bytes) -> None:
        """Raises Refused unless ``issuer_public_key`` is the RFC 9578 encoding of a 2048-bit key."""
        modulus = decode_public_key(issuer_public_key)
        self.key_id: bytes = hashlib.sha256(issuer_public_key).digest()
        self._key = rsa.RSAPublicNumbers(PUBLIC_EXPONENT, modulus).public_key()

    def verify(self, token: bytes) -> None:
        """Raises Refused unless ``token`` is a token of this issuer key."""
        key_id = token[INPUT_SIZE - len(self.key_id) : INPUT_SIZE]
        if len(token) != TOKEN_SIZE or token[:2] != _TYPE or key_id != self.key_id:
            raise Refused(_DOES_NOT_HOLD)
        try:
            self._key.verify(token[INPUT_SIZE:], token[:INPUT_SIZE], _PSS, _HASH)
        except InvalidSignature:
            raise Refused(_DOES_NOT_HOLD) from None
