"""Survey definitions: plain data becomes a Survey, or every problem in it at once.

The format is described in docs/definitions.md and, for editors, in survey_definitions/schema.json.
"""

import re
from collections.abc import Mapping, Sequence

from privacy.breakdowns import (
    MOST_ATTRIBUTES,
    closing_a_circle,
    groups_of,
    size_fault,
    within_a_hierarchy,
)
from privacy.definition_attributes import ATTRIBUTES, read_attributes
from privacy.definition_questions import (
    OPTIONS,
    QUESTION_LENGTH,
    QUESTIONS,
    Declared,
    read_options,
    read_questions,
)
from privacy.definition_reader import LineOf, Place, Reader, quoted
from privacy.definition_warnings import warnings
from privacy.nesting import tops_of
from privacy.survey import PROGRAM_KINDS, Attribute, Option, Question, Scale, Survey, Theme

CADENCES = ("once", "weekly", "fortnightly", "monthly", "quarterly", "half-yearly", "yearly")
LANGUAGES = 20
BREAKDOWNS = ATTRIBUTES * (ATTRIBUTES + 1) // 2  # every attribute and every pair
RESPONSE_BYTES = 16 * 1024
TITLE_LENGTH, CONSTRUCT_LENGTH, SOURCE_LENGTH = 120, 200, 500  # characters

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_VERSION = re.compile(r"[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*")


def parse(data: object, line_of: LineOf = lambda _: None) -> Survey:
    """The survey that ``data`` (mappings, lists, strings, numbers, booleans) defines.

    ``line_of`` gives the line of a place, a tuple of keys and positions such as ``("questions", 2, "text")``;
    for something that is missing, the line of what it is missing from. Raises Invalid with every fault, and
    the warnings beside them, in the order of the lines.
    """
    reader = Reader(line_of)
    entry = reader.mapping(
        data,
        (),
        ("id", "version", "title", "languages", "questions"),
        (
            "cadence",
            "programs",
            "outside_figure",
            "option_lists",
            "themes",
            "scales",
            "attributes",
            "breakdowns",
        ),
    )
    languages = _languages(reader, entry)
    lists = _option_lists(reader, entry, languages)
    themes = _themes(reader, entry, languages)
    values = reader.items(entry, "questions", (), 1, QUESTIONS)
    questions = read_questions(reader, values, Declared(languages, lists, {theme.id for theme in themes}))
    attributes = read_attributes(reader, reader.items(entry, "attributes", (), 0, ATTRIBUTES), languages)
    survey = Survey(
        id=reader.identifier(entry, "id", ()),
        version=_version(reader, entry),
        title=reader.texts(entry, "title", (), languages, TITLE_LENGTH),
        languages=languages,
        questions=questions,
        attributes=attributes,
        themes=themes,
        breakdowns=_breakdowns(reader, entry, attributes),
        cadence=reader.one_of(entry, "cadence", (), CADENCES),
        scales=_scales(reader, entry, questions),
        programs=_programs(reader, entry),
        outside_figure=reader.texts(entry, "outside_figure", (), languages, QUESTION_LENGTH) or None,
    )
    _check_lists_are_used(reader, lists, values)
    _check_themes_are_used(reader, survey)
    _check_size(reader, survey)
    _check_breakdowns(reader, survey)
    if reader.problems:
        reader.refuse(warnings(survey, line_of))
    return survey


def response_bytes(questions: Sequence[Question], attributes: Sequence[Attribute]) -> int:
    """The size of every plaintext response in bytes (docs/protocol.md)."""
    return 1 + sum(map(_answer_bytes, questions)) + len(attributes)


def _answer_bytes(question: Question) -> int:
    if question.type == "multiple":
        return 1 + -(-len(question.options) // 8)
    return 2 + question.max_bytes if question.type == "text" else 1


def _languages(reader: Reader, entry: Mapping[str, object]) -> tuple[str, ...]:
    languages: list[str] = []
    for position, value in enumerate(reader.items(entry, "languages", (), 1, LANGUAGES)[:LANGUAGES]):
        place = ("languages", position)
        if not isinstance(value, str) or len(value) > 20 or not _LANGUAGE.fullmatch(value):
            message = f"{quoted(value)} is not a language tag"
            reader.fault("bad-language", place, message, "use a tag such as en, de or pt-BR")
        elif value in languages:
            reader.fault("repeated", place, f"{quoted(value)} is there already", "name it once")
        else:
            languages.append(value)
    return tuple(languages)


def _version(reader: Reader, entry: Mapping[str, object]) -> str:
    value = reader.string(entry, "version", ())
    if value is not None and (len(value) > 32 or not _VERSION.fullmatch(value)):
        remedy = 'use at most 32 letters and digits joined by dots or hyphens, such as "1.0"'
        reader.fault("bad-version", ("version",), f"{quoted(value)} is not a version", remedy)
    return value or ""


def _programs(reader: Reader, entry: Mapping[str, object]) -> tuple[str, ...]:
    if "programs" not in entry:
        return ()
    kinds = dict.fromkeys(PROGRAM_KINDS)
    return reader.references(entry["programs"], ("programs",), "program kind", kinds, len(kinds))


def _option_lists(
    reader: Reader, entry: Mapping[str, object], languages: Sequence[str]
) -> Mapping[str, tuple[Option, ...]]:
    named = reader.names(entry, "option_lists", ())
    size = OPTIONS["choice"]
    return {
        name: read_options(reader, value, ("option_lists", name), languages, size)
        for name, value in named.items()
    }


def _check_lists_are_used(
    reader: Reader, lists: Mapping[str, tuple[Option, ...]], questions: Sequence[object]
) -> None:
    stated = [question.get("options") for question in questions if isinstance(question, Mapping)]
    used = {name for name in stated if isinstance(name, str)}
    for name in lists:
        if name not in used:
            message = "no question uses this list"
            reader.fault("unused", ("option_lists", name), message, "name it in a question or remove it")


def _themes(reader: Reader, entry: Mapping[str, object], languages: Sequence[str]) -> tuple[Theme, ...]:
    themes: list[Theme] = []
    for position, value in enumerate(reader.items(entry, "themes", (), 0, QUESTIONS)):
        place = ("themes", position)
        theme = reader.mapping(value, place, ("id", "text"))
        text = reader.texts(theme, "text", place, languages, TITLE_LENGTH)
        themes.append(Theme(reader.identifier(theme, "id", place), text))
    reader.distinct([theme.id for theme in themes], ("themes",), "theme")
    return tuple(themes)


def _check_themes_are_used(reader: Reader, survey: Survey) -> None:
    used = {question.theme for question in survey.questions}
    for position, theme in enumerate(survey.themes):
        if theme.id and theme.id not in used:
            message = "no question belongs to this theme"
            reader.fault("unused", ("themes", position), message, "name it in a question or remove it")


def _scales(reader: Reader, entry: Mapping[str, object], questions: Sequence[Question]) -> tuple[Scale, ...]:
    known = dict.fromkeys(question.id for question in questions if question.type == "scale")
    scales: list[Scale] = []
    for position, value in enumerate(reader.items(entry, "scales", (), 0, QUESTIONS)):
        place: Place = ("scales", position)
        scale = reader.mapping(value, place, ("construct", "source", "items"))
        items: tuple[str, ...] = ()
        if "items" in scale:
            items = reader.references(scale["items"], (*place, "items"), "scale question", known, QUESTIONS)
        construct = reader.plain(scale, "construct", place, CONSTRUCT_LENGTH)
        scales.append(Scale(construct, reader.plain(scale, "source", place, SOURCE_LENGTH), items))
    return tuple(scales)


def _breakdowns(
    reader: Reader, entry: Mapping[str, object], attributes: Sequence[Attribute]
) -> tuple[tuple[str, ...], ...]:
    known = dict.fromkeys(attribute.id for attribute in attributes)
    breakdowns: list[tuple[str, ...]] = []
    seen: set[frozenset[str]] = set()
    for position, value in enumerate(reader.items(entry, "breakdowns", (), 0, BREAKDOWNS)):
        place = ("breakdowns", position)
        breakdown = reader.references(value, place, "attribute", known, MOST_ATTRIBUTES)
        breakdowns.append(breakdown)
        if not isinstance(value, list | tuple) or not 0 < len(value) == len(breakdown):
            continue  # a fault of its own is noted
        if frozenset(breakdown) in seen:
            reader.fault("repeated", place, "this breakdown is there already", "name it once")
        seen.add(frozenset(breakdown))
    return tuple(breakdowns)


def _check_size(reader: Reader, survey: Survey) -> None:
    size = response_bytes(survey.questions, survey.attributes)
    if size > RESPONSE_BYTES:
        message = f"a response would take {size} bytes of at most {RESPONSE_BYTES}"
        remedy = "lower the max_bytes of its text questions, or ask fewer of them"
        reader.fault("response-too-large", ("questions",), message, remedy)


def _check_breakdowns(reader: Reader, survey: Survey) -> None:
    """What no wave would accept; a fault of a single breakdown is noted already.

    The groups of a hierarchy are not known before the roster is, and here count as one.
    """
    tops = tops_of(survey.attributes)
    for position in within_a_hierarchy(survey.breakdowns, tops):
        one, two = survey.breakdowns[position]
        message = f"{quoted(one)} and {quoted(two)} are steps of one hierarchy"
        remedy = "break down by the finer one alone"
        reader.fault("crossed-in-a-hierarchy", ("breakdowns", position), message, remedy)
    for position in closing_a_circle(survey.breakdowns, tops):
        one, two = survey.breakdowns[position]
        message = f"with the other crosses, {quoted(one)} by {quoted(two)} gives away groups that none names"
        remedy = "leave out one cross of the circle"
        reader.fault("crossed-in-a-circle", ("breakdowns", position), message, remedy)
    levels = {attribute.id: len(attribute.levels) for attribute in survey.attributes}
    tables = [(), *(table[:MOST_ATTRIBUTES] for table in survey.breakdowns)]
    fault = size_fault(survey.questions, groups_of(levels, tables), "breakdowns")
    if fault is not None:
        reader.fault(fault.id, ("breakdowns",), fault.message, fault.remedy)
