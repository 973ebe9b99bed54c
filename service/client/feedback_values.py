"""What a sender's client reads and makes: channels, tokens, conversations, and sealing them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric import ec

from privacy import conversation
from privacy.attachments import cleaned
from privacy.canonical import b64u, unb64u
from privacy.errors import Invalid, Problem, Spoiled
from privacy.messages import (
    SUBJECT_BYTES,
    Message,
    Side,
    id_of,
    open_message,
    open_subject,
    seal_message,
    seal_subject,
)
from privacy.receipt_code import new_receipt_code, normalise
from privacy.sealing import nullifier_of
from privacy.signatures import point_of
from privacy.tokens import INPUT_SIZE, Blinded

Texts = dict[str, str]
_HIGHEST = 1_000_000  # no conversation has as many messages
_MORE = 300  # bytes that an opening's body has beside the text


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, as its notice says. ``public_key`` (65 bytes) is what is sealed to."""

    id: str
    notice: dict[str, Texts]
    handlers: tuple[str, ...]
    kept_days: int
    acknowledge_days: int
    answer_days: int
    epoch: int
    public_key: bytes

    @property
    def fingerprint(self) -> str:
        """Half of the key's SHA-256 in groups, to compare with what a handler reads out."""
        half = hashlib.sha256(self.public_key).hexdigest()[:32]
        return " ".join(half[start : start + 4] for start in range(0, len(half), 4))


@dataclass(frozen=True, slots=True)
class Card:
    """What everybody reads before writing. ``hour`` is that of letting out, UTC; 24: at once."""

    hour: int
    period: bytes
    issuer_public_key: bytes
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A token on its way. Send the same value again after a lost reply: another one costs another token."""

    code: str = field(repr=False)
    wave: str | None
    period: bytes
    pseudonym: ec.EllipticCurvePrivateKey = field(repr=False)
    blinded: Blinded = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A token that opens one conversation, and the pseudonym that it is bound to."""

    period: bytes
    pseudonym: ec.EllipticCurvePrivateKey = field(repr=False)
    token: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation that the server has stored. Without ``code`` nobody opens it again."""

    code: str = field(repr=False)
    day: date


@dataclass(frozen=True, slots=True)
class Said:
    """One message. ``out`` says whether the other side can see it; ``body`` is empty if it does not open."""

    id: str
    side: Side
    day: date
    out: bool
    body: dict[str, Any]
    attachment: bytes

    @property
    def number(self) -> int:
        """Its place in the conversation."""
        number = self.body.get("number")
        return number if isinstance(number, int) and 0 < number <= _HIGHEST else 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, opened with its code. ``said`` is in the order of the protocol."""

    code: str = field(repr=False)
    name: bytes
    channel: str
    pseudonym: ec.EllipticCurvePrivateKey = field(repr=False)
    subject: str
    delete_on: date
    state: str
    said: tuple[Said, ...]

    @property
    def next_number(self) -> int:
        """The number of the next message."""
        return 1 + max((one.number for one in self.said), default=0)


@dataclass(frozen=True, slots=True)
class SealedOpening:
    """What opens a conversation, sealed, and the receipt code that opens it again."""

    code: str = field(repr=False)
    content: bytes
    channel: str
    epoch: int
    token: Token


@dataclass(frozen=True, slots=True)
class Draft:
    """A first message that can be sealed: made before a token is spent, so that its faults cost none."""

    subject: str
    text: str
    language: str
    attachment: bytes = b""

    def __post_init__(self) -> None:
        """Raises Invalid if it is too long, Refused if the attachment is no picture."""
        if not 0 < len(self.subject.encode(errors="replace").strip()) <= SUBJECT_BYTES:
            message = f"it is empty or has more than {SUBJECT_BYTES} bytes"
            raise Invalid([Problem("subject", "subject", message, "write a few words")])
        largest = {"text": self.text, "language": self.language, "more": "x" * _MORE}
        seal_sender_message(bytes(32), bytes(32), largest, self.attachment)


def seal_opening(channel: Channel, token: Token, draft: Draft) -> SealedOpening:
    """Seal a first message."""
    code, name = new_receipt_code(), nullifier_of(token.token[:INPUT_SIZE])
    key = conversation.conversation_key(code)
    body = {
        "kind": "opening",
        "number": 1,
        "channel": channel.id,
        "public_key": b64u(point_of(token.pseudonym)),
        "text": draft.text,
        "language": draft.language,
    }
    content = conversation.open_conversation(
        token.period,
        token.token,
        token.pseudonym,
        channel.id,
        channel.epoch,
        code,
        conversation.seal_key(key, name, channel.public_key),
        seal_subject(key, name, draft.subject),
        seal_sender_message(key, name, body, draft.attachment),
    )
    return SealedOpening(code, content, channel.id, channel.epoch, token)


def seal_sender_message(key: bytes, name: bytes, body: Mapping[str, Any], attachment: bytes) -> bytes:
    """A sender's message, its picture cleaned. Raises Invalid if it is too long, Refused for no picture."""
    if attachment:
        picture = cleaned(attachment)
        body, attachment = {**body, "attachment": {"type": picture.type}}, picture.content
    try:
        return seal_message(key, name, "sender", Message(dict(body), attachment))
    except ValueError as error:
        remedy = "shorten the text, or send a smaller picture"
        raise Invalid([Problem("message", "message", str(error), remedy)]) from None


def channel_of(value: Any) -> Channel:
    """A channel as the card has it. Raises KeyError, TypeError or ValueError for anything else."""
    return Channel(
        id=value["id"],
        notice=value["notice"],
        handlers=tuple(value["handlers"]),
        kept_days=int(value["kept_days"]),
        acknowledge_days=int(value["acknowledge_days"]),
        answer_days=int(value["answer_days"]),
        epoch=int(value["epoch"]),
        public_key=unb64u(value["public_key"]),
    )


def conversation_of(code: str, reply: Mapping[str, Any]) -> Conversation:
    """A conversation as a lookup gives it, opened.

    Raises Refused or Spoiled if the code does not open it, KeyError, TypeError or ValueError for no reply.
    """
    code = normalise(code)
    name, key = bytes.fromhex(reply["conversation"]), conversation.conversation_key(code)
    said = [_said(key, name, value) for value in reply["messages"]]
    said.sort(key=lambda one: (one.number, one.side != "sender", one.id))
    return Conversation(
        code=code,
        name=name,
        channel=reply["channel"],
        pseudonym=conversation.unlock_pseudonym(code, unb64u(reply["locker"])),
        subject=open_subject(key, name, unb64u(reply["subject"])),
        delete_on=date.fromisoformat(reply["delete_on"]),
        state=str(reply["state"]),
        said=tuple(said),
    )


def _said(key: bytes, name: bytes, value: Mapping[str, Any]) -> Said:
    side: Literal["sender", "handlers"] = "sender" if value["from"] == "sender" else "handlers"
    content = unb64u(value["content"])
    try:
        message = open_message(key, name, side, content)
    except Spoiled:
        message = Message({})
    return Said(
        id_of(content).hex(),  # and not what the server calls it
        side,
        date.fromisoformat(value["day"]),
        bool(value["out"]),
        message.body,
        message.attachment,
    )
