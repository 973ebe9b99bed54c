"""Every sound definition is read; every fault in one is reported under its id and on its line.

Definitions are generated as data and written as YAML by a small writer of this file, which knows the line of
every place without asking the reader.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.answers import layout_for
from privacy.definition import parse, response_bytes
from privacy.definition_warnings import warnings
from privacy.errors import Invalid, Problem
from service.surveys.definition_file import load

Data = dict[str, Any]
Place = tuple[str | int, ...]

WORDS = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=8)
PLAIN = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4}){0,2}", fullmatch=True).filter(
    lambda identifier: identifier != "not-said"
)


@dataclass
class Written:
    """YAML, and the line of each place in it."""

    lines: list[str] = field(default_factory=list)
    places: dict[Place, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def line_of(self, place: Place) -> int:
        while place not in self.places:
            place = place[:-1]
        return self.places[place]

    def write(self, value: Any, place: Place = (), first: str = "", pad: str = "") -> None:
        """``first`` begins the first line, ``pad`` all others."""
        self.places.setdefault(place, len(self.lines) + 1)
        if isinstance(value, dict) and value:
            for key, item in value.items():
                self.places[(*place, key)] = len(self.lines) + 1
                self._entry(f"{first}{key}:", item, (*place, key), pad)
                first = pad
        else:
            self.lines.append(first + json.dumps(value, ensure_ascii=False))

    def _entry(self, head: str, value: Any, place: Place, pad: str) -> None:
        if isinstance(value, dict) and value:
            self.lines.append(head)
            self.write(value, place, pad + "  ", pad + "  ")
        elif isinstance(value, list) and value:
            self.lines.append(head)
            for position, item in enumerate(value):
                self.write(item, (*place, position), f"{pad}  - ", f"{pad}    ")
        else:
            self.lines.append(f"{head} {json.dumps(value, ensure_ascii=False)}")


def written(data: Data) -> Written:
    result = Written()
    result.write(data)
    return result


@st.composite
def definitions(draw: st.DrawFn) -> Data:
    """Sound definitions with every type of question, and with two attributes and two themes or more."""
    languages = draw(
        st.lists(st.sampled_from(["en", "de", "fr", "pt-BR", "ar"]), min_size=1, max_size=3, unique=True)
    )

    def texts() -> dict[str, str]:
        return {language: draw(PLAIN) for language in draw(st.permutations(languages))}

    def entries(least: int, most: int) -> list[Data]:
        ids = draw(st.lists(IDS, min_size=least, max_size=most, unique=True))
        return [{"id": identifier, "text": texts()} for identifier in ids]

    length = draw(st.integers(2, 11))
    lists = {f"steps-{number}": entries(length, length) for number in range(draw(st.integers(1, 2)))}
    themes = entries(2, 3)
    kinds = ["scale", "scale", "choice", "multiple", "nps", "text"]
    kinds += draw(st.lists(st.sampled_from(kinds), max_size=3))
    ids = draw(st.lists(IDS, min_size=len(kinds), max_size=len(kinds), unique=True))
    questions: list[Data] = []
    names = list(lists)
    for identifier, kind in zip(ids, kinds, strict=True):
        question: Data = {"id": identifier, "type": kind, "text": texts()}
        if kind == "scale":
            name = names[len(questions) % len(names)]
            question["options"] = name
            question["reverse"] = draw(st.booleans())
            question["theme"] = themes[len(questions) % 2]["id"]
            if draw(st.booleans()):
                options = [option["id"] for option in lists[name]]
                question["favourable"] = draw(
                    st.lists(st.sampled_from(options), min_size=1, max_size=len(options) - 1, unique=True)
                )
        elif kind in ("choice", "multiple"):
            question["options"] = entries(2, 4)
        elif kind == "text":
            question["max_bytes"] = draw(st.integers(1, 4_000))
        questions.append(question)
    questions[-1]["theme"] = themes[-1]["id"]
    if response_size(questions) > 16_000:
        for question in questions:
            question.pop("max_bytes", None) and question.update(max_bytes=100)
    attributes = [
        {**attribute, "source": draw(st.sampled_from(["roster", "self"])), "levels": entries(2, 4)}
        for attribute in entries(2, 3)
    ]
    first, second = attributes[0]["id"], attributes[1]["id"]
    return {
        "id": draw(IDS),
        "version": draw(st.sampled_from(["1", "1.0", "2024-05", "3.1-beta"])),
        "title": texts(),
        "languages": languages,
        "cadence": draw(st.sampled_from(["once", "weekly", "quarterly", "yearly"])),
        "option_lists": lists,
        "themes": themes,
        "questions": questions,
        "scales": [{"construct": draw(PLAIN), "source": draw(PLAIN), "items": ids[:2]}],
        "attributes": attributes,
        "breakdowns": [[first], [second, first]],
    }


def response_size(questions: list[Data]) -> int:
    return sum(question.get("max_bytes", 0) + 4 for question in questions)


def first_of(data: Data, kind: str) -> int:
    return next(position for position, question in enumerate(data["questions"]) if question["type"] == kind)


def entry(data: Data, identifier: str) -> Data:
    return {"id": identifier, "text": dict.fromkeys(data["languages"], "text")}


def some_text(*path: str | int) -> Callable[[Data], tuple[Data, str, Place]]:
    def find(data: Data) -> tuple[Data, str, Place]:
        target: Any = data
        for part in path:
            target = target[part]
        language = next(iter(target))
        return target, language, (*path, language)

    return find


Fault = Callable[[Data], tuple[str, Place]]


def spoiled_text(value: Any, problem: str, *path: str | int) -> Fault:
    def fault(data: Data) -> tuple[str, Place]:
        texts, language, place = some_text(*path)(data)
        texts[language] = value
        return problem, place

    return fault


def replaced(value: Any, problem: str, *path: str | int) -> Fault:
    def fault(data: Data) -> tuple[str, Place]:
        target: Any = data
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = value
        return problem, path

    return fault


def dropped(*path: str | int) -> Fault:
    def fault(data: Data) -> tuple[str, Place]:
        target: Any = data
        for part in path[:-1]:
            target = target[part]
        del target[path[-1]]
        return "missing-key", path

    return fault


def of_question(kind: str, key: str, value: Any, problem: str) -> Fault:
    def fault(data: Data) -> tuple[str, Place]:
        return replaced(value, problem, "questions", first_of(data, kind), key)(data)

    return fault


def missing_language(data: Data) -> tuple[str, Place]:
    texts, language, place = some_text("attributes", 0, "text")(data)
    del texts[language]
    return "missing-language", place


def same_question_id(data: Data) -> tuple[str, Place]:
    last = len(data["questions"])
    data["questions"].append({**data["questions"][first_of(data, "nps")]})
    return "duplicate-id", ("questions", last, "id")


def same_option_id(data: Data) -> tuple[str, Place]:
    position = first_of(data, "choice")
    options = data["questions"][position]["options"]
    options[1]["id"] = options[0]["id"]
    return "duplicate-id", ("questions", position, "options", 1, "id")


def too_few_options(data: Data) -> tuple[str, Place]:
    position = first_of(data, "multiple")
    del data["questions"][position]["options"][1:]
    return "too-few", ("questions", position, "options")


def all_favourable(data: Data) -> tuple[str, Place]:
    question = data["questions"][0]
    question["favourable"] = [option["id"] for option in data["option_lists"][question["options"]]]
    return "favourable-all", ("questions", 0, "favourable")


def unused_theme(data: Data) -> tuple[str, Place]:
    data["themes"].append(entry(data, "unused-theme-of-nothing"))
    return "unused", ("themes", len(data["themes"]) - 1)


def unused_list(data: Data) -> tuple[str, Place]:
    data["option_lists"]["unused-list"] = [entry(data, "some"), entry(data, "more")]
    return "unused", ("option_lists", "unused-list")


def reserved_level(data: Data) -> tuple[str, Place]:
    levels = data["attributes"][1]["levels"]
    levels.append(entry(data, "not-said"))
    return "reserved-id", ("attributes", 1, "levels", len(levels) - 1, "id")


def appended(value: Any, problem: str, inside: Place, *path: str | int) -> Fault:
    def fault(data: Data) -> tuple[str, Place]:
        target: Any = data
        for part in path:
            target = target[part]
        target.append(value)
        return problem, (*path, len(target) - 1, *inside)

    return fault


# One list for each part of a definition: faults from different parts do not touch one another.
FAULTS: dict[str, list[Fault]] = {
    "top": [replaced(1, "unknown-key", "unheard-of"), replaced(None, "unknown-key", "null")],
    "id": [replaced("Not_An_Id", "bad-id", "id"), replaced(["x"], "wrong-type", "id"), dropped("id")],
    "version": [
        replaced("1 0", "bad-version", "version"),
        replaced(1.5, "wrong-type", "version"),
        dropped("version"),
    ],
    "title": [
        spoiled_text("", "empty-text", "title"),
        spoiled_text("a\nb", "text-not-plain", "title"),
        spoiled_text("x" * 121, "text-too-long", "title"),
        spoiled_text(7, "wrong-type", "title"),
        replaced("Pulse", "wrong-type", "title"),
        dropped("title"),
    ],
    "languages": [appended("Deutsch", "bad-language", (), "languages")],
    "cadence": [
        replaced("daily", "unknown-value", "cadence"),
        replaced(None, "wrong-type", "cadence"),
    ],
    "lists": [unused_list],
    "themes": [unused_theme],
    "first question": [
        spoiled_text("\t", "empty-text", "questions", 0, "text"),
        replaced("no-such-list", "unknown-reference", "questions", 0, "options"),
        replaced("yes", "wrong-type", "questions", 0, "reverse"),
        replaced("scales", "unknown-value", "questions", 0, "type"),
        replaced(["no-such-option"], "wrong-type", "questions", 0, "type"),
        replaced(12, "key-not-for-type", "questions", 0, "max_bytes"),
        dropped("questions", 0, "text"),
        all_favourable,
    ],
    "second question": [
        replaced([], "too-few", "questions", 1, "favourable"),
        replaced("x", "unknown-key", "questions", 1, "favorable"),
        replaced("no-such-theme", "unknown-reference", "questions", 1, "theme"),
    ],
    "choice": [same_option_id, of_question("choice", "reverse", False, "key-not-for-type")],
    "multiple": [too_few_options, of_question("multiple", "options", {}, "wrong-type")],
    "nps": [same_question_id],
    "comment": [
        of_question("text", "max_bytes", 0, "out-of-range"),
        of_question("text", "max_bytes", 4_001, "out-of-range"),
        of_question("text", "max_bytes", "500", "wrong-type"),
    ],
    "scales": [
        appended("no-such-item", "unknown-reference", (), "scales", 0, "items"),
        replaced("", "empty-text", "scales", 0, "source"),
        dropped("scales", 0, "construct"),
    ],
    "first attribute": [
        missing_language,
        replaced("payroll", "unknown-value", "attributes", 0, "source"),
        dropped("attributes", 0, "source"),
        dropped("attributes", 0, "levels"),
    ],
    "second attribute": [reserved_level, replaced("because", "wrong-type", "attributes", 1, "reason")],
    "breakdowns": [
        appended([], "too-few", (), "breakdowns"),
        appended(["no-such-attribute"], "unknown-reference", (0,), "breakdowns"),
        appended("x", "wrong-type", (), "breakdowns"),
    ],
}
SINGLE = [(part, number) for part, faults in FAULTS.items() for number in range(len(faults))]


def errors(text: str) -> set[tuple[str, int | None]]:
    with pytest.raises(Invalid) as caught:
        load(text)
    for problem in caught.value.problems:
        assert str(problem).isprintable()
    return {(problem.id, problem.line) for problem in caught.value.problems if problem.severity == "error"}


@given(definitions())
@settings(max_examples=40, deadline=None)
def test_every_sound_definition_is_read_alike_as_data_and_as_a_file(data: Data) -> None:
    survey = parse(data)
    loaded, found = load(written(data).text)
    assert loaded == survey
    assert [problem.id for problem in found] == [problem.id for problem in warnings(survey)]
    assert [question.id for question in survey.questions] == [
        question["id"] for question in data["questions"]
    ]
    size = response_bytes(survey.questions, survey.attributes)
    assert size == layout_for(survey.questions, survey.attributes).size <= 16 * 1024


@pytest.mark.parametrize(("part", "number"), SINGLE)
@given(data=definitions())
@settings(max_examples=3, deadline=None)
def test_every_fault_is_reported_under_its_id_and_on_its_line(part: str, number: int, data: Data) -> None:
    problem, place = FAULTS[part][number](data)
    file = written(data)
    assert (problem, file.line_of(place)) in errors(file.text)


@given(definitions(), st.data())
@settings(max_examples=40, deadline=None)
def test_several_faults_are_all_reported_at_once(data: Data, choice: st.DataObject) -> None:
    parts = choice.draw(st.lists(st.sampled_from(sorted(FAULTS)), min_size=2, max_size=8, unique=True))
    made = [choice.draw(st.sampled_from(FAULTS[part]))(data) for part in parts]
    file = written(data)
    assert {(problem, file.line_of(place)) for problem, place in made} <= errors(file.text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
@settings(deadline=None)
def test_arbitrary_data_is_refused_and_nothing_worse(data: object) -> None:
    with pytest.raises(Invalid) as caught:
        parse(data)
    assert all(str(problem).isprintable() for problem in caught.value.problems)


def problems_of(read: Callable[[Any], object], subject: object) -> tuple[Problem, ...]:
    try:
        read(subject)
    except Invalid as error:
        return error.problems
    return ()


def places(value: Any, place: Place = ()) -> list[Place]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, item in items for found in places(item, (*place, key)))]


@given(definitions(), JSON, st.data())
@settings(max_examples=150, deadline=None)
def test_arbitrary_data_anywhere_in_a_definition_is_refused_or_read(
    data: Data, value: Any, choice: st.DataObject
) -> None:
    place = choice.draw(st.sampled_from(places(data)[1:]))
    replaced(value, "", *place)(data)
    assert all(str(problem).isprintable() for problem in problems_of(parse, data))


@given(definitions(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_file_that_was_cut_or_changed_is_refused_or_read(data: Data, choice: st.DataObject) -> None:
    text = written(data).text
    start, end = sorted(choice.draw(st.integers(0, len(text))) for _ in range(2))
    inserted = choice.draw(st.text(st.sampled_from("\t\n -:[]{}&*!|>'\"%@`#,?aé\x00\x85\ud800"), max_size=4))
    changed = text[:start] + inserted + text[min(end, start + 3) :]
    assert all(str(problem).isprintable() for problem in problems_of(load, changed))


@given(st.text(max_size=60) | st.text(st.sampled_from("\t\n -:[]{}&*!|>'\"%@`#,?a1\\~<="), max_size=60))
@settings(max_examples=500, deadline=None)
def test_arbitrary_text_is_refused_and_nothing_worse(text: str) -> None:
    assert errors(text)
