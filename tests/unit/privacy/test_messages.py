"""Messages: read back by the other side as they were written, of few sizes, and forged for neither side."""

import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import messages
from privacy.errors import Spoiled
from privacy.messages import (
    CONTENT_SIZES,
    ROOM,
    SUBJECT_BYTES,
    SUBJECT_SIZE,
    Message,
    id_of,
    open_message,
    open_subject,
    seal_message,
    seal_subject,
)

KEY, NAME = bytes(range(32)), bytes(range(32, 64))
BODIES = st.dictionaries(st.text(max_size=20), st.text() | st.integers(0, 1000) | st.none(), max_size=5)


@given(body=BODIES, attachment=st.binary(max_size=5000))
def test_what_is_sealed_is_read_back(body: dict[str, Any], attachment: bytes) -> None:
    content = seal_message(KEY, NAME, "sender", Message(body, attachment))
    assert open_message(KEY, NAME, "sender", content) == Message(body, attachment)
    assert len(content) in CONTENT_SIZES


@pytest.mark.parametrize(("used", "size"), [(0, 1052), (1014, 1052), (1015, 4124), (60_000, 65_564)])
def test_a_message_takes_the_smallest_class_that_it_fits(used: int, size: int) -> None:
    assert len(seal_message(KEY, NAME, "sender", Message({}, bytes(used)))) == size


def test_the_largest_fits_and_one_more_byte_does_not() -> None:
    largest = Message({}, bytes(ROOM - 2))
    assert open_message(KEY, NAME, "handlers", seal_message(KEY, NAME, "handlers", largest)) == largest
    with pytest.raises(ValueError, match="at most"):
        seal_message(KEY, NAME, "handlers", Message({}, bytes(ROOM - 1)))


def test_neither_side_another_conversation_nor_another_key_opens_it() -> None:
    content = seal_message(KEY, NAME, "sender", Message({"text": "x"}))
    for key, name, side in ((KEY, NAME, "handlers"), (KEY, bytes(32), "sender"), (bytes(32), NAME, "sender")):
        with pytest.raises(Spoiled):
            open_message(key, name, side, content)  # type: ignore[arg-type]


@given(place=st.integers(0, 1051), bit=st.integers(0, 7))
def test_a_changed_bit_is_seen(place: int, bit: int) -> None:
    content = bytearray(seal_message(KEY, NAME, "sender", Message({"text": "x"})))
    content[place] ^= 1 << bit
    with pytest.raises(Spoiled):
        open_message(KEY, NAME, "sender", bytes(content))


@pytest.mark.parametrize("size", [0, 1, 27, 28, 1051])
def test_what_was_cut_is_seen(size: int) -> None:
    with pytest.raises(Spoiled):
        open_message(KEY, NAME, "sender", seal_message(KEY, NAME, "sender", Message({}))[:size])


@pytest.mark.parametrize(
    "plaintext",
    [
        bytes(1024),
        (5).to_bytes(4, "big") + bytes(4) + b"[1,2]".ljust(1016, b"\0"),
        (9999).to_bytes(4, "big") + bytes(1020),
        (2).to_bytes(4, "big") + bytes(4) + b"{}".ljust(1015, b"\0") + b"x",
        (2).to_bytes(4, "big") + bytes(4) + b"{}" + bytes(1013),
        (1000).to_bytes(4, "big") + bytes(4) + b"[" * 1016,
    ],
)
def test_what_the_other_side_laid_out_otherwise_is_spoiled(plaintext: bytes) -> None:
    content = messages._sealed(messages._key_of(KEY, NAME, "sender"), plaintext)
    with pytest.raises(Spoiled):
        open_message(KEY, NAME, "sender", content)


def test_the_same_message_is_never_the_same_bytes() -> None:
    contents = {seal_message(KEY, NAME, "sender", Message({"text": "x"})) for _ in range(50)}
    assert len({id_of(content) for content in contents}) == 50


@given(st.text(max_size=31))
def test_every_subject_takes_the_same_room(subject: str) -> None:
    content = seal_subject(KEY, NAME, subject)
    assert len(content) == SUBJECT_SIZE
    assert open_subject(KEY, NAME, content) == subject


def test_a_subject_that_is_too_long_or_of_another_conversation_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        seal_subject(KEY, NAME, "x" * (SUBJECT_BYTES + 1))
    with pytest.raises(Spoiled):
        open_subject(KEY, secrets.token_bytes(32), seal_subject(KEY, NAME, "x"))
