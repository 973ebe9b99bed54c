"""Openings, additions and deletions: what holds is read as it was made, anything else is refused alike."""

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import conversation, signatures
from privacy.conversation import (
    LARGEST,
    MARKS,
    conversation_of,
    period_of,
    verify_addition,
    verify_deletion,
    verify_opening,
)
from privacy.errors import Invalid, Refused
from privacy.receipt_code import new_receipt_code
from privacy.tokens import TokenVerifier, encode_public_key
from tests.feedback_parts import Channel, Handler, Sender, issuer, opened_conversation_key

ISSUER_KEY = encode_public_key(issuer().public_key().public_numbers().n)
PERIOD = conversation.period_name("2026-03", ISSUER_KEY)
CHANNEL = Channel("ab" * 16, 1, signatures.new_key(), Handler("u-robin"))
VERIFIER = TokenVerifier(ISSUER_KEY)


@pytest.fixture(scope="module")
def sender() -> Sender:
    return Sender(PERIOD, CHANNEL)


@pytest.fixture(scope="module")
def opening(sender: Sender) -> bytes:
    return sender.opening()


def test_an_opening_is_read_as_it_was_made(sender: Sender, opening: bytes) -> None:
    found = verify_opening(opening, VERIFIER)
    assert (found.conversation, found.channel, found.epoch) == (sender.name, CHANNEL.id, 1)
    assert found.locator == conversation.locator(sender.code)
    assert found.access_digest == hashlib.sha256(conversation.access(sender.code)).digest()
    unlocked = conversation.unlock_pseudonym(sender.code, found.locker)
    assert signatures.point_of(unlocked) == found.public_key
    key = opened_conversation_key(found.sealed_key, sender.name, CHANNEL.key)
    assert key == conversation.conversation_key(sender.code)
    assert sender.read("sender", found.content)["kind"] == "opening"


@given(place=st.integers(0, 3000), bit=st.integers(0, 7))
def test_an_opening_with_any_bit_changed_is_refused_with_one_text(
    opening: bytes, place: int, bit: int
) -> None:
    changed = bytearray(opening)
    changed[place % len(opening)] ^= 1 << bit
    with pytest.raises(Refused, match=conversation.REFUSAL):
        verify_opening(bytes(changed), VERIFIER)


def test_every_byte_of_an_opening_is_under_the_signature(opening: bytes) -> None:
    for place in range(len(opening)):
        changed = opening[:place] + bytes([opening[place] ^ 1]) + opening[place + 1 :]
        with pytest.raises(Refused, match=conversation.REFUSAL):
            verify_opening(changed, VERIFIER)


@pytest.mark.parametrize("data", [b"", b"SC1", bytes(2000), b"SC1" + bytes(LARGEST), b"SV1" + bytes(1964)])
def test_what_is_no_opening_is_refused(data: bytes) -> None:
    for check in (period_of, lambda value: verify_opening(value, VERIFIER)):
        with pytest.raises(Refused, match=conversation.REFUSAL):
            check(data)


def test_a_token_of_another_pseudonym_or_month_opens_nothing(sender: Sender) -> None:
    other = Sender(PERIOD, CHANNEL)
    for token in (other.token, Sender(bytes(32), CHANNEL, pseudonym=sender.pseudonym).token):
        thief = Sender(PERIOD, CHANNEL, pseudonym=sender.pseudonym, token=token)
        with pytest.raises(Refused):
            thief.opening()


@pytest.mark.parametrize("mark", MARKS)
def test_an_addition_is_its_senders_alone(sender: Sender, mark: conversation.Mark | None) -> None:
    data = sender.addition("More.", mark)
    point = signatures.point_of(sender.pseudonym)
    found = verify_addition(data, point)
    assert (found.conversation, found.mark) == (sender.name, mark)
    for wrong in faulty(data, point):
        with pytest.raises(Refused, match=conversation.REFUSAL):
            verify_addition(*wrong)


def test_a_deletion_is_its_senders_alone(sender: Sender) -> None:
    data, point = sender.deletion(), signatures.point_of(sender.pseudonym)
    assert verify_deletion(data, point) == sender.name
    for wrong in (*faulty(data, point), (sender.addition("x"), point)):
        with pytest.raises(Refused, match=conversation.REFUSAL):
            verify_deletion(*wrong)


def faulty(data: bytes, point: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The same with another key, cut, longer, changed, and with a mark that does not exist."""
    yield data, signatures.point_of(signatures.new_key())
    yield data, b"\4" + bytes(64)
    yield data[:-1], point
    yield data + b"\0", point
    for place in (0, 10, 35, len(data) - 1):
        yield data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :], point


def test_nothing_of_two_conversations_is_the_same() -> None:
    one, two = (Sender(PERIOD, CHANNEL).opening() for _ in range(2))
    fixed = [(0, 37), (69, 133), (454, 474)]  # the month, the kind and key of its tokens; channel and epoch
    assert all(one[start:end] == two[start:end] for start, end in fixed)
    theirs = [
        {part for start, end in ((37, 69), (133, 454), (474, len(data))) for part in windows(data[start:end])}
        for data in (one, two)
    ]
    assert min(map(len, theirs)) > 1000
    assert not theirs[0] & theirs[1]


def windows(value: bytes) -> set[bytes]:
    """Every part of eight bytes."""
    return {value[start : start + 8] for start in range(len(value) - 7)}


def test_what_follows_from_a_code_differs_by_code_and_purpose() -> None:
    codes = [new_receipt_code() for _ in range(20)]
    derived = [
        value[:16]
        for code in codes
        for value in (
            conversation.locator(code),
            conversation.access(code),
            conversation.conversation_key(code),
        )
    ]
    assert len(set(derived)) == 3 * len(codes)
    with pytest.raises(Invalid):
        conversation.access("no code")


def test_a_months_name_follows_from_its_key() -> None:
    names = {conversation.period_name(month, key) for month in ("2026-03", "2026-04") for key in (b"a", b"b")}
    assert len(names) == 4


def test_an_addition_names_its_conversation_before_any_key_is_known(sender: Sender) -> None:
    assert conversation_of(sender.addition("x")) == conversation_of(sender.deletion()) == sender.name
