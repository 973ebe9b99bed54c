"""Conversations in a terminal: a channel's notice, and what was written on both sides."""

from service.client.feedback_values import Card, Channel, Said
from service.client.promise import text_in

_AT_ONCE = 24


def notice(channel: Channel, language: str) -> str:
    """What a sender reads before writing."""
    texts_of = {place: text_in(texts, language) for place, texts in channel.notice.items()}
    lines = (
        f"{texts_of['name']}  ({channel.id[:8]})",
        texts_of["purpose"],
        f"Read by: {', '.join(channel.handlers)}. {texts_of['readers']}",
        f"Somebody answers within {channel.acknowledge_days} days, for good within {channel.answer_days}. "
        f"Deleted {channel.kept_days} days after the last message.",
        f"In an emergency: {texts_of['emergency']}",
        f"Help from outside: {texts_of['outside_help']}",
        f"Key: {channel.fingerprint}",
    )
    return "\n  ".join(printable(line) for line in lines) + "\n"


def letting_out(card: Card) -> str:
    """When the other side sees what was written."""
    if card.hour == _AT_ONCE:
        return "Messages are let out at once: this service is being tried out."
    return (
        f"Messages of both sides are let out once a day, at {card.hour}:00 UTC, so that times tell nothing."
    )


def shown(one: Said) -> str:
    """A message with who wrote it and its day."""
    who = "You" if one.side == "sender" else printable(one.body.get("name")) or "A handler"
    waits = "" if one.out else ", not let out yet"
    text = str(one.body.get("text") or "") if one.body else "(it does not open)"
    parts = [f"{who}, {one.day.isoformat()}{waits}", *(printable(part) for part in text.splitlines())]
    match one.body.get("kind"):
        case "quote-question":
            parts.append(f"They ask to quote: {printable(one.body.get('quote'))}")
        case "quote-answer":
            parts.append("The words may be quoted." if one.body.get("yes") is True else "No quote, please.")
        case "verdict":
            parts.append("This is resolved." if one.body.get("verdict") == "resolved" else "Not resolved.")
        case "reveal":
            parts.append("(who wrote this conversation)")
        case "transferred":
            parts.append("The conversation was handed to another channel.")
    return "\n  ".join(parts) + "\n"


def printable(text: object) -> str:
    """Without what could move the cursor or colour the terminal: the other side may write anything."""
    return "".join(symbol for symbol in str(text or "") if symbol.isprintable())
