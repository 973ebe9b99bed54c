"""The form of a channel: its fields as the use cases take them, and what its fields hold."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from service.feedback.channel_terms import DAYS, PARTS
from service.locale.catalogues import LANGUAGES, NAMES
from service.store.ids import new_id
from service.store.tables_feedback import ChannelRow

LABELS = {
    "name": "Name",
    "purpose": "Purpose",
    "readers": "Who reads it",
    "emergency": "In an emergency",
    "outside_help": "Help from outside",
    "kept_days": "Kept for days",
    "acknowledge_days": "Days until the first answer",
    "answer_days": "Days until the answer",
}
SUGGESTED = {"kept_days": "365", "acknowledge_days": "7", "answer_days": "90"}
_MORE = 3  # empty rows for further labels
_THEME = re.compile(r"themes\.(\d{1,3})\.")
_LONGEST_ID = 40
Fields = Mapping[str, str]


def wanted_of(sent: Mapping[str, list[str]]) -> dict[str, Any]:
    """A channel's notice, themes and days as the form says; rows of labels that are empty are left out."""
    texts = {field: values[0].strip() for field, values in sent.items()}
    return {
        "notice": {part: _texts(texts, f"notice.{part}") for part in PARTS},
        "themes": list(_themes(texts)),
        **{name: _number(texts.get(name, "")) for name in DAYS},
    }


def fields_of(row: ChannelRow) -> dict[str, str]:
    """What the fields hold at first when a channel is changed."""
    return fields_of_wanted({name: getattr(row, name) for name in ("notice", "themes", *DAYS)})


def fields_of_wanted(wanted: Mapping[str, Any]) -> dict[str, str]:
    """What the fields hold for ``wanted``, as ``wanted_of`` gives it."""
    fields = {
        f"notice.{part}.{language}": text
        for part, texts in wanted["notice"].items()
        for language, text in texts.items()
    }
    for number, theme in enumerate(wanted["themes"]):
        fields[f"themes.{number}.id"] = theme["id"]
        fields |= {f"themes.{number}.text.{language}": text for language, text in theme["text"].items()}
    return fields | {name: str(wanted[name]) for name in DAYS}


def rows_of(fields: Fields) -> int:
    """How many rows of labels the form shows."""
    return len(_numbers(fields)) + _MORE


def places_of(fields: Fields) -> dict[str, str]:
    """By what people know each field."""
    places = {
        f"notice.{part}.{language}": f"{LABELS[part]} ({NAMES[language]})"
        for part in PARTS
        for language in LANGUAGES
    }
    for number in range(rows_of(fields)):
        places |= {
            f"themes.{number}.text.{language}": f"Label {number + 1} ({NAMES[language]})"
            for language in LANGUAGES
        }
    return places | {name: LABELS[name] for name in DAYS}


def _numbers(fields: Fields) -> list[int]:
    found = (_THEME.match(field) for field, text in fields.items() if text)
    return sorted({int(match[1]) for match in found if match is not None})


def _themes(texts: Fields) -> Iterator[dict[str, Any]]:
    names: set[str] = set()
    for number in _numbers(texts):
        text = _texts(texts, f"themes.{number}.text")
        if text:
            name = texts.get(f"themes.{number}.id") or _name(text.get("en", ""), names)
            names.add(name)
            yield {"id": name, "text": text}


def _texts(texts: Fields, place: str) -> dict[str, str]:
    found = {language: texts.get(f"{place}.{language}", "") for language in LANGUAGES}
    return {language: text for language, text in found.items() if text}


def _name(text: str, names: set[str]) -> str:
    """A label's name after its English text, which no other has."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-")
    return new_id("label") if not name or name in names else name


def _number(text: str) -> int | str:
    """The number of days that a field says; other text as it is, to be refused."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else text
