"""Channels, tokens and conversations for tests: a sender made of privacy/, and a handler as a browser is."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine

from privacy import conversation, signatures
from privacy.canonical import b64u
from privacy.conversation import Mark
from privacy.messages import Message, Side, open_message, open_subject, seal_message, seal_subject
from privacy.receipt_code import new_receipt_code
from privacy.sealing import SUITE, new_pseudonym, nonce_of, nullifier_of
from privacy.tokens import encode_public_key, token_input
from service.store import channels, feedback_periods
from service.store.tables_feedback import ChannelEpochRow, ChannelKeyRow, ChannelRow, HandlerKeyRow
from service.store.unit_of_work import unit_of_work

NOTICE = {
    "name": {"en": "Ideas and concerns", "de": "Ideen und Sorgen"},
    "purpose": {"en": "Anything that should be better or stay as it is."},
    "readers": {"en": "Two people of the people team, and nobody else."},
    "emergency": {"en": "Nobody reads this at once. In danger call 112."},
    "outside_help": {"en": "The works council's lawyer, 030 1234."},
}
THEMES = [
    {"id": "workload", "text": {"en": "Workload", "de": "Belastung"}},
    {"id": "bias", "text": {"en": "Bias", "de": "Vorurteile"}},
]
VALUES: dict[str, Any] = {
    "notice": NOTICE,
    "themes": THEMES,
    "kept_days": 365,
    "acknowledge_days": 7,
    "answer_days": 90,
}
_PSS = padding.PSS(padding.MGF1(hashes.SHA384()), 48)


@cache
def issuer() -> rsa.RSAPrivateKey:
    """One key serves all tests, because making one takes long."""
    return rsa.generate_private_key(65537, 2048)


@dataclass
class Handler:
    """Somebody of staff with a key of their own; ``channel_keys`` are those they could open, by epoch."""

    user_id: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=signatures.new_key)
    channel_keys: dict[int, ec.EllipticCurvePrivateKey] = field(default_factory=dict)

    @property
    def point(self) -> bytes:
        return signatures.point_of(self.key)


def sealed_channel_key(channel: str, epoch: int, key: ec.EllipticCurvePrivateKey, recipient: bytes) -> bytes:
    """A channel's private scalar, sealed to a handler's point: 113 bytes."""
    info = b"sottovoce/1/channel key" + bytes.fromhex(channel) + epoch.to_bytes(4, "big")
    return SUITE.encrypt(signatures.scalar_of(key), signatures.public_key_of(recipient), info)


def opened_channel_key(
    channel: str, epoch: int, sealed: bytes, handler: Handler
) -> ec.EllipticCurvePrivateKey:
    """The channel's key out of a handler's copy."""
    info = b"sottovoce/1/channel key" + bytes.fromhex(channel) + epoch.to_bytes(4, "big")
    return signatures.private_key_of(SUITE.decrypt(sealed, handler.key, info))


def opened_conversation_key(sealed_key: bytes, name: bytes, channel_key: ec.EllipticCurvePrivateKey) -> bytes:
    """A conversation's key, as a handler gets it."""
    return SUITE.decrypt(sealed_key, channel_key, b"sottovoce/1/conversation key" + name)


def sealed_note(channel_key: ec.EllipticCurvePrivateKey, name: bytes, text: str) -> bytes:
    """A note among handlers, of the smallest size."""
    body = f'{{"name":"Robin","text":"{text}"}}'.encode()
    padded = (len(body).to_bytes(4, "big") + bytes(4) + body).ljust(1024, b"\0")
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=name, info=b"sottovoce/1/note").derive(
        signatures.scalar_of(channel_key)
    )
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, padded, None)


@dataclass
class Channel:
    """A channel that is open in the box, with its first handler."""

    id: str
    epoch: int
    key: ec.EllipticCurvePrivateKey
    handler: Handler

    @property
    def point(self) -> bytes:
        return signatures.point_of(self.key)


def add_channel(box: Engine, user_id: str = "u-robin", **values: Any) -> Channel:
    """An open channel whose one handler has a key."""
    handler, key, channel = Handler(user_id), signatures.new_key(), secrets.token_hex(16)
    handler.channel_keys[1] = key
    with unit_of_work(box) as tx:
        row = channels.add_channel(tx, channel, date(2026, 3, 1), {**VALUES, **values})
        row.state, row.epoch, row.public_key = "open", 1, signatures.point_of(key)
        tx.add(row)
        channels.name_handler(tx, channel, user_id, "Robin of the people team")
        tx.merge(
            HandlerKeyRow(
                user_id=user_id,
                public_key=handler.point,
                iterations=600_000,
                by_passphrase=secrets.token_bytes(76),
                by_recovery=secrets.token_bytes(76),
                created_on=date(2026, 3, 1),
            )
        )
        tx.add(ChannelEpochRow(channel=channel, epoch=1, public_key=row.public_key))
        tx.add(
            ChannelKeyRow(
                channel=channel,
                epoch=1,
                user_id=user_id,
                sealed=sealed_channel_key(channel, 1, key, handler.point),
            )
        )
    return Channel(channel, 1, key, handler)


def add_period(box: Engine, month: str = "2026-03") -> bytes:
    """A month whose tokens this module can sign; its name."""
    public_key = encode_public_key(issuer().public_key().public_numbers().n)
    name = conversation.period_name(month, public_key)
    with unit_of_work(box) as tx:
        if feedback_periods.find_period(tx, name) is None:
            feedback_periods.add_period(tx, name, month, public_key, 3)
    return name


def new_token(period: bytes, pseudonym: ec.EllipticCurvePrivateKey) -> bytes:
    """A token of a period, bound to a pseudonym."""
    public_key = encode_public_key(issuer().public_key().public_numbers().n)
    nonce = nonce_of(period, signatures.point_of(pseudonym))
    value = token_input(period, nonce, hashlib.sha256(public_key).digest())
    return value + issuer().sign(value, _PSS, hashes.SHA384())


@dataclass
class Sender:
    """One person's side of one conversation."""

    period: bytes
    channel: Channel
    code: str = field(default_factory=new_receipt_code)
    pseudonym: ec.EllipticCurvePrivateKey = field(default_factory=new_pseudonym)
    token: bytes = b""
    number: int = 0

    def __post_init__(self) -> None:
        self.token = self.token or new_token(self.period, self.pseudonym)

    @property
    def name(self) -> bytes:
        """The conversation's name."""
        return nullifier_of(self.token[:98])

    @property
    def key(self) -> bytes:
        return conversation.conversation_key(self.code)

    def content(self, text: str, kind: str = "message", **more: Any) -> bytes:
        """A sealed message; every call seals anew."""
        self.number += 1
        body = {"kind": kind, "number": self.number, "text": text, **more}
        return seal_message(self.key, self.name, "sender", Message(body))

    def opening(self, text: str = "The shifts are set too late.", subject: str = "Shifts") -> bytes:
        """The request that opens the conversation."""
        point = signatures.point_of(self.pseudonym)
        return conversation.open_conversation(
            self.period,
            self.token,
            self.pseudonym,
            self.channel.id,
            self.channel.epoch,
            self.code,
            conversation.seal_key(self.key, self.name, self.channel.point),
            seal_subject(self.key, self.name, subject),
            self.content(text, "opening", channel=self.channel.id, public_key=b64u(point), language="en"),
        )

    def addition(self, text: str, mark: Mark | None = None) -> bytes:
        """The request that adds a message."""
        return conversation.add_message(self.name, self.pseudonym, mark, self.content(text))

    def deletion(self) -> bytes:
        """The request that deletes the conversation."""
        return conversation.delete_conversation(self.name, self.pseudonym)

    def lookup(self) -> dict[str, str]:
        """What is sent to find the conversation again."""
        return {
            "locator": conversation.locator(self.code).hex(),
            "access": b64u(conversation.access(self.code)),
        }

    def read(self, side: Side, content: bytes) -> dict[str, Any]:
        """The body of a message of either side."""
        return open_message(self.key, self.name, side, content).body


def handlers_reply(
    key: bytes, name: bytes, text: str, number: int, kind: str = "reply", **more: Any
) -> bytes:
    """A handler's sealed message."""
    body = {"kind": kind, "number": number, "text": text, "name": "Robin of the people team", **more}
    return seal_message(key, name, "handlers", Message(body))


def subject_of(key: bytes, name: bytes, subject: bytes) -> str:
    """A subject line, as a handler reads it."""
    return open_subject(key, name, subject)


def channel_row(box: Engine, channel: str) -> ChannelRow:
    """The channel as it is stored."""
    with unit_of_work(box) as tx:
        row = channels.find(tx, channel)
    assert row is not None
    return row
