"""Reads plain data by its expected shape and notes every fault it meets, instead of stopping at the first.

Each method returns a value of the right type whatever it was given (an empty one where the input is at
fault, and never one beyond its limit), so that one pass over a definition finds all that is wrong with it.
"""

import difflib
import itertools
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NoReturn

from privacy.errors import Invalid, Problem

Place = tuple[str | int, ...]  # keys and positions (from 0) that lead to a value
LineOf = Callable[[Place], int | None]

PROBLEMS = 1_000  # beyond this a file is not a definition, and a longer list helps nobody
ID_LENGTH = 64
_NAMES = 200  # as many are compared when looking for the nearest

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PLAIN_KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}", re.IGNORECASE)
_BIDIRECTIONAL = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # these reorder what is read
_UNREADABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})  # control, surrogate, line and paragraph separators


def place_of(place: Place) -> str:
    """``("questions", 2, "text")`` as ``questions[2].text``; the root is ``definition``."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN_KEY.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{quoted(part)}]"
    return text or "definition"


def quoted(value: object) -> str:
    """A value as it may stand in a one-line message: printable, and cut where it is long."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) > 10**18:
        return "a huge number"
    text = value[:60] + "…" if isinstance(value, str) and len(value) > 60 else value
    return repr(text)


def is_plain(text: str) -> bool:
    """Whether ``text`` is one line that reads as it is written."""
    return not any(unicodedata.category(c) in _UNREADABLE or c in _BIDIRECTIONAL for c in text)


def listed(values: Collection[str]) -> str:
    """``a, b or c``."""
    *most, last = values
    return f"{', '.join(most)} or {last}" if most else last


def _entries(count: int) -> str:
    return f"{count or 'no'} {'entry' if count == 1 else 'entries'}"


def nearest(value: object, known: Collection[str]) -> str:
    """The remedy for a name that is not known."""
    names = [
        name for name in itertools.islice(known, _NAMES) if 0 < len(name) <= ID_LENGTH and name.isprintable()
    ]
    if not names:
        return "there is nothing it could name"
    close = difflib.get_close_matches(value[:ID_LENGTH], names, n=1) if isinstance(value, str) else []
    if close:
        return f"did you mean {close[0]}"
    return f"use {listed(names)}" if len(names) <= 12 else f"use one of {', '.join(names[:12])}, …"


class Reader:
    """The faults found so far, and the methods that find them."""

    def __init__(self, line_of: LineOf) -> None:
        self._line_of = line_of
        self.problems: list[Problem] = []

    def fault(self, problem: str, place: Place, message: str, remedy: str) -> None:
        """Note a fault under its stable id."""
        if len(self.problems) < PROBLEMS:
            self.problems.append(Problem(problem, place_of(place), message, remedy, self._line_of(place)))

    def unknown(self, place: Place, what: str, value: object, known: Collection[str]) -> None:
        """Note a reference to something that is not there."""
        if len(self.problems) < PROBLEMS:
            message = f"there is no {what} {quoted(value)}"
            self.fault("unknown-reference", place, message, nearest(value, known))

    def refuse(self, warnings: Sequence[Problem]) -> NoReturn:
        """Raises Invalid with the faults, and the warnings beside them, in the order of their lines."""
        raise Invalid(sorted((*self.problems, *warnings), key=lambda problem: problem.line or 0))

    def mapping(
        self, value: object, place: Place, required: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[str, object]:
        """The known keys of a mapping. Faults: wrong-type, missing-key, unknown-key."""
        if not isinstance(value, Mapping):
            self._wrong_type(place, value, "a mapping of keys to values")
            return {}
        known = (*required, *optional)
        for key in value:
            if key not in known and len(self.problems) < PROBLEMS:
                where = (*place, key) if isinstance(key, str) else place
                self.fault("unknown-key", where, f"there is no key {quoted(key)} here", nearest(key, known))
        for key in required:
            if key not in value:
                self.fault("missing-key", (*place, key), "it is missing", f"add the key {key}")
        return {key: value[key] for key in known if key in value}

    def names(self, entry: Mapping[str, object], key: str, place: Place) -> dict[str, object]:
        """A mapping whose keys are the author's own ids; empty where there is none.

        Faults: wrong-type, bad-id.
        """
        value, place = entry.get(key, {}), (*place, key)
        if not isinstance(value, Mapping):
            self._wrong_type(place, value, "a mapping of names to lists")
            return {}
        for name in value:
            self._check_id(name, (*place, name) if isinstance(name, str) else place)
        return {name: item for name, item in value.items() if isinstance(name, str)}

    def items(
        self, entry: Mapping[str, object], key: str, place: Place, least: int, most: int
    ) -> list[object]:
        """The list under a key; empty where there is none. Faults: those of entries."""
        return self.entries(entry[key], (*place, key), least, most) if key in entry else []

    def entries(self, value: object, place: Place, least: int, most: int) -> list[object]:
        """A list of ``least`` to ``most`` entries. Faults: wrong-type, too-few, too-many."""
        if not isinstance(value, list | tuple):
            self._wrong_type(place, value, "a list")
            return []
        if len(value) < least:
            self.fault("too-few", place, f"it has {_entries(len(value))}", f"give at least {least}")
        if len(value) > most:
            self.fault("too-many", place, f"it has {_entries(len(value))}", f"keep at most {most}")
        return list(value)

    def identifier(self, entry: Mapping[str, object], key: str, place: Place) -> str:
        """A kebab-case ASCII id. Faults: wrong-type, bad-id."""
        value = self.string(entry, key, place)
        if value is not None:
            self._check_id(value, (*place, key))
        return (value or "")[:ID_LENGTH]

    def _check_id(self, value: object, place: Place) -> None:
        if not isinstance(value, str) or len(value) > ID_LENGTH or not _ID.fullmatch(value):
            remedy = f"use at most {ID_LENGTH} of a-z and 0-9, joined by single hyphens, such as speaking-up"
            self.fault("bad-id", place, f"{quoted(value)} is not an id", remedy)

    def string(self, entry: Mapping[str, object], key: str, place: Place) -> str | None:
        """A string of any kind; None where there is none. Fault: wrong-type."""
        value = entry.get(key)
        if key in entry and not isinstance(value, str):
            self._wrong_type((*place, key), value, "text")
            return None
        return value if isinstance(value, str) else None

    def plain(self, entry: Mapping[str, object], key: str, place: Place, most: int) -> str:
        """One line of readable text. Faults: wrong-type, empty-text, text-too-long, text-not-plain."""
        value = self.string(entry, key, place)
        if value is None:
            return ""
        place = (*place, key)
        if not value.strip():
            self.fault("empty-text", place, "the text is empty", "write it")
        elif not is_plain(value):
            message = "it holds a line break, a control character or one that changes the reading direction"
            self.fault("text-not-plain", place, message, "write one line of plain text")
        elif value != value.strip():
            self.fault(
                "text-not-plain", place, "it begins or ends with white space", "remove the white space"
            )
        if len(value) > most:
            self.fault("text-too-long", place, f"it has {len(value)} characters", f"keep at most {most}")
        return value[:most]

    def texts(
        self, entry: Mapping[str, object], key: str, place: Place, languages: Sequence[str], most: int
    ) -> dict[str, str]:
        """A text in every language. Faults: those of plain, missing-language, unknown-language."""
        if key not in entry:
            return {}
        value, place = entry[key], (*place, key)
        if not isinstance(value, Mapping):
            first = languages[0] if languages else "en"
            self._wrong_type(place, value, f"a text per language, such as {first}: …,")
            return {}
        languages = languages or [language for language in value if isinstance(language, str)]
        for language in value:
            if language not in languages and len(self.problems) < PROBLEMS:
                where = (*place, language) if isinstance(language, str) else place
                message = f"the language {quoted(language)} is not declared"
                remedy = f"{nearest(language, languages)}, or add it to languages"
                self.fault("unknown-language", where, message, remedy)
        for language in languages:
            if language not in value:
                remedy = f"add {language}: …, or remove {language} from languages"
                self.fault(
                    "missing-language", (*place, language), f"it has no text in {quoted(language)}", remedy
                )
        return {
            language: self.plain(value, language, place, most) for language in languages if language in value
        }

    def one_of(self, entry: Mapping[str, object], key: str, place: Place, known: Sequence[str]) -> str | None:
        """One of a few words. Faults: wrong-type, unknown-value."""
        value = self.string(entry, key, place)
        if value is None or value in known:
            return value
        remedy = nearest(value, known)
        self.fault("unknown-value", (*place, key), f"{quoted(value)} is not a {key}", remedy)
        return None

    def flag(self, entry: Mapping[str, object], key: str, place: Place) -> bool:
        """True or false, false where there is none. Fault: wrong-type."""
        value = entry.get(key, False)
        if not isinstance(value, bool):
            self._wrong_type((*place, key), value, "true or false")
        return value is True

    def integer(self, entry: Mapping[str, object], key: str, place: Place, least: int, most: int) -> int:
        """A whole number, ``least`` where there is none. Faults: wrong-type, out-of-range."""
        value = entry.get(key, least)
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong_type((*place, key), value, "a whole number")
            return least
        if not least <= value <= most:
            remedy = f"use a number from {least} to {most}"
            self.fault("out-of-range", (*place, key), f"{quoted(value)} is out of range", remedy)
            return least
        return value

    def references(
        self, value: object, place: Place, what: str, known: Collection[str], most: int
    ) -> tuple[str, ...]:
        """Ids of things that exist, each once. Faults: those of entries, unknown-reference, repeated."""
        found: dict[str, None] = {}
        for position, name in enumerate(self.entries(value, place, 1, most)):
            where = (*place, position)
            if not isinstance(name, str):
                self._wrong_type(where, name, f"the id of a {what}")
            elif name not in known:
                self.unknown(where, what, name, known)
            elif name in found:
                self.fault("repeated", where, f"{quoted(name)} is there already", "name it once")
            else:
                found[name] = None
        return tuple(found)

    def distinct(self, ids: Sequence[str], place: Place, what: str) -> None:
        """Fault: duplicate-id, at the second and later of entries with one id."""
        seen: set[str] = set()
        for position, identifier in enumerate(ids):
            if identifier and identifier in seen:
                message = f"another {what} has the id {quoted(identifier)}"
                self.fault("duplicate-id", (*place, position, "id"), message, "give each its own id")
            seen.add(identifier)

    def _wrong_type(self, place: Place, value: object, wanted: str) -> None:
        remedy = "give it a value or remove its key" if value is None else "see docs/definitions.md"
        if isinstance(value, bool | int | float) and wanted == "text":
            remedy = "put it in quotes"
        self.fault("wrong-type", place, f"it should be {wanted} and is {quoted(value)}", remedy)
