"""Blind signing (RFC 9474 section 4.3): the registrar alone imports this module."""

from typing import Protocol

from privacy.errors import KeyUnusable, Refused
from privacy.tokens import AUTHENTICATOR_SIZE, MODULUS_BITS, PUBLIC_EXPONENT, encode_public_key


class RawRsa(Protocol):
    """An RSA private key that does nothing but the raw operation, in software or in a device."""

    @property
    def modulus(self) -> int:
        """The public modulus."""
        ...

    @property
    def public_exponent(self) -> int:
        """The public exponent."""
        ...

    def private_operation(self, value: int) -> int:
        """``value ** d mod n`` for 0 <= value < n, in a time that tells nothing of ``d`` or ``value``."""
        ...


def issuer_public_key(raw: RawRsa) -> bytes:
    """The SubjectPublicKeyInfo that goes into the manifest (RFC 9578 section 8.2.2).

    Raises KeyUnusable unless the key has 2048 bits and the exponent 65537.
    """
    if raw.modulus.bit_length() != MODULUS_BITS or raw.public_exponent != PUBLIC_EXPONENT:
        raise KeyUnusable("the issuer key must be RSA of 2048 bits with exponent 65537; make another")
    return encode_public_key(raw.modulus)


class BlindSigner:
    """Signs blinded messages with one wave's issuer key."""

    def __init__(self, raw: RawRsa) -> None:
        """Raises KeyUnusable as ``issuer_public_key`` does."""
        self.public_key: bytes = issuer_public_key(raw)
        self._raw = raw
        self._modulus = raw.modulus

    def sign(self, blinded_message: bytes) -> bytes:
        """The blind signature, 256 bytes.

        Raises Refused unless ``blinded_message`` is 256 bytes that stand for a number below the modulus;
        KeyUnusable if the result does not verify, in which case nothing of it leaves (a faulty signature
        can give the key away: Boneh, DeMillo and Lipton 1997).
        """
        value = int.from_bytes(blinded_message, "big")
        if len(blinded_message) != AUTHENTICATOR_SIZE or value >= self._modulus:
            raise Refused("the blinded message does not hold")
        signature = self._raw.private_operation(value)
        if pow(signature, PUBLIC_EXPONENT, self._modulus) != value:
            raise KeyUnusable(
                "the issuer key gave a wrong signature; take it out of use and check the machine"
            )
        return signature.to_bytes(AUTHENTICATOR_SIZE, "big")
