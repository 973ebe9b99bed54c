"""Conversations in a terminal: every kind of message says what it is, and none can move the cursor."""

from datetime import date
from typing import Any

import pytest

from service.client.feedback_values import Card, Channel, Said
from service.client.feedback_words import letting_out, notice, shown
from tests.feedback_parts import NOTICE


def said(body: dict[str, Any], side: str = "handlers", out: bool = True) -> Said:
    return Said("ab" * 16, side, date(2026, 3, 2), out, body, b"")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({"kind": "reply", "text": "one\ntwo", "name": "Robin"}, "Robin, 2026-03-02\n  one\n  two\n"),
        ({"kind": "quote-question", "quote": "late", "text": ""}, "They ask to quote: late"),
        ({"kind": "transferred", "text": "Over there."}, "handed to another channel"),
        ({}, "does not open"),
        ({"kind": "reply", "text": None}, "A handler, 2026-03-02\n"),
        ({"kind": "reply", "text": ["x"], "name": 7}, "7, 2026-03-02"),
    ],
)
def test_a_handlers_message_says_what_it_is(body: dict[str, Any], line: str) -> None:
    assert line in shown(said(body))


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({"kind": "verdict", "verdict": "resolved"}, "This is resolved."),
        ({"kind": "verdict", "verdict": "not-resolved"}, "Not resolved."),
        ({"kind": "quote-answer", "yes": True}, "may be quoted"),
        ({"kind": "quote-answer", "yes": 1}, "No quote"),
        ({"kind": "message", "text": "x"}, "You, 2026-03-02, not let out yet\n  x"),
    ],
)
def test_ones_own_message_says_what_it_is(body: dict[str, Any], line: str) -> None:
    assert line in shown(said(body, "sender", out=False))


def test_nothing_reaches_the_terminal_that_could_move_it() -> None:
    evil = "\x1b[2J\x07\u202eabc"
    text = shown(said({"kind": "quote-question", "text": evil, "name": evil, "quote": evil}))
    texts = {place: {"en": evil} for place in NOTICE}
    channel = Channel("ab" * 16, texts, (evil,), 365, 7, 90, 1, bytes(65))
    assert not set(text + notice(channel, "en")) & set("\x1b\x07\u202e")


@pytest.mark.parametrize("number", [-1, 0, 1_000_001, 10**40, "7", 1.5, None])
def test_a_number_that_is_none_counts_as_none(number: Any) -> None:
    assert said({"number": number}).number == 0


def test_the_hour_of_letting_out_is_told() -> None:
    assert "18:00 UTC" in letting_out(Card(18, b"", b"", ()))
    assert "at once" in letting_out(Card(24, b"", b"", ()))
