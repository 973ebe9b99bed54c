"""Sealed responses: made by the respondent, verified without opening by the collector and the tally.

    envelope = "SV1" | wave 32 | token 354 | pk 65 | sequence 4 | locator 16 | locker 60 | enc 65 | ct
               | signature 64

``ct`` is as long as the wave's plaintext and a tag of 16 bytes, so all envelopes of a wave have one length.
HPKE is RFC 9180 in base mode with the manifest's suite. Nothing here can open what it sealed.
"""

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec

from privacy import signatures
from privacy.answers import Layout, layout_of
from privacy.board import leaf_of
from privacy.contract import Manifest
from privacy.errors import Refused
from privacy.receipt_code import LOCATOR_SIZE, LOCKER_SIZE, locator_of, lock
from privacy.signatures import POINT_SIZE, SIGNATURE_SIZE
from privacy.tokens import INPUT_SIZE, TOKEN_SIZE, TokenVerifier

MAGIC = b"SV1"
WAVE_SIZE = 32
SEQUENCE_SIZE = 4
TAG_SIZE = 16
MAX_SEQUENCE = 2 ** (8 * SEQUENCE_SIZE) - 1

WAVE_OFFSET = len(MAGIC)
TOKEN_OFFSET = WAVE_OFFSET + WAVE_SIZE
PUBLIC_KEY_OFFSET = TOKEN_OFFSET + TOKEN_SIZE
SEQUENCE_OFFSET = PUBLIC_KEY_OFFSET + POINT_SIZE
LOCATOR_OFFSET = SEQUENCE_OFFSET + SEQUENCE_SIZE
LOCKER_OFFSET = LOCATOR_OFFSET + LOCATOR_SIZE
ENC_OFFSET = LOCKER_OFFSET + LOCKER_SIZE
CIPHERTEXT_OFFSET = ENC_OFFSET + POINT_SIZE

SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)

_OVERHEAD = CIPHERTEXT_OFFSET + TAG_SIZE + SIGNATURE_SIZE
_PSEUDONYM_LABEL = b"sottovoce/1/pseudonym"
_NULLIFIER_LABEL = b"sottovoce/1/nullifier"
_RESPONSE_LABEL = b"sottovoce/1/response"
_REFUSAL = "the sealed response does not hold"


@dataclass(frozen=True, slots=True)
class Envelope:
    """The parts of an envelope; ``enc`` and ``ciphertext`` together are what HPKE made."""

    wave: bytes
    token: bytes
    public_key: bytes
    sequence: int
    locator: bytes
    locker: bytes
    enc: bytes
    ciphertext: bytes
    signature: bytes

    @classmethod
    def parse(cls, data: bytes) -> "Envelope":
        """Cut an envelope into its parts, checking nothing else. Raises Refused if it cannot be one."""
        if len(data) < _OVERHEAD or not data.startswith(MAGIC):
            raise Refused(_REFUSAL)
        return cls(
            wave=data[WAVE_OFFSET:TOKEN_OFFSET],
            token=data[TOKEN_OFFSET:PUBLIC_KEY_OFFSET],
            public_key=data[PUBLIC_KEY_OFFSET:SEQUENCE_OFFSET],
            sequence=int.from_bytes(data[SEQUENCE_OFFSET:LOCATOR_OFFSET], "big"),
            locator=data[LOCATOR_OFFSET:LOCKER_OFFSET],
            locker=data[LOCKER_OFFSET:ENC_OFFSET],
            enc=data[ENC_OFFSET:CIPHERTEXT_OFFSET],
            ciphertext=data[CIPHERTEXT_OFFSET:-SIGNATURE_SIZE],
            signature=data[-SIGNATURE_SIZE:],
        )

    @property
    def encoded(self) -> bytes:
        """The envelope's bytes."""
        return b"".join(
            (
                MAGIC,
                self.wave,
                self.token,
                self.public_key,
                self.sequence.to_bytes(SEQUENCE_SIZE, "big"),
                self.locator,
                self.locker,
                self.enc,
                self.ciphertext,
                self.signature,
            )
        )

    @property
    def nullifier(self) -> bytes:
        """What makes the response the only one of its token, 32 bytes."""
        return nullifier_of(self.token[:INPUT_SIZE])


@dataclass(frozen=True, slots=True)
class Verified:
    """What the collector and the tally keep of an envelope that holds."""

    nullifier: bytes
    leaf: bytes
    sequence: int
    locator: bytes


def envelope_size(plaintext: Layout | int) -> int:
    """Bytes of every envelope of a wave, from its layout or the size of its plaintexts."""
    return _OVERHEAD + (plaintext if isinstance(plaintext, int) else plaintext.size)


def new_pseudonym() -> ec.EllipticCurvePrivateKey:
    """A fresh pseudonym key, P-256; it is used for one wave alone."""
    return signatures.new_key()


def nonce_of(wave: bytes, public_key: bytes) -> bytes:
    """The token nonce that commits to a pseudonym's public point, 32 bytes."""
    return hashlib.sha256(_PSEUDONYM_LABEL + wave + public_key).digest()


def nullifier_of(token_input: bytes) -> bytes:
    """SHA-256 over the 98 bytes of a token input under its label, 32 bytes."""
    return hashlib.sha256(_NULLIFIER_LABEL + token_input).digest()


def response_info(wave: bytes, nullifier: bytes) -> bytes:
    """The HPKE info that ties a ciphertext to its wave and its token."""
    return _RESPONSE_LABEL + wave + nullifier


class Sealer:
    """One wave, prepared once for sealing many plaintexts."""

    def __init__(self, manifest: Manifest) -> None:
        self.wave: bytes = manifest.wave
        self._size = layout_of(manifest).size
        self._recipient = signatures.public_key_of(manifest.hpke_public_key)

    def seal(
        self,
        token: bytes,
        pseudonym_key: ec.EllipticCurvePrivateKey,
        receipt_code: str,
        sequence: int,
        plaintext: bytes,
    ) -> bytes:
        """The envelope of ``plaintext``; ``sequence`` is 1 at first and one more for each change.

        Raises Refused if the token is not bound to this wave and pseudonym, ValueError for a plaintext that
        has not the wave's size or a sequence beyond four bytes.
        """
        if len(plaintext) != self._size:
            raise ValueError("a plaintext has the size of its wave's layout")
        if not 0 <= sequence <= MAX_SEQUENCE:
            raise ValueError("a sequence has four bytes")
        public_key = signatures.point_of(pseudonym_key)
        _check_binding(token, self.wave, public_key)
        info = response_info(self.wave, nullifier_of(token[:INPUT_SIZE]))
        body = b"".join(
            (
                MAGIC,
                self.wave,
                token,
                public_key,
                sequence.to_bytes(SEQUENCE_SIZE, "big"),
                locator_of(receipt_code, self.wave),
                lock(receipt_code, self.wave, pseudonym_key),
                SUITE.encrypt(plaintext, self._recipient, info),
            )
        )
        return body + signatures.sign(pseudonym_key, body)


def seal(  # noqa: PLR0917 - the parts in the order of the protocol
    manifest: Manifest,
    token: bytes,
    pseudonym_key: ec.EllipticCurvePrivateKey,
    receipt_code: str,
    sequence: int,
    plaintext: bytes,
) -> bytes:
    """One envelope, as ``Sealer.seal`` makes it and with its errors."""
    return Sealer(manifest).seal(token, pseudonym_key, receipt_code, sequence, plaintext)


def verify(envelope: bytes, wave: bytes, issuer: TokenVerifier, size: int) -> Verified:
    """Check all that can be checked of an envelope without opening it.

    ``size`` is the wave's ``envelope_size`` in bytes. Raises Refused with one text whatever fails.
    """
    try:
        return _verified(envelope, wave, issuer, size)
    except Refused:
        raise Refused(_REFUSAL) from None


def _verified(data: bytes, wave: bytes, issuer: TokenVerifier, size: int) -> Verified:
    if len(data) != size or not data.startswith(MAGIC) or data[WAVE_OFFSET:TOKEN_OFFSET] != wave:
        raise Refused(_REFUSAL)
    token = data[TOKEN_OFFSET:PUBLIC_KEY_OFFSET]
    public_key = data[PUBLIC_KEY_OFFSET:SEQUENCE_OFFSET]
    _check_binding(token, wave, public_key)
    issuer.verify(token)
    signatures.verify(signatures.public_key_of(public_key), data[-SIGNATURE_SIZE:], data[:-SIGNATURE_SIZE])
    return Verified(
        nullifier=nullifier_of(token[:INPUT_SIZE]),
        leaf=leaf_of(data),
        sequence=int.from_bytes(data[SEQUENCE_OFFSET:LOCATOR_OFFSET], "big"),
        locator=data[LOCATOR_OFFSET:LOCKER_OFFSET],
    )


def _check_binding(token: bytes, wave: bytes, public_key: bytes) -> None:
    """The token's nonce commits to the pseudonym and its challenge digest is the wave."""
    if len(token) != TOKEN_SIZE or token[2:34] != nonce_of(wave, public_key) or token[34:66] != wave:
        raise Refused(_REFUSAL)
