"""What may stand in a channel: texts that a sender reads, labels, names and days. Every fault is named."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from privacy.errors import Problem
from service.locale.catalogues import LANGUAGES
from service.store.ids import storable

PARTS = ("name", "purpose", "readers", "emergency", "outside_help")  # of what a sender reads
LINES = frozenset({"name"})  # parts of one line
DAYS: Mapping[str, tuple[int, int]] = {
    "kept_days": (1, 3650),
    "acknowledge_days": (1, 60),
    "answer_days": (1, 365),
}
STATES = ("draft", "open", "closed")
LONGEST, LONGEST_LINE = 2000, 100  # characters of a text, and of one on a single line
MOST_THEMES = 50

_THEME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_NOT_ONE_LINE = re.compile(r"[\x00-\x1f\x7f]")
_NOT_WRITTEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # lines and tabs are


def problems_of(values: Mapping[str, Any]) -> list[Problem]:
    """Every fault of a channel's columns, those that are there: ``notice``, ``themes``, days, ``state``."""
    found: list[Problem] = []
    if "notice" in values:
        for part in PARTS:
            texts = values["notice"].get(part, {})
            found += _of_texts(f"notice.{part}", texts, one_line=part in LINES)
    if "themes" in values:
        found += _of_themes(values["themes"])
    for name, (least, most) in DAYS.items():
        if name in values and not (type(values[name]) is int and least <= values[name] <= most):
            found.append(_problem(name, "it is no number of days that is possible", f"{least} to {most} are"))
    if "state" in values and values["state"] not in STATES:
        found.append(_problem("state", "it is no state of a channel", "open it or close it"))
    return found


def problem_of_line(place: str, text: str) -> Problem | None:
    """What is wrong with a text of one line, as a name."""
    return next(_of_text(place, text, one_line=True), None)


def _of_themes(themes: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    if len(themes) > MOST_THEMES:
        yield _problem("themes", "there are too many", f"at most {MOST_THEMES} can be told apart")
    names = [theme["id"] for theme in themes]
    for number, theme in enumerate(themes):
        place = f"themes.{number}"
        if not _THEME.fullmatch(theme["id"]):
            yield _problem(f"{place}.id", "it is no name of a label", "use small letters, digits and hyphens")
        if theme["id"] in names[:number]:
            yield _problem(f"{place}.id", "another label has this name", "give each a name of its own")
        yield from _of_texts(f"{place}.text", theme["text"], one_line=True)


def _of_texts(place: str, texts: Mapping[str, str], *, one_line: bool) -> Iterator[Problem]:
    if not texts.get("en", "").strip():
        yield _problem(f"{place}.en", "the English text is missing", "write it; the others are free")
    for language, text in texts.items():
        if language not in LANGUAGES:
            known = f"it can be one of {', '.join(LANGUAGES)}"
            yield _problem(place, "it has a text in a language that is not known here", known)
        elif text.strip():
            yield from _of_text(f"{place}.{language}", text, one_line=one_line)
        elif language != "en":
            yield _problem(f"{place}.{language}", "it is empty", "write it or leave it out")


def _of_text(place: str, text: str, *, one_line: bool) -> Iterator[Problem]:
    longest = LONGEST_LINE if one_line else LONGEST
    if not text.strip():
        yield _problem(place, "it is empty", "write something")
    elif not storable(text) or (_NOT_ONE_LINE if one_line else _NOT_WRITTEN).search(text):
        yield _problem(place, "it has signs that cannot be shown", "leave out control characters")
    elif len(text) > longest:
        yield _problem(place, f"it has more than {longest} characters", "make it shorter")


def _problem(place: str, message: str, remedy: str) -> Problem:
    return Problem("request", place, message, remedy)
