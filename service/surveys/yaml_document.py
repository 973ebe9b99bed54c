"""YAML as plain data with the line of every value.

Read from the parser's events, so that nothing in a file is ever built or expanded: an alias, a tag and a
second document are faults, a plain ``no`` is text, and so is a date (YAML 1.2, core schema without
hexadecimal and octal numbers).
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)
from ruamel.yaml.reader import ReaderError

from privacy.definition_reader import PROBLEMS, Place, place_of, quoted
from privacy.errors import Problem

DEPTH = 16
VALUES = 100_000

_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The first document of a file, and what is wrong with its form.

    ``unread`` holds the places whose value could not be taken over; ``complete`` is false where reading had
    to stop.
    """

    value: object
    lines: Mapping[Place, int]
    problems: tuple[Problem, ...]
    unread: tuple[Place, ...]
    complete: bool

    def line_of(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it that is there."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(text: str) -> YamlDocument:
    """The one document in ``text``; every fault of form is in its ``problems``."""
    builder = _Builder()
    complete, value = False, None
    try:
        value = builder.document(YAML(typ="safe", pure=True).parse(text))
        complete = True
    except _Stopped:
        pass
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        builder.syntax(f"it holds the control character {quoted(chr(error.character))}", line)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        builder.syntax(_one_line(error.problem or error.context), mark.line + 1 if mark else None)
    except YAMLError as error:
        builder.syntax(_one_line(str(error)), None)
    return YamlDocument(value, builder.lines, tuple(builder.problems), tuple(builder.unread), complete)


def _one_line(text: object) -> str:
    words = " ".join(str(text).split())
    return "it cannot be read as YAML: " + "".join(c for c in words if c.isprintable())[:160]


class _Stopped(Exception):  # noqa: N818
    """Reading on would be of no use; the problem is noted."""


class _Builder:
    def __init__(self) -> None:
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []
        self.unread: list[Place] = []
        self._values = 0

    def document(self, events: Iterator[Event]) -> object:
        value: object = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._fault(
                        "yaml-several-documents", (), "a second document begins", event, "keep only one"
                    )
                    break
            elif isinstance(event, NodeEvent):
                value = self._value(event, events, ())
        return value

    def syntax(self, message: str, line: int | None) -> None:
        remedy = "check the indentation, colons and quotes here and just above"
        self.problems.append(Problem("yaml-syntax", "file", message, remedy, line or 1))

    def _fault(self, problem: str, place: Place, message: str, event: Event, remedy: str) -> None:
        self.problems.append(Problem(problem, place_of(place), message, remedy, _line(event)))
        if len(self.problems) == PROBLEMS:
            raise _Stopped

    def _value(self, event: Event, events: Iterator[Event], place: Place) -> object:
        self.lines.setdefault(place, _line(event))
        self._count(event)
        if len(place) > DEPTH:
            self._fault("yaml-too-deep", place[:DEPTH], "lists are nested too deeply", event, "flatten it")
            raise _Stopped
        if isinstance(event, AliasEvent):
            remedy = "repeat the value, or name an option list"
            self._fault("yaml-alias", place, f"it is the alias {quoted(event.anchor)}", event, remedy)
            self.unread.append(place)
            return None
        if (tag := getattr(event, "tag", None)) is not None:
            self._fault("yaml-tag", place, f"it has the tag {quoted(str(tag))}", event, "remove the tag")
        if isinstance(event, ScalarEvent):
            return _plain(event.value) if event.implicit[0] else event.value
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, place)
        return self._sequence(events, place)

    def _count(self, event: Event) -> None:
        self._values += 1
        if self._values > VALUES:
            self._fault("file-too-large", (), f"it has more than {VALUES} values", event, "split the survey")
            raise _Stopped

    def _sequence(self, events: Iterator[Event], place: Place) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(events), CollectionEndEvent):
            items.append(self._value(event, events, (*place, len(items))))
        return items

    def _mapping(self, events: Iterator[Event], place: Place) -> dict[str, object]:
        items: dict[str, object] = {}
        while not isinstance(event := next(events), CollectionEndEvent):
            if not isinstance(event, ScalarEvent):
                self._fault(
                    "yaml-key", place, "a key is not plain text", event, "write a single word as the key"
                )
                self._skip(event, events)
                self._skip(next(events), events)
            elif event.value in items:
                message = f"the key {quoted(event.value)} is there already"
                self._fault("duplicate-key", (*place, event.value), message, event, "keep one of them")
                self._skip(next(events), events)
            else:
                key = (*place, event.value)
                self.lines[key] = _line(event)
                items[event.value] = self._value(next(events), events, key)
        return items

    def _skip(self, event: Event, events: Iterator[Event]) -> None:
        self._count(event)
        depth = int(isinstance(event, CollectionStartEvent))
        while depth:
            event = next(events)
            self._count(event)
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > DEPTH:
                self._fault("yaml-too-deep", (), "lists are nested too deeply", event, "flatten it")
                raise _Stopped


def _plain(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def write_yaml(value: Mapping[str, Any]) -> str:
    """Plain data as YAML text that ``read_yaml`` reads back, mappings in their own order."""
    writer: Any = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.width = False, 1000
    writer.sort_base_mapping_type_on_output = False
    writer.allow_unicode = True
    text = io.StringIO()
    writer.dump(value, text)
    return text.getvalue()
