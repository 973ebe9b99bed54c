"""Issuer keys in software: PyCryptodome's raw RSA operation with blinding, behind ``privacy.issuing.RawRsa``.

A PKCS#11 device takes this class's place by offering ``modulus``, ``public_exponent`` and
``private_operation``. Key files are read and written by issuer_keys.py.
"""

from Crypto.PublicKey import RSA

from privacy.errors import KeyUnusable
from privacy.tokens import MODULUS_BITS, PUBLIC_EXPONENT


class IssuerKey:
    """One wave's issuer key. Its text form never shows anything of the key."""

    def __init__(self, key: RSA.RsaKey) -> None:
        """Raises KeyUnusable unless ``key`` is a private key of 2048 bits with exponent 65537."""
        if not key.has_private() or key.size_in_bits() != MODULUS_BITS or key.e != PUBLIC_EXPONENT:
            raise KeyUnusable("an issuer key is a private RSA key of 2048 bits with exponent 65537")
        self._key = key

    @classmethod
    def generate(cls) -> "IssuerKey":
        """A fresh key; takes about a third of a second."""
        return cls(RSA.generate(MODULUS_BITS, e=PUBLIC_EXPONENT))

    @classmethod
    def from_pem(cls, pem: bytes) -> "IssuerKey":
        """The key in ``pem`` (PKCS#8). Raises KeyUnusable if there is none."""
        try:
            return cls(RSA.import_key(pem))
        except (ValueError, IndexError, TypeError):
            raise KeyUnusable("the issuer key is not a PEM private key") from None

    def to_pem(self) -> bytes:
        """The private key as PKCS#8 PEM, not encrypted."""
        return self._key.export_key(format="PEM", pkcs=8)

    @property
    def modulus(self) -> int:
        """The public modulus."""
        return self._key.n

    @property
    def public_exponent(self) -> int:
        """The public exponent."""
        return self._key.e

    def private_operation(self, value: int) -> int:
        """``value ** d mod n``, blinded with a secret factor so that its time tells nothing.

        Raises ValueError unless 0 <= value < n.
        """
        result: bytes = self._key._decrypt_to_bytes(value)  # type: ignore[no-untyped-call]
        return int.from_bytes(result, "big")

    def __repr__(self) -> str:
        return "IssuerKey(...)"
