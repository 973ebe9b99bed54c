"""Sealed messages of a conversation, padded to classes of size so that a length tells next to nothing.

    content = nonce 12 | AES-256-GCM(key of the direction, padded), tag 16
    padded  = length of the body 4 | length of the attachment 4 | body | attachment | zeros

The body is JSON. The key of a direction is HKDF-SHA256 (RFC 5869) of the conversation's key, salted with the
conversation, so that nobody without that key, the server included, can write for either side, and nothing
that one side wrote passes as the other's.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from privacy.canonical import canonical_json
from privacy.errors import Spoiled

Side = Literal["sender", "handlers"]

SIZES = (1024, 4096, 16384, 65536, 262144)  # bytes of the padded plaintext
ID_SIZE = 16
KEY_SIZE = 32
SUBJECT_BYTES = 126  # of UTF-8
SUBJECT_SIZE = 156  # nonce, 2 bytes of length, the subject and zeros, tag

_NONCE_SIZE = 12
_TAG_SIZE = 16
_LENGTHS = 8
_PADDED_SUBJECT = 128
_MESSAGE_LABEL = b"sottovoce/1/message/"
_SUBJECT_LABEL = b"sottovoce/1/subject"

CONTENT_SIZES = frozenset(size + _NONCE_SIZE + _TAG_SIZE for size in SIZES)
ROOM = SIZES[-1] - _LENGTHS  # bytes that a body and an attachment have together


@dataclass(frozen=True, slots=True)
class Message:
    """What one side says. ``body`` is a JSON object; docs/protocol.md lists what may stand in it."""

    body: dict[str, Any]
    attachment: bytes = b""


def seal_message(key: bytes, conversation: bytes, side: Side, message: Message) -> bytes:
    """The content of a message, in the smallest class that takes it.

    ``key`` and ``conversation`` have 32 bytes. Raises ValueError for more than ``ROOM`` bytes.
    """
    body = canonical_json(message.body)
    used = _LENGTHS + len(body) + len(message.attachment)
    size = next((size for size in SIZES if used <= size), None)
    if size is None:
        raise ValueError(f"a message has {ROOM} bytes at most")
    lengths = len(body).to_bytes(4, "big") + len(message.attachment).to_bytes(4, "big")
    return _sealed(_key_of(key, conversation, side), (lengths + body + message.attachment).ljust(size, b"\0"))


def open_message(key: bytes, conversation: bytes, side: Side, content: bytes) -> Message:
    """What ``side`` wrote. Raises Spoiled if it was not sealed so, or is not laid out as a message."""
    padded = _opened(_key_of(key, conversation, side), content)
    body = int.from_bytes(padded[:4], "big")
    end = _LENGTHS + body + int.from_bytes(padded[4:_LENGTHS], "big")
    if len(padded) not in SIZES or end > len(padded) or any(padded[end:]):
        raise Spoiled("the message is not laid out as one")
    try:
        value = json.loads(padded[_LENGTHS : _LENGTHS + body])
    except (ValueError, RecursionError):  # the other side may send anything
        raise Spoiled("the message is not laid out as one") from None
    if not isinstance(value, dict):
        raise Spoiled("the message is not laid out as one")
    return Message(value, padded[_LENGTHS + body : end])


def seal_subject(key: bytes, conversation: bytes, subject: str) -> bytes:
    """A subject line, 156 bytes whatever it says. Raises ValueError beyond 126 bytes of UTF-8."""
    text = subject.encode()
    if len(text) > SUBJECT_BYTES:
        raise ValueError(f"a subject has {SUBJECT_BYTES} bytes at most")
    padded = (len(text).to_bytes(2, "big") + text).ljust(_PADDED_SUBJECT, b"\0")
    return _sealed(_derived(key, conversation, _SUBJECT_LABEL), padded)


def open_subject(key: bytes, conversation: bytes, content: bytes) -> str:
    """The subject line. Raises Spoiled if it was not sealed so."""
    padded = _opened(_derived(key, conversation, _SUBJECT_LABEL), content)
    length = int.from_bytes(padded[:2], "big")
    try:
        return padded[2 : 2 + length].decode()
    except UnicodeDecodeError:
        raise Spoiled("the subject is not laid out as one") from None


def id_of(content: bytes) -> bytes:
    """The name of a message or note: the first 16 bytes of its SHA-256."""
    return hashlib.sha256(content).digest()[:ID_SIZE]


def _key_of(key: bytes, conversation: bytes, side: Side) -> bytes:
    return _derived(key, conversation, _MESSAGE_LABEL + side.encode())


def _derived(key: bytes, conversation: bytes, label: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_SIZE, salt=conversation, info=label).derive(key)


def _sealed(key: bytes, plaintext: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_SIZE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, None)


def _opened(key: bytes, content: bytes) -> bytes:
    if len(content) < _NONCE_SIZE + _TAG_SIZE:
        raise Spoiled("the message was not sealed for this conversation")
    try:
        return AESGCM(key).decrypt(content[:_NONCE_SIZE], content[_NONCE_SIZE:], None)
    except InvalidTag:
        raise Spoiled("the message was not sealed for this conversation") from None
