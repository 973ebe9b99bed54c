"""What is said of a wave in a chat, in the survey's first language that there are words for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from babel.dates import format_date, format_time

from service.distribution.letter_words import WORDS


def sentence(kind: str, title: Mapping[str, str], languages: Sequence[str], closes_at: str) -> str:
    """What is said. ``closes_at`` is RFC 3339 in UTC; other languages than ours are told in English."""
    language = next((one for one in languages if one.partition("-")[0] in WORDS), languages[0])
    spoken = language.partition("-")[0] if language.partition("-")[0] in WORDS else "en"
    moment = datetime.fromisoformat(closes_at)
    closes = f"{format_date(moment, 'long', spoken)}, {format_time(moment, 'short', locale=spoken)} UTC"
    return WORDS[spoken].chat[kind].format(survey=" ".join(title[language].split()), closes=closes)


def payload(
    channel: str, kind: str, title: Mapping[str, str], languages: Sequence[str], closes_at: str
) -> dict[str, Any]:
    """The body of the request that a chat's incoming webhook takes."""
    said = sentence(kind, title, languages, closes_at)
    if channel == "slack":
        # Slack reads < > & as its own marks, and mentions in them.
        return {"text": said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": _plain(said), "wrap": True}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _plain(text: str) -> str:
    """Without what a text block of an adaptive card reads as a mark of its own."""
    return "".join(f"\\{sign}" if sign in "*_[]()`#\\" else sign for sign in text)
