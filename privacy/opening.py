"""Opening sealed responses: the tally alone imports this module."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from privacy.errors import Spoiled
from privacy.sealing import SUITE, Envelope, response_info


def open_envelope(private_key: ec.EllipticCurvePrivateKey, envelope: Envelope, nullifier: bytes) -> bytes:
    """The plaintext of a verified envelope, decrypted with the wave's HPKE key (RFC 9180, base mode).

    Raises Spoiled if it was not sealed to this key, wave and nullifier.
    """
    info = response_info(envelope.wave, nullifier)
    try:
        return SUITE.decrypt(envelope.enc + envelope.ciphertext, private_key, info)
    except (InvalidTag, ValueError):
        raise Spoiled("the sealed response does not open; it is counted as spoiled") from None
