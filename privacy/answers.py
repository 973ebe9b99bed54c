"""Answers and the plaintext vector of a wave, both ways (docs/protocol.md, "Plaintext").

A plaintext has one size for the whole wave: a kind byte, the questions but for texts in manifest order, the
attributes one byte each, then each text in a field of its own. Every value has exactly one encoding; whatever
is not that encoding is spoiled.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from privacy.contract import Manifest
from privacy.errors import Invalid, Problem, Spoiled
from privacy.nesting import starts_of, steps_to
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

    ``limit`` is the number of options, levels or scores, or the largest UTF-8 length of a text. An attribute
    below the one of the field before has ``starts``: where the children of each level above begin, and last
    how many levels there are; its ``limit`` is the most children of one level.
    """

    id: str
    kind: FieldKind
    offset: int
    width: int
    limit: int
    starts: tuple[int, ...] = ()

    @property
    def levels(self) -> int:
        """The number of levels of an attribute."""
        return self.starts[-1] if self.starts else self.limit


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

    @property
    def hierarchies(self) -> Iterator[tuple[Field, ...]]:
        """The attributes, those of one hierarchy together from the top down."""
        chain: tuple[Field, ...] = ()
        for field in self.attributes:
            if chain and not field.starts:
                yield chain
                chain = ()
            chain += (field,)
        if chain:
            yield chain


@dataclass(frozen=True, slots=True)
class Response:
    """One person's answers by question id and levels by attribute id; None is skipped or not said.

    scale, choice: option position from 0. nps: score 0 to 10. multiple: option positions from 0, the empty
    set being an answer. text: a text that is not empty. attribute: level position from 0, in a hierarchy too
    among all levels of its attribute; a level there tells those of the attributes above.
    """

    answers: Mapping[str, Answer]
    attributes: Mapping[str, int | None]


def layout_of(manifest: Manifest) -> Layout:
    """The layout that follows from the manifest alone."""
    return layout_for(manifest.questions, manifest.attributes)


def layout_for(questions: Iterable[Question], attributes: Iterable[Attribute]) -> Layout:
    """The layout of these questions and attributes.

    Raises ValueError where an option, a level or a length has no room in its bytes, and for a hierarchy that
    does not nest.
    """
    questions, attributes = tuple(questions), tuple(attributes)
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
    for attribute, starts in zip(attributes, starts_of(attributes), strict=True):
        limit = max((two - one for one, two in pairwise(starts)), default=len(attribute.levels))
        if limit > ONE_BYTE:
            raise ValueError(f"{attribute.id!r} has more levels than fit one byte")
        stated.append(Field(attribute.id, "position", end, 1, limit, starts))
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

    In a hierarchy the level of the finest attribute suffices. Raises Invalid with every unknown id, value out
    of range, text that is too long, hierarchy stated in part, and level that lies under another than the one
    stated above it.
    """
    questions = layout.questions + layout.texts
    problems = [
        *_unknown("answers", questions, response.answers),
        *_unknown("attributes", layout.attributes, response.attributes),
    ]
    plaintext = bytearray(layout.size)
    plaintext[0] = RESPONSE
    for field in questions:
        value = response.answers.get(field.id)
        if value is not None:
            try:
                plaintext[field.offset : field.offset + field.width] = _encoded(field, value)
            except ValueError as error:
                problems.append(_out_of_range(f"answers.{field.id}", error))
    for chain in layout.hierarchies:
        try:
            for field, byte in zip(chain, _path_bytes(chain, response.attributes), strict=True):
                plaintext[field.offset] = byte
        except Invalid as error:
            problems += error.problems
    if problems:
        raise Invalid(problems)
    return bytes(plaintext)


def _unknown(name: str, fields: Iterable[Field], values: Mapping[str, Answer]) -> Iterator[Problem]:
    known = {field.id for field in fields}
    for key in values:
        if key not in known:
            remedy = "take an id from the manifest"
            yield Problem("unknown-id", f"{name}.{key}", "the survey has no such id", remedy)


def _out_of_range(place: str, error: ValueError) -> Problem:
    return Problem("out-of-range", place, str(error), "change it or leave it out")


def _path_bytes(chain: tuple[Field, ...], stated: Mapping[str, int | None]) -> list[int]:
    """A byte for each attribute of a hierarchy, from the top. Raises Invalid."""
    position = stated.get(chain[-1].id)
    if position is None:
        coarser = next((field.id for field in chain if stated.get(field.id) is not None), None)
        if coarser is None:
            return [0] * len(chain)
        message = f"it is not stated, and {coarser} above it is"
        remedy = f"state it too, or leave {coarser} out"
        raise Invalid([Problem("path-in-part", f"attributes.{chain[-1].id}", message, remedy)])
    if not _in_range(position, chain[-1].levels):
        error = ValueError(f"not a whole number from 0 to {chain[-1].levels - 1}")
        raise Invalid([_out_of_range(f"attributes.{chain[-1].id}", error)])
    steps = steps_to([field.starts for field in chain], position)
    for field, (level, _) in zip(chain, steps, strict=True):
        given = stated.get(field.id)
        if given is not None and (isinstance(given, bool) or given != level):
            message = f"it is not the one that {chain[-1].id} lies in"
            remedy = f"leave it out: it follows from {chain[-1].id}"
            raise Invalid([Problem("another-path", f"attributes.{field.id}", message, remedy)])
    return [byte for _, byte in steps]


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
    attributes: dict[str, int | None] = {}
    for chain in layout.hierarchies:
        attributes |= _path_levels(chain, plaintext)
    return Response(answers, attributes)


def _path_levels(chain: tuple[Field, ...], plaintext: bytes) -> dict[str, int | None]:
    """The level of each attribute of a hierarchy: all or none."""
    levels: dict[str, int | None] = {}
    above: int | None = None
    for field in chain:
        first, limit = 0, field.limit
        if field.starts:
            first, end = (0, 0) if above is None else field.starts[above : above + 2]
            limit = end - first
        value = _position(plaintext[field.offset], limit)
        if field.starts and (value is None) != (above is None):
            raise Spoiled(_SPOILED)
        above = levels[field.id] = None if value is None else first + value
    return levels


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
