"""Anonymous conversations: what opens one, adds to one and deletes one. Sealing is in messages.py.

    opening  = "SC1" | period 32 | token 354 | pk 65 | channel 16 | epoch 4 | locator 16 | access digest 32
               | locker 60 | sealed key 113 | subject 156 | content | signature 64
    addition = "SM1" | conversation 32 | mark 1 | content | signature 64
    deletion = "SD1" | conversation 32 | signature 64

A conversation's name is the nullifier of the token that opened it, its pseudonym key is used for it alone,
and its key follows from the receipt code: nothing ties two conversations of one person together. Signatures
are the pseudonym's, over all before them.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from privacy import signatures
from privacy.crockford import secret_of
from privacy.errors import Refused
from privacy.messages import CONTENT_SIZES, KEY_SIZE, SUBJECT_SIZE
from privacy.receipt_code import LOCATOR_SIZE, LOCKER_SIZE, locator_of, lock, normalise, unlock
from privacy.sealing import SUITE, nonce_of, nullifier_of
from privacy.signatures import POINT_SIZE, SIGNATURE_SIZE
from privacy.tokens import INPUT_SIZE, TOKEN_SIZE, TokenVerifier

Mark = Literal["resolved", "not-resolved"]

CONVERSATIONS = hashlib.sha256(b"sottovoce/1/conversation").digest()  # in the place of a wave's name
CHANNEL_SIZE = 16
SEALED_KEY_SIZE = POINT_SIZE + KEY_SIZE + 16  # enc, key, tag
REFUSAL = "the sealed message does not hold; nothing was stored"  # whatever is wrong with it
MARKS: tuple[Mark | None, ...] = (None, "resolved", "not-resolved")  # by the byte that stands for each

_PERIOD_LABEL = b"sottovoce/1/feedback period"
_KEY_LABEL = b"sottovoce/1/conversation key"
_ACCESS_LABEL = b"sottovoce/1/access"
_OPENING = (
    ("magic", 3),
    ("period", 32),
    ("token", TOKEN_SIZE),
    ("public_key", POINT_SIZE),
    ("channel", CHANNEL_SIZE),
    ("epoch", 4),
    ("locator", LOCATOR_SIZE),
    ("access_digest", 32),
    ("locker", LOCKER_SIZE),
    ("sealed_key", SEALED_KEY_SIZE),
    ("subject", SUBJECT_SIZE),
)
_OPENING_HEAD = sum(size for _, size in _OPENING)
_ADDITION_HEAD = 3 + 32 + 1
_DELETION_SIZE = 3 + 32 + SIGNATURE_SIZE
LARGEST = _OPENING_HEAD + max(CONTENT_SIZES) + SIGNATURE_SIZE  # bytes of any request


def period_name(month: str, issuer_public_key: bytes) -> bytes:
    """The name of a month's tokens, 32 bytes; ``month`` is written 2026-11."""
    return hashlib.sha256(_PERIOD_LABEL + month.encode() + issuer_public_key).digest()


@dataclass(frozen=True, slots=True)
class Opening:
    """The parts of a request that opens a conversation, all checked. ``channel`` is 32 hex digits."""

    conversation: bytes
    public_key: bytes
    channel: str
    epoch: int
    locator: bytes
    access_digest: bytes
    locker: bytes
    sealed_key: bytes
    subject: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class Addition:
    """A sender's further message. ``mark`` is what it says of the conversation's state, in the clear."""

    conversation: bytes
    mark: Mark | None
    content: bytes


def locator(code: str) -> bytes:
    """Where the conversation of this receipt code is, 16 bytes. Raises Invalid for no code."""
    return locator_of(code, CONVERSATIONS)


def access(code: str) -> bytes:
    """What shows that one has the code and not the locator alone, 32 bytes. Raises Invalid for no code."""
    return _of_code(code, _ACCESS_LABEL)


def conversation_key(code: str) -> bytes:
    """The key of the conversation, 32 bytes. Raises Invalid for no code."""
    return _of_code(code, _KEY_LABEL)


def unlock_pseudonym(code: str, locker: bytes) -> ec.EllipticCurvePrivateKey:
    """The sender's signing key. Raises Refused if this code does not open the locker."""
    return unlock(code, CONVERSATIONS, locker)


def seal_key(key: bytes, conversation: bytes, channel_public_key: bytes) -> bytes:
    """The conversation's key, sealed to a channel (HPKE, RFC 9180): 113 bytes.

    Raises Refused if the channel's key is no point.
    """
    recipient = signatures.public_key_of(channel_public_key)
    return SUITE.encrypt(key, recipient, _KEY_LABEL + conversation)


def open_conversation(  # noqa: PLR0917 - the parts in the order of the protocol
    period: bytes,
    token: bytes,
    pseudonym_key: ec.EllipticCurvePrivateKey,
    channel: str,
    epoch: int,
    code: str,
    sealed_key: bytes,
    subject: bytes,
    content: bytes,
) -> bytes:
    """The request that opens a conversation. Raises Refused if the token is not bound to the pseudonym."""
    public_key = signatures.point_of(pseudonym_key)
    _check_binding(token, period, public_key)
    body = b"".join(
        (
            b"SC1",
            period,
            token,
            public_key,
            bytes.fromhex(channel),
            epoch.to_bytes(4, "big"),
            locator(code),
            hashlib.sha256(access(code)).digest(),
            lock(code, CONVERSATIONS, pseudonym_key),
            sealed_key,
            subject,
            content,
        )
    )
    return body + signatures.sign(pseudonym_key, body)


def period_of(data: bytes) -> bytes:
    """The period that an opening names, 32 bytes. Raises Refused if it is not as long as one."""
    if len(data) - _OPENING_HEAD - SIGNATURE_SIZE not in CONTENT_SIZES or not data.startswith(b"SC1"):
        raise Refused(REFUSAL)
    return data[3:35]


def verify_opening(data: bytes, issuer: TokenVerifier) -> Opening:
    """Check all that can be checked without a key. Raises Refused with one text whatever fails."""
    period = period_of(data)
    parts, end = {}, 0
    for name, size in _OPENING:
        parts[name] = data[end : end + size]
        end += size
    try:
        _check_binding(parts["token"], period, parts["public_key"])
        issuer.verify(parts["token"])
        signatures.verify(
            signatures.public_key_of(parts["public_key"]), data[-SIGNATURE_SIZE:], data[:-SIGNATURE_SIZE]
        )
    except Refused:
        raise Refused(REFUSAL) from None
    return Opening(
        conversation=nullifier_of(parts["token"][:INPUT_SIZE]),
        public_key=parts["public_key"],
        channel=parts["channel"].hex(),
        epoch=int.from_bytes(parts["epoch"], "big"),
        locator=parts["locator"],
        access_digest=parts["access_digest"],
        locker=parts["locker"],
        sealed_key=parts["sealed_key"],
        subject=parts["subject"],
        content=data[end:-SIGNATURE_SIZE],
    )


def add_message(
    conversation: bytes, pseudonym_key: ec.EllipticCurvePrivateKey, mark: Mark | None, content: bytes
) -> bytes:
    """The request that adds a sender's message."""
    body = b"SM1" + conversation + bytes([MARKS.index(mark)]) + content
    return body + signatures.sign(pseudonym_key, body)


def delete_conversation(conversation: bytes, pseudonym_key: ec.EllipticCurvePrivateKey) -> bytes:
    """The request that deletes a conversation."""
    body = b"SD1" + conversation
    return body + signatures.sign(pseudonym_key, body)


def conversation_of(data: bytes) -> bytes:
    """Which conversation an addition or deletion names, checking its shape. Raises Refused."""
    added = data.startswith(b"SM1") and len(data) - _ADDITION_HEAD - SIGNATURE_SIZE in CONTENT_SIZES
    if not added and not (data.startswith(b"SD1") and len(data) == _DELETION_SIZE):
        raise Refused(REFUSAL)
    if added and data[35] >= len(MARKS):
        raise Refused(REFUSAL)
    return data[3:35]


def verify_addition(data: bytes, public_key: bytes) -> Addition:
    """An addition by the pseudonym with this public point. Raises Refused with one text whatever fails."""
    return Addition(_verified(data, b"SM1", public_key), MARKS[data[35]], data[36:-SIGNATURE_SIZE])


def verify_deletion(data: bytes, public_key: bytes) -> bytes:
    """The conversation to delete. Raises Refused unless its own pseudonym asks for it."""
    return _verified(data, b"SD1", public_key)


def quote_statement(conversation: bytes, text: str) -> bytes:
    """What a sender signs to let these words be quoted."""
    return b"sottovoce/1/quote" + conversation + hashlib.sha256(text.encode()).digest()


def _verified(data: bytes, magic: bytes, public_key: bytes) -> bytes:
    conversation = conversation_of(data)
    if not data.startswith(magic):
        raise Refused(REFUSAL)
    try:
        signatures.verify(
            signatures.public_key_of(public_key), data[-SIGNATURE_SIZE:], data[:-SIGNATURE_SIZE]
        )
    except Refused:
        raise Refused(REFUSAL) from None
    return conversation


def _check_binding(token: bytes, period: bytes, public_key: bytes) -> None:
    if len(token) != TOKEN_SIZE or token[2:34] != nonce_of(period, public_key) or token[34:66] != period:
        raise Refused(REFUSAL)


def _of_code(code: str, label: bytes) -> bytes:
    secret = secret_of(normalise(code))
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=CONVERSATIONS, info=label).derive(secret)
