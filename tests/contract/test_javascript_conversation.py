"""Conversations in the browser and in Python: each reads, verifies and opens what the other made."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import conversation, messages, signatures
from privacy.attachments import cleaned
from privacy.canonical import b64u
from privacy.conversation import verify_addition, verify_deletion, verify_opening
from privacy.errors import Refused
from privacy.messages import Message
from privacy.tokens import TokenVerifier, encode_public_key
from tests.contract.conftest import Call, thrown_by
from tests.feedback_parts import Channel, Handler, Sender, issuer, opened_conversation_key
from tests.unit.privacy.test_attachments import (
    DHT,
    DQT,
    FRAME,
    HEAD,
    IDAT,
    IEND,
    IHDR,
    JFIF,
    JPEG,
    PNG,
    SCAN,
    chunk,
    segment,
)

ISSUER_KEY = encode_public_key(issuer().public_key().public_numbers().n)
PERIOD = conversation.period_name("2026-03", ISSUER_KEY)
CHANNEL = Channel("ab" * 16, 7, signatures.new_key(), Handler("u-robin"))


@pytest.fixture
def sender() -> Sender:
    return Sender(PERIOD, CHANNEL)


def test_everything_that_follows_from_a_code_is_the_same(javascript: Call, sender: Sender) -> None:
    assert javascript("locatorOfCode", sender.code) == conversation.locator(sender.code)
    assert javascript("accessOf", sender.code) == conversation.access(sender.code)
    assert javascript("conversationKey", sender.code) == sender.key
    assert javascript("periodName", "2026-03", ISSUER_KEY) == PERIOD
    statement = javascript("quoteStatement", sender.name, "Größe")
    assert statement == conversation.quote_statement(sender.name, "Größe")


def test_python_verifies_and_opens_a_conversation_that_the_browser_opens(
    javascript: Call, sender: Sender
) -> None:
    scalar = signatures.scalar_of(sender.pseudonym)
    body = {"kind": "opening", "number": 1, "text": "Größe"}
    parts = {
        "period": PERIOD,
        "token": sender.token,
        "channel": CHANNEL.id,
        "epoch": CHANNEL.epoch,
        "code": sender.code,
        "sealedKey": javascript("sealKey", sender.key, sender.name, CHANNEL.point),
        "subject": javascript("sealSubject", sender.key, sender.name, "Schicht"),
        "content": javascript(
            "sealMessage", sender.key, sender.name, "sender", {"body": body, "attachment": b""}
        ),
    }
    point = signatures.point_of(sender.pseudonym)
    data = javascript("openedByScalar", PERIOD, scalar, point, parts)
    found = verify_opening(data, TokenVerifier(ISSUER_KEY))
    assert (found.conversation, found.channel, found.epoch) == (sender.name, CHANNEL.id, CHANNEL.epoch)
    assert found.locator == conversation.locator(sender.code)
    assert signatures.scalar_of(conversation.unlock_pseudonym(sender.code, found.locker)) == scalar
    assert opened_conversation_key(found.sealed_key, sender.name, CHANNEL.key) == sender.key
    assert messages.open_subject(sender.key, sender.name, found.subject) == "Schicht"
    assert sender.read("sender", found.content) == body
    addition = javascript("addedByScalar", PERIOD, scalar, point, sender.name, "resolved", parts["content"])
    assert verify_addition(addition, point).mark == "resolved"
    assert (
        verify_deletion(javascript("deletedByScalar", PERIOD, scalar, point, sender.name), point)
        == sender.name
    )


@given(text=st.text(max_size=400), attachment=st.binary(max_size=2000))
def test_messages_go_both_ways(javascript: Call, text: str, attachment: bytes) -> None:
    key, name = bytes(range(32)), bytes(range(32, 64))
    body: dict[str, Any] = {"kind": "reply", "number": 3, "text": text}
    ours = messages.seal_message(key, name, "handlers", Message(body, attachment))
    assert javascript("openMessage", key, name, "handlers", ours) == {"body": body, "attachment": attachment}
    theirs = javascript("sealMessage", key, name, "handlers", {"body": body, "attachment": attachment})
    assert len(theirs) == len(ours)
    assert messages.open_message(key, name, "handlers", theirs) == Message(body, attachment)
    assert javascript("idOf", theirs) == messages.id_of(theirs)


def test_the_browser_unlocks_and_reads_what_python_wrote(javascript: Call, sender: Sender) -> None:
    found = verify_opening(sender.opening("Größe", "Schicht"), TokenVerifier(ISSUER_KEY))
    assert javascript("openSubject", sender.key, sender.name, found.subject) == "Schicht"
    assert javascript("unlockedBy", sender.code, found.locker, found.public_key) == b64u(
        signatures.scalar_of(sender.pseudonym)
    )


@pytest.mark.parametrize(
    "data", [PNG, JPEG, HEAD + IHDR + IEND, HEAD + IHDR + IDAT, b"GIF89a", JPEG + b"more", PNG[:-1]]
)
def test_both_clean_a_picture_alike_or_refuse_it(javascript: Call, data: bytes) -> None:
    both_clean(javascript, data)


PARTS = st.sampled_from([
    IHDR, IDAT, IEND, JFIF, DQT, FRAME, DHT, SCAN, b"\xff\xd9", b"\xff", b"\0",
    chunk(b"tEXt", b"x"), segment(0xE1, b"Exif"), segment(0xE0, b"JFXX"), segment(0xEE, b"Adobe"),
])  # fmt: skip


@given(
    head=st.sampled_from([HEAD, HEAD + IHDR, JPEG[:2], JPEG[:-2]]),
    parts=st.lists(PARTS | st.binary(max_size=6), max_size=8),
)
def test_both_agree_on_whatever_a_file_is_made_of(javascript: Call, head: bytes, parts: list[bytes]) -> None:
    both_clean(javascript, head + b"".join(parts))


def both_clean(javascript: Call, data: bytes) -> None:
    """Clean it in both, and compare."""
    try:
        expected = cleaned(data)
    except Refused:
        assert thrown_by(javascript, "cleanedImage", data) == ("Refused", [])
        return
    assert javascript("cleanedImage", data) == {"type": expected.type, "bytes": expected.content}
