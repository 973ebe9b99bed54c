"""The JSON Schema for editors refuses what the parser refuses, as far as a schema can say it."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from privacy import definition, definition_attributes, definition_questions, survey
from privacy.definition import parse
from privacy.definition_reader import ID_LENGTH
from privacy.errors import Invalid
from service.surveys.definition_file import SHIPPED, load_file, shipped
from service.surveys.yaml_document import read_yaml

Data = dict[str, Any]
SCHEMA: Data = json.loads((SHIPPED / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def read(path: Path) -> Data:
    value = read_yaml(path.read_text(encoding="utf-8")).value
    assert isinstance(value, dict)
    return value


@pytest.fixture
def data() -> Data:
    return read(SHIPPED / "inclusion-and-belonging.yaml")


def both_refuse(data: object) -> bool:
    try:
        parse(data)
    except Invalid:
        parsed = False
    else:
        parsed = True
    assert parsed == VALIDATOR.is_valid(data)
    return not parsed


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_question_type_is_shipped_somewhere() -> None:
    types = {question.type for path in shipped().values() for question in load_file(path)[0].questions}
    assert types == set(survey.QUESTION_TYPES)


def test_psychological_safety_has_seven_items_three_of_them_reversed() -> None:
    items = [q for q in load_file(SHIPPED / "psychological-safety.yaml")[0].questions if q.type == "scale"]
    assert [len(item.options) for item in items] == [5] * 7
    assert sum(item.reverse for item in items) == 3


def test_leaving_favourable_out_changes_nothing_in_shipped_definitions() -> None:
    for path in shipped().values():
        data = read(path)
        for question in data["questions"]:
            question.pop("favourable", None)
        assert parse(data) == load_file(path)[0]


def test_limits_and_words_are_those_of_the_parser() -> None:
    top, defs = SCHEMA["properties"], SCHEMA["$defs"]
    assert top["languages"]["maxItems"] == definition.LANGUAGES
    assert top["questions"]["maxItems"] == definition_questions.QUESTIONS
    assert top["attributes"]["maxItems"] == definition_attributes.ATTRIBUTES
    assert top["breakdowns"]["maxItems"] == definition.BREAKDOWNS
    assert tuple(top["cadence"]["enum"]) == definition.CADENCES
    assert tuple(top["programs"]["items"]["enum"]) == survey.PROGRAM_KINDS
    assert defs["id"]["maxLength"] == ID_LENGTH
    assert defs["shortTexts"]["additionalProperties"]["maxLength"] == definition.TITLE_LENGTH
    assert defs["optionTexts"]["additionalProperties"]["maxLength"] == definition_questions.OPTION_LENGTH
    assert defs["questionTexts"]["additionalProperties"]["maxLength"] == definition_questions.QUESTION_LENGTH
    assert tuple(defs["question"]["properties"]["type"]["enum"]) == survey.QUESTION_TYPES
    assert tuple(defs["attribute"]["properties"]["source"]["enum"]) == definition_attributes.SOURCES
    assert defs["question"]["properties"]["max_bytes"]["maximum"] == definition_questions.TEXT_BYTES


def test_everything_in_the_schema_that_an_author_writes_is_described() -> None:
    described = [SCHEMA["properties"], SCHEMA["$defs"]["question"]["properties"]]
    for properties in described:
        for key, value in properties.items():
            reference = value.get("$ref", "").removeprefix("#/$defs/")
            definitions = SCHEMA["$defs"].get(reference, {})
            nested = SCHEMA["$defs"].get(definitions.get("$ref", "").removeprefix("#/$defs/"), {})
            assert any("description" in found for found in (value, definitions, nested)), key


def at(data: Data, *path: Any) -> Any:
    target: Any = data
    for part in path:
        target = target[part]
    return target


def put(*path: Any, value: object) -> Callable[[Data], None]:
    return lambda data: at(data, *path[:-1]).__setitem__(path[-1], value)


def drop(*path: Any) -> Callable[[Data], None]:
    return lambda data: at(data, *path[:-1]).__delitem__(path[-1])


def add(*path: Any, value: object) -> Callable[[Data], None]:
    return lambda data: at(data, *path).append(value)


def texts(text: str) -> dict[str, str]:
    """In every language of the shipped definitions."""
    return dict.fromkeys(("en", "de", "fr", "es"), text)


def hierarchy(path: object, steps: int, **keys: object) -> list[Data]:
    return [{"id": f"step-{step}", "text": texts("x"), "path": path, **keys} for step in range(steps)]


OPTION = {"id": "x", "text": texts("x")}
CHOICE, NPS, TEXT = 10, 11, 12  # positions of these questions
LEVELS = [{**OPTION, "id": f"l-{number}"} for number in range(101)]
STRUCTURAL: dict[str, Callable[[Data], None]] = {
    **{f"no {key}": drop(key) for key in SCHEMA["required"]},
    **{f"{key} is null": put(key, value=None) for key in SCHEMA["properties"]},
    **{f"{key} is a number": put(key, value=3) for key in SCHEMA["properties"]},
    **{f"{key} is truth": put(key, value=True) for key in SCHEMA["properties"]},
    **{f"question without {key}": drop("questions", 0, key) for key in ("id", "type", "text", "options")},
    **{f"attribute without {key}": drop("attributes", 0, key) for key in ("id", "text", "source", "levels")},
    **{f"scale without {key}": drop("scales", 0, key) for key in ("construct", "source", "items")},
    **{f"theme without {key}": drop("themes", 0, key) for key in ("id", "text")},
    **{f"option without {key}": drop("option_lists", "agreement", 0, key) for key in ("id", "text")},
    "unknown key": put("owner", value="x"),
    "unknown key of a question": put("questions", 0, "required", value=True),
    "unknown key of an attribute": put("attributes", 0, "hidden", value=True),
    "unknown key of an option": put("option_lists", "agreement", 0, "score", value=1),
    "unknown key of a theme": put("themes", 0, "colour", value="red"),
    "id in capitals": put("id", value="Pulse"),
    "id of an option in capitals": put("option_lists", "agreement", 0, "id", value="Yes"),
    "name of an option list": put("option_lists", "Yes/No", value=[OPTION, {**OPTION, "id": "y"}]),
    "id too long": put("id", value="a" * 65),
    "version with blanks": put("version", value="1 0"),
    "version too long": put("version", value="1" * 33),
    "bad language": add("languages", value="German"),
    "language twice": add("languages", value="en"),
    "no languages": put("languages", value=[]),
    "too many languages": put("languages", value=[f"a{chr(97 + n)}" for n in range(21)]),
    "unknown cadence": put("cadence", value="daily"),
    "unknown program": put("programs", value=["gym"]),
    "no programs": put("programs", value=[]),
    "program twice": put("programs", value=["other", "other"]),
    "outside figure as text": put("outside_figure", value="Retention"),
    "long outside figure": put("outside_figure", value=texts("a" * 501)),
    "no questions": put("questions", value=[]),
    "unknown type": put("questions", 0, "type", value="likert"),
    "plain text": put("questions", 0, "text", value="x"),
    "no text": put("questions", 0, "text", value={}),
    "text as a number": put("questions", 0, "text", "de", value=1),
    "empty text": put("questions", 0, "text", "de", value=""),
    "blank text": put("questions", 0, "text", "de", value=" "),
    "text of two lines": put("questions", 0, "text", "de", value="a\nb"),
    "text that ends in a line break": put("questions", 0, "text", "de", value="a\n"),
    "text that begins with a blank": put("questions", 0, "text", "de", value=" a"),
    "text with an escape": put("title", "en", value="a\x1b[31m"),
    "text with a C1 control": put("title", "en", value="a\x9bb"),
    "text that turns direction": put("title", "en", value="a\u202eb"),
    "text with isolates": put("title", "en", value="a\u2066b"),
    "long title": put("title", "en", value="a" * 121),
    "long theme": put("themes", 0, "text", "en", value="a" * 121),
    "long option": put("option_lists", "agreement", 0, "text", "en", value="a" * 201),
    "long question": put("questions", 0, "text", "en", value="a" * 501),
    "long level": put("attributes", 0, "levels", 0, "text", "en", value="a" * 201),
    "long construct": put("scales", 0, "construct", value="a" * 201),
    "long source": put("scales", 0, "source", value="a" * 501),
    "one option": put("questions", CHOICE, "options", value=[OPTION]),
    "33 options": put("questions", CHOICE, "options", value=LEVELS[:33]),
    "12 steps": put("questions", 0, "options", value=LEVELS[:12]),
    "options of an nps": put("questions", NPS, "options", value="agreement"),
    "options of a text": put("questions", TEXT, "options", value="agreement"),
    "favourable of a multiple": put("questions", CHOICE, "favourable", value=["mentoring"]),
    "reverse of an nps": put("questions", NPS, "reverse", value=True),
    "max_bytes of a scale": put("questions", 0, "max_bytes", value=10),
    "no max_bytes": drop("questions", TEXT, "max_bytes"),
    "max_bytes of nothing": put("questions", TEXT, "max_bytes", value=0),
    "max_bytes too high": put("questions", TEXT, "max_bytes", value=4001),
    "max_bytes as text": put("questions", TEXT, "max_bytes", value="800"),
    "reverse as text": put("questions", 0, "reverse", value="yes"),
    "nothing favourable": put("questions", 0, "favourable", value=[]),
    "favourable twice": put("questions", 0, "favourable", value=["agree", "agree"]),
    "theme as a list": put("questions", 0, "theme", value=["belonging"]),
    "unknown source": put("attributes", 0, "source", value="hr"),
    "one level": put("attributes", 0, "levels", value=LEVELS[:1]),
    "101 levels": put("attributes", 0, "levels", value=LEVELS),
    "reserved level": put("attributes", 0, "levels", 0, "id", value="not-said"),
    "levels of a path": put("attributes", 0, "path", value="unit"),
    "path of two words": lambda data: data["attributes"].extend(hierarchy("Org unit", 2)),
    "path called person": lambda data: data["attributes"].extend(hierarchy("person", 2)),
    "path as a list": lambda data: data["attributes"].extend(hierarchy(["unit"], 2)),
    "path from nowhere": lambda data: data["attributes"].extend(hierarchy("unit", 2, source="self")),
    "ordered path": lambda data: data["attributes"].extend(hierarchy("unit", 2, ordered=True)),
    "step without a text": lambda data: data["attributes"].append({"id": "x", "path": "unit"}),
    "ordered as text": put("attributes", 0, "ordered", value="yes"),
    "reason as text": put("attributes", 0, "reason", value="because"),
    "empty breakdown": add("breakdowns", value=[]),
    "breakdown of three": add("breakdowns", value=["department", "tenure", "department"]),
    "breakdown twice": add("breakdowns", value=["department"]),
    "breakdown as text": add("breakdowns", value="department"),
    "scale of nothing": put("scales", 0, "items", value=[]),
    "item twice": add("scales", 0, "items", value="left-out"),
}


@pytest.mark.parametrize("name", STRUCTURAL)
def test_parser_and_schema_refuse_the_same_faults(data: Data, name: str) -> None:
    before = deepcopy(data)
    STRUCTURAL[name](data)
    assert data != before
    assert both_refuse(data)


ALLOWED: dict[str, Callable[[Data], None]] = {
    "no cadence": drop("cadence"),
    "every program": put("programs", value=list(survey.PROGRAM_KINDS)),
    "no outside figure": drop("outside_figure"),
    "longest outside figure": put("outside_figure", value=texts("a" * 500)),
    "no scales": drop("scales"),
    "empty scales": put("scales", value=[]),
    "no breakdowns": drop("breakdowns"),
    "no attributes": lambda data: (data.pop("attributes"), data.pop("breakdowns"), None)[-1],
    "a cross": add("breakdowns", value=["department", "tenure"]),
    "hierarchy": lambda data: data["attributes"].extend(hierarchy("unit", 6)),
    "hierarchy of the roster": lambda data: data["attributes"].extend(hierarchy("unit", 2, source="roster")),
    "ordered": put("attributes", 0, "ordered", value=True),
    "reason": put("attributes", 0, "reason", value=texts("To compare.")),
    "explicit reverse": put("questions", 0, "reverse", value=False),
    "no theme": drop("questions", 1, "theme"),
    "options of its own": put("questions", CHOICE, "options", value=LEVELS[:32]),
    "100 levels": put("attributes", 0, "levels", value=LEVELS[:100]),
    "longest comment": put("questions", TEXT, "max_bytes", value=4000),
    "longest title": put("title", "en", value="é" * 120),
    "joiners": put("title", "en", value="می\u200cخواهم"),
    "another favourable": put("questions", 0, "favourable", value=["strongly-agree"]),
    "version with letters": put("version", value="2.0-beta"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_parser_and_schema_allow_the_same(data: Data, name: str) -> None:
    ALLOWED[name](data)
    assert not both_refuse(data)


@pytest.mark.parametrize("value", [None, [], "text", 3, {}])
def test_parser_and_schema_refuse_what_is_no_definition(value: object) -> None:
    assert both_refuse(value)
