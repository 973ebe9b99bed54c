"""Reads the gettext catalogues: ``<language>/LC_MESSAGES/<domain>.po``, whose message ids are English."""

from collections.abc import Mapping
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Literal

from babel.messages.pofile import read_po

LANGUAGES = ("en", "de", "fr", "es", "ar")
RIGHT_TO_LEFT = ("ar",)
NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "ar": "العربية"}
Domain = Literal["respondent", "staff"]
_FOLDER = Path(__file__).parent


@lru_cache
def texts(language: str, domain: Domain) -> Mapping[str, str]:
    """Message id -> text, of this language; what is not translated is left out. Empty without a catalogue."""
    path = _FOLDER / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {
        message.id: message.string
        for message in catalogue
        if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string
    }


class Translations(NullTranslations):
    """One language of one domain, in the shape Jinja's extension asks for."""

    def __init__(self, language: str, domain: Domain) -> None:
        super().__init__()
        self._texts = texts(language, domain)

    def gettext(self, message: str) -> str:
        """The text in this language, or the English one."""
        return self._texts.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The text for ``n`` things."""
        return self.gettext(msgid1 if n == 1 else msgid2)


def preferred(accepted: str) -> str:
    """The language to use for an Accept-Language header (RFC 9110 section 12.5.4): English if none fits."""
    wanted: list[tuple[float, str]] = []
    for entry in accepted.lower().split(",")[:20]:
        name, _, quality = entry.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        language = name.partition("-")[0].strip()
        if language in LANGUAGES and weight > 0:
            wanted.append((-weight, language))
    return min(wanted, key=lambda pair: pair[0])[1] if wanted else "en"
