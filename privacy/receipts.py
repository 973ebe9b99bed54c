"""Receipts: the receipt key's signature over the leaf of a stored envelope.

A receipt proves that the collector accepted an answer; with the board's root and a proof (board.py) it shows
whether the answer was counted among the sealed responses.
"""

from cryptography.hazmat.primitives.asymmetric import ec

from privacy.contract import Manifest
from privacy.errors import Refused
from privacy.signatures import public_key_of, sign, verify

_LABEL = b"sottovoce/1/receipt"


def receipt_message(wave: bytes, leaf: bytes) -> bytes:
    """What the receipt key signs for ``leaf`` (32 bytes) of ``wave`` (32 bytes)."""
    return _LABEL + wave + leaf


def sign_receipt(key: ec.EllipticCurvePrivateKey, wave: bytes, leaf: bytes) -> bytes:
    """The receipt for ``leaf``: raw ``r|s``, 64 bytes."""
    return sign(key, receipt_message(wave, leaf))


def check_receipt(manifest: Manifest, leaf: bytes, signature: bytes) -> None:
    """Raises Refused unless ``signature`` is the receipt of the manifest's receipt key for ``leaf``."""
    try:
        verify(public_key_of(manifest.receipt_public_key), signature, receipt_message(manifest.wave, leaf))
    except Refused:
        raise Refused("the receipt does not hold; keep the code and ask whoever runs the survey") from None
