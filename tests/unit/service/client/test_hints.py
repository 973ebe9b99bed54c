"""What seems to say who wrote a message is pointed at; what says nothing of anybody is not."""

import pytest

from service.client.hints import hints_for


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Write to ada.b@example.org please", "an e-mail address", "ada.b@example.org"),
        ("I am @ada_b there", "a handle", "@ada_b"),
        ("my badge no. 4417 was", "a personal number", "badge no. 4417"),
        ("it is AB-99321", "a personal number", "AB-99321"),
        ("call +49 30 123 4567", "a telephone number", "+49 30 123 4567"),
        ("Frau Größe sagte", "a name", "Frau Größe"),
    ],
)
def test_what_may_identify_somebody_is_pointed_at(text: str, kind: str, found: str) -> None:
    assert (kind, found) in hints_for(text)


@pytest.mark.parametrize(
    "text",
    ["", "The shifts are set too late.", "In 2026 we were 40 people, 3 of them new.", "at 8:00 @ home"],
)
def test_an_ordinary_message_gets_no_hint(text: str) -> None:
    assert hints_for(text) == []
