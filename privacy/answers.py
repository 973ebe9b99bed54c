"""Answers and the plaintext vector of a wave, both ways (docs/protocol.md, "Plaintext").

A plaintext has one size for the whole wave: a kind byte, the questions but for texts in manifest order, the
attributes one byte each, then each text in a field of its own. Every value has exactly one encoding; whatever
is not that encoding is spoiled.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from privacy.contract import Manifest
from privacy.errors import Invalid, Problem, Spoiled
from privacy.survey import NPS_SCORES, Attribute, Question

RESPONSE = 1
WITHDRAWN = 2
LENGTH_SIZE = 2  # of a text's length
ONE_BYTE = 255

Answer = int | frozenset[int] | str | None
FieldKind = Literal["position", "score", "multiple", "text"]
_KINDS: dict[str, FieldKind] = {
    "scale": "position",
    "choice": "position",
    "nps": "score",
    "multiple": "multiple",
    "text": "text",
}
_SPOILED = "the plaintext is not in canonical form; it is counted as spoiled"


@dataclass(frozen=True, slots=True)
class Field:
    """Where one answer lies in the plaintext: bytes ``offset`` to ``offset + width``.

    ``limit`` is the number of options, levels or scores, or the largest UTF-8 length of a text.
    """

    id: str
    kind: FieldKind
    offset: int
    width: int
    limit: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The plaintext of a wave, field by field.

    ``questions`` are all but the texts. ``fixed_size`` counts the bytes before the first text, ``size`` all.
    """

    questions: tuple[Field, ...]
    attributes: tuple[Field, ...]
    texts: tuple[Field, ...]
    fixed_size: int
    size: int


@dataclass(frozen=True, slots=True)
class Response:
    """One person's answers by question id and levels by attribute id; None is skipped or not said.

    scale, choice: option position from 0. nps: score 0 to 10. multiple: option positions from 0, the empty
    set being an answer. text: a text that is not empty. attribute: level position from 0.
    """

    answers: Mapping[str, Answer]
    attributes: Mapping[str, int | None]


def layout_of(manifest: Manifest) -> Layout:
    """The layout that follows from the manifest alone."""
    return layout_for(manifest.questions, manifest.attributes)


def layout_for(questions: Iterable[Question], attributes: Iterable[Attribute]) -> Layout:
    """The layout of these questions and attributes.

    Raises ValueError where an option, a level or a length has no room in its bytes.
    """
    questions = tuple(questions)
    end = 1
    closed: list[Field] = []
    for question in questions:
        if question.type == "text":
            continue
        limit = NPS_SCORES if question.type == "nps" else len(question.options)
        width = 1 + (limit + 7) // 8 if question.type == "multiple" else 1
        if width == 1 and limit > ONE_BYTE:
            raise ValueError(f"{question.id!r} has more options than fit one byte")
        closed.append(Field(question.id, _KINDS[question.type], end, width, limit))
        end += width
    stated: list[Field] = []
    for attribute in attributes:
        if len(attribute.levels) > ONE_BYTE:
            raise ValueError(f"{attribute.id!r} has more levels than fit one byte")
        stated.append(Field(attribute.id, "position", end, 1, len(attribute.levels)))
        end += 1
    fixed_size = end
    texts: list[Field] = []
    for question in questions:
        if question.type == "text":
            if not 0 < question.max_bytes < 1 << (8 * LENGTH_SIZE):
                raise ValueError(f"{question.id!r} has a length that does not fit two bytes")
            texts.append(
                Field(question.id, "text", end, LENGTH_SIZE + question.max_bytes, question.max_bytes)
            )
            end += LENGTH_SIZE + question.max_bytes
    return Layout(tuple(closed), tuple(stated), tuple(texts), fixed_size, end)


def encode(layout: Layout, response: Response) -> bytes:
    """The plaintext of ``response``, ``layout.size`` bytes; what it does not name is skipped.

    Raises Invalid with every unknown id, value out of range and text that is too long.
    """
    problems: list[Problem] = []
    plaintext = bytearray(layout.size)
    plaintext[0] = RESPONSE
    groups: tuple[tuple[str, tuple[Field, ...], Mapping[str, Answer]], ...] = (
        ("answers", layout.questions + layout.texts, response.answers),
        ("attributes", layout.attributes, response.attributes),
    )
    for name, fields, values in groups:
        known = {field.id for field in fields}
        problems += [
            Problem(
                "unknown-id", f"{name}.{key}", "the survey has no such id", "take an id from the manifest"
            )
            for key in values
            if key not in known
        ]
        for field in fields:
            value = values.get(field.id)
            if value is None:
                continue
            try:
                plaintext[field.offset : field.offset + field.width] = _encoded(field, value)
            except ValueError as error:
                problems.append(
                    Problem("out-of-range", f"{name}.{field.id}", str(error), "change it or leave it out")
                )
    if problems:
        raise Invalid(problems)
    return bytes(plaintext)


def withdrawn(layout: Layout) -> bytes:
    """The plaintext that takes an answer back: as long as any other."""
    return bytes([WITHDRAWN]).ljust(layout.size, b"\0")


def _encoded(field: Field, value: Answer) -> bytes:
    match field.kind:
        case "multiple":
            if not isinstance(value, frozenset) or not all(_in_range(item, field.limit) for item in value):
                raise ValueError(f"not a set of positions from 0 to {field.limit - 1}")
            mask = sum(1 << position for position in value)
            return b"\1" + mask.to_bytes(field.width - 1, "little")
        case "text":
            if not isinstance(value, str) or not value:
                raise ValueError("not a text, or an empty one")
            try:
                data = value.encode()
            except UnicodeEncodeError:
                raise ValueError("half of a surrogate pair, which UTF-8 cannot hold") from None
            if len(data) > field.limit:
                raise ValueError(f"{len(data)} bytes of UTF-8 where {field.limit} fit")
            return (len(data).to_bytes(LENGTH_SIZE, "big") + data).ljust(field.width, b"\0")
        case _:
            if not _in_range(value, field.limit):
                raise ValueError(f"not a whole number from 0 to {field.limit - 1}")
            assert isinstance(value, int)  # noqa: S101 - told by _in_range
            return bytes([value + 1])


def _in_range(value: object, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < limit


def decode(layout: Layout, plaintext: bytes) -> Response | None:
    """The response in ``plaintext``, every id of the layout present; None if it was withdrawn.

    Raises Spoiled for anything but the one canonical encoding.
    """
    if len(plaintext) != layout.size:
        raise Spoiled(_SPOILED)
    if plaintext[0] == WITHDRAWN and not any(plaintext[1:]):
        return None
    if plaintext[0] != RESPONSE:
        raise Spoiled(_SPOILED)
    answers = {
        field.id: _decoded(field, plaintext[field.offset : field.offset + field.width])
        for field in layout.questions + layout.texts
    }
    attributes = {field.id: _position(plaintext[field.offset], field.limit) for field in layout.attributes}
    return Response(answers, attributes)


def _decoded(field: Field, data: bytes) -> Answer:
    match field.kind:
        case "multiple":
            mask = int.from_bytes(data[1:], "little")
            if data[0] > 1 or mask >> field.limit or (mask and not data[0]):
                raise Spoiled(_SPOILED)
            chosen = frozenset(position for position in range(field.limit) if mask >> position & 1)
            return chosen if data[0] else None
        case "text":
            length = int.from_bytes(data[:LENGTH_SIZE], "big")
            if length > field.limit or any(data[LENGTH_SIZE + length :]):
                raise Spoiled(_SPOILED)
            try:
                return data[LENGTH_SIZE : LENGTH_SIZE + length].decode() or None
            except UnicodeDecodeError:
                raise Spoiled(_SPOILED) from None
        case _:
            return _position(data[0], field.limit)


def _position(value: int, limit: int) -> int | None:
    if value > limit:
        raise Spoiled(_SPOILED)
    return value - 1 if value else None
