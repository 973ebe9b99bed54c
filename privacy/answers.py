"""Answers to the plaintext vector of a wave (docs/protocol.md, "Plaintext"); decoding.py has the way back.

A plaintext has one size for the whole wave: a kind byte, the questions but for texts in manifest order, the
attributes one byte each, then each text in a field of its own, and last, in a wave that is paired with
another, the tag of the respondent's program code. Every value has exactly one encoding; whatever
is not that encoding is spoiled.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from privacy.contract import Manifest
from privacy.errors import Invalid, Problem
from privacy.nesting import starts_of, steps_to
from privacy.survey import NPS_SCORES, Attribute, Question

RESPONSE = 1
WITHDRAWN = 2
LENGTH_SIZE = 2  # of a text's length
TAG_SIZE = 16  # of a program code's tag; all zero where there is none
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

    ``questions`` are all but the texts. ``fixed_size`` counts the bytes before the first text, ``size`` all,
    the tag at the end among them where the wave has one.
    """

    questions: tuple[Field, ...]
    attributes: tuple[Field, ...]
    texts: tuple[Field, ...]
    fixed_size: int
    size: int
    tagged: bool = False

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
    among all levels of its attribute; a level there tells those of the attributes above. ``tag`` is that of
    a program code (program_code.py), 16 bytes.
    """

    answers: Mapping[str, Answer]
    attributes: Mapping[str, int | None]
    tag: bytes | None = None


def layout_of(manifest: Manifest) -> Layout:
    """The layout that follows from the manifest alone."""
    return layout_for(manifest.questions, manifest.attributes, tagged=manifest.pairing is not None)


def layout_for(
    questions: Iterable[Question], attributes: Iterable[Attribute], *, tagged: bool = False
) -> Layout:
    """The layout of these questions and attributes, with room for a program code's tag if ``tagged``.

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
    size = end + TAG_SIZE * tagged
    return Layout(tuple(closed), tuple(stated), tuple(texts), fixed_size, size, tagged)


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
    if response.tag is not None:
        if layout.tagged and len(response.tag) == TAG_SIZE:
            plaintext[-TAG_SIZE:] = response.tag
        else:
            problems.append(_no_room_for(response.tag, layout))
    if problems:
        raise Invalid(problems)
    return bytes(plaintext)


def _no_room_for(tag: bytes, layout: Layout) -> Problem:
    if layout.tagged:
        message = f"a tag of {len(tag)} bytes, where {TAG_SIZE} belong"
        return Problem("program-code", "program code", message, "take the tag of a program code")
    message = "this wave is not paired with any other"
    return Problem("program-code", "program code", message, "leave the program code out")


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
