"""What invitation cards and kiosk codes say, by language: card_words.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from babel.dates import format_date, format_time

_FILE = Path(__file__).parent / "card_words.toml"


@dataclass(frozen=True, slots=True)
class CardWords:
    """Texts of one language; ``closes`` has a place for {moment}."""

    closes: str
    link: str  # what to do with a card of somebody's own
    kiosk: str  # what to do with a code that is anybody's
    private: str
    about_link: str  # what the QR code is, for whoever cannot see it
    about_kiosk: str


def _read() -> dict[str, CardWords]:
    with _FILE.open("rb") as file:
        return {language: CardWords(**texts) for language, texts in tomllib.load(file).items()}


WORDS: Mapping[str, CardWords] = _read()


def language_of(title: Mapping[str, str]) -> tuple[str, str]:
    """The language of a survey's cards, one of ``WORDS``, and its title.

    ``title`` is by language; the first that there are words for is taken, else English words.
    """
    for language, text in title.items():
        if (spoken := language.partition("-")[0]) in WORDS:
            return spoken, text
    return "en", next(iter(title.values()))


def closes_in(language: str, closes_at: str) -> str:
    """The line that says until when a wave is open; ``closes_at`` is RFC 3339 in UTC."""
    moment = datetime.fromisoformat(closes_at)
    day, time = format_date(moment, "long", language), format_time(moment, "short", locale=language)
    return WORDS[language].closes.format(moment=f"{day}, {time} UTC")
