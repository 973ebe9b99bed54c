"""The questions and answer options of a survey definition, read with every fault noted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from privacy.definition_reader import Place, Reader, quoted
from privacy.survey import QUESTION_TYPES, Option, Question, QuestionType

QUESTIONS = 100
OPTIONS = {"scale": (2, 11), "choice": (2, 32), "multiple": (2, 32)}
TEXT_BYTES = 4_000
QUESTION_LENGTH, OPTION_LENGTH = 500, 200  # characters

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "scale": ("options",),
    "choice": ("options",),
    "multiple": ("options",),
    "nps": (),
    "text": ("max_bytes",),
}
_SCALE_ONLY = ("favourable", "reverse")
_DETAILS = ("options", *_SCALE_ONLY, "max_bytes")


@dataclass(frozen=True, slots=True)
class Declared:
    """What questions may refer to: languages, named option lists and theme ids."""

    languages: Sequence[str]
    option_lists: Mapping[str, tuple[Option, ...]]
    themes: Collection[str]


def read_options(
    reader: Reader, value: object, place: Place, languages: Sequence[str], size: tuple[int, int]
) -> tuple[Option, ...]:
    """Answer options, or the levels of an attribute: between ``size[0]`` and ``size[1]`` of them."""
    options: list[Option] = []
    for position, item in enumerate(reader.entries(value, place, *size)):
        where = (*place, position)
        entry = reader.mapping(item, where, ("id", "text"))
        text = reader.texts(entry, "text", where, languages, OPTION_LENGTH)
        options.append(Option(reader.identifier(entry, "id", where), text))
    reader.distinct([option.id for option in options], place, "entry of this list")
    return tuple(options)


def read_questions(reader: Reader, values: Sequence[object], declared: Declared) -> tuple[Question, ...]:
    """The questions, one a value even where it is at fault, so that positions stay those of the input."""
    questions = tuple(
        _question(reader, value, ("questions", position), declared) for position, value in enumerate(values)
    )
    reader.distinct([question.id for question in questions], ("questions",), "question")
    return questions


def _question(reader: Reader, value: object, place: Place, declared: Declared) -> Question:
    stated = value.get("type") if isinstance(value, Mapping) else None
    needed = _NEEDED.get(stated, ()) if isinstance(stated, str) else ()
    entry = reader.mapping(value, place, ("id", "type", "text", *needed), ("theme", *_DETAILS))
    kind = reader.one_of(entry, "type", place, QUESTION_TYPES)
    if kind is not None:
        _check_details(reader, entry, place, kind)
    options: tuple[Option, ...] = ()
    if "options" in entry:
        options = _question_options(reader, entry["options"], (*place, "options"), kind, declared)
    reverse = reader.flag(entry, "reverse", place)
    return Question(
        id=reader.identifier(entry, "id", place),
        type=cast(QuestionType, kind or "scale"),
        text=reader.texts(entry, "text", place, declared.languages, QUESTION_LENGTH),
        options=options,
        favourable=_favourable(reader, entry, place, options, reverse) if kind == "scale" else (),
        reverse=reverse,
        theme=_theme(reader, entry, place, declared.themes),
        max_bytes=reader.integer(entry, "max_bytes", place, 1, TEXT_BYTES) if "max_bytes" in entry else 0,
    )


def _check_details(reader: Reader, entry: Mapping[str, object], place: Place, kind: str) -> None:
    allowed = (*_NEEDED[kind], *(_SCALE_ONLY if kind == "scale" else ()))
    for key in _DETAILS:
        if key in entry and key not in allowed:
            message = f"a question of type {kind} has no {key}"
            reader.fault("key-not-for-type", (*place, key), message, "remove the key or change the type")


def _question_options(
    reader: Reader, value: object, place: Place, kind: str | None, declared: Declared
) -> tuple[Option, ...]:
    size = OPTIONS.get(kind or "choice", OPTIONS["choice"])
    if not isinstance(value, str):
        return read_options(reader, value, place, declared.languages, size)
    if value not in declared.option_lists:
        reader.unknown(place, "option list", value, declared.option_lists)
        return ()
    options = declared.option_lists[value]
    if len(options) > size[1]:
        message = f"the list {quoted(value)} has {len(options)} entries"
        reader.fault("too-many", place, message, f"a question of type {kind} takes at most {size[1]}")
    return options


def _favourable(
    reader: Reader, entry: Mapping[str, object], place: Place, options: tuple[Option, ...], reverse: bool
) -> tuple[str, ...]:
    """In the order of the options.

    By default the top two, or the top one of fewer than four; of a reversed item the bottom ones.
    """
    ids = dict.fromkeys(option.id for option in options)
    if "favourable" not in entry:
        number = 2 if len(ids) >= 4 else 1
        return tuple(list(ids)[:number] if reverse else list(ids)[-number:])
    if not ids:
        return ()
    place = (*place, "favourable")
    chosen = set(reader.references(entry["favourable"], place, "option", ids, len(ids)))
    if len(chosen) == len(ids):
        remedy = "leave out those that do not speak well of what is asked"
        reader.fault("favourable-all", place, "every option is favourable", remedy)
    return tuple(identifier for identifier in ids if identifier in chosen)


def _theme(reader: Reader, entry: Mapping[str, object], place: Place, themes: Collection[str]) -> str | None:
    theme = reader.string(entry, "theme", place)
    if theme is not None and theme not in themes:
        reader.unknown((*place, "theme"), "theme", theme, themes)
        return None
    return theme
