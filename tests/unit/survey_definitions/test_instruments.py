"""Every definition that comes with the service is a sound instrument: built alike, readable, sourced."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from privacy.survey import PROGRAM_KINDS, Question, Survey
from service.surveys.definition_file import SHIPPED, load_file, load_shipped, shipped
from service.surveys.yaml_document import read_yaml
from tests.unit.survey_definitions.reading_ease import reading_ease, sentences, words

LANGUAGES = ("en", "de", "fr", "es")
# What Flesch calls standard, and Amstad, Kandel and Moles keep; within the "normal" band of the Spanish scale
# (Barrio-Cantalejo et al., 2008, Anales del Sistema Sanitario de Navarra, 31(2), 135-152), 55 to 65.
LEAST_EASE = 60
MOST_WORDS = 20  # of a sentence

SURVEYS = {identifier: load_shipped(identifier) for identifier in shipped()}
VALIDATOR = Draft202012Validator(json.loads((SHIPPED / "schema.json").read_text(encoding="utf-8")))
each = pytest.mark.parametrize("survey", SURVEYS.values(), ids=SURVEYS)


def scales(survey: Survey) -> list[Question]:
    return [question for question in survey.questions if question.type == "scale"]


@pytest.mark.parametrize("path", shipped().values(), ids=shipped())
def test_it_follows_the_schema_without_a_warning(path: Path) -> None:
    survey, warnings = load_file(path)
    assert warnings == ()
    assert survey.id == path.stem
    assert VALIDATOR.is_valid(read_yaml(path.read_text(encoding="utf-8")).value)


@each
def test_it_has_5_to_12_questions_and_at_most_one_comment(survey: Survey) -> None:
    comments = [question for question in survey.questions if question.type == "text"]
    assert 5 <= len(survey.questions) - len(comments) <= 12
    assert len(comments) <= 1


@each
def test_it_says_how_often_it_is_asked_and_what_to_hold_against_it(survey: Survey) -> None:
    assert survey.cadence
    assert survey.breakdowns
    assert survey.outside_figure is not None


@each
def test_every_item_has_a_theme_and_a_source_with_its_year(survey: Survey) -> None:
    assert all(question.theme for question in scales(survey))
    sourced = [item for scale in survey.scales for item in scale.items]
    assert sorted(sourced) == sorted(question.id for question in scales(survey))
    for scale in survey.scales:
        assert re.search(r"\((?:19|20)\d\d\)", scale.source), scale.source
        assert scale.source.endswith("The items are this project's own.")


@each
def test_a_theme_of_three_items_or_more_has_items_both_ways(survey: Survey) -> None:
    for theme in survey.themes:
        ways = [question.reverse for question in scales(survey) if question.theme == theme.id]
        assert len(ways) < 3 or 0 < sum(ways) < len(ways), theme.id


@each
def test_a_program_has_takes_part_stated_by_respondents_with_its_reason(survey: Survey) -> None:
    stated = {attribute.id: attribute for attribute in survey.attributes}
    if survey.programs:
        takes_part = stated["takes-part"]
        assert takes_part.source == "self"
        assert takes_part.reason
        assert ("takes-part",) in survey.breakdowns


def test_every_kind_of_program_has_an_instrument() -> None:
    assert {kind for survey in SURVEYS.values() for kind in survey.programs} == set(PROGRAM_KINDS)


def test_agreement_is_worded_alike_everywhere() -> None:
    first = scales(SURVEYS["psychological-safety"])[0].options
    for survey in SURVEYS.values():
        for question in scales(survey):
            if [option.id for option in question.options] == [option.id for option in first]:
                assert question.options == first, survey.id


JOINING = {
    "en": r"\b(?:and|or|nor|but)\b",
    "de": r"\b(?:und|oder|aber)\b",
    "fr": r"\b(?:et|ou|mais)\b",
    "es": r"\b(?:y|e|o|u|pero)\b",
}
ONE_STATEMENT = {"fair-shares"}  # how two kinds of task are shared out between people


@each
def test_no_item_states_two_things(survey: Survey) -> None:
    for question in scales(survey):
        if question.id not in ONE_STATEMENT:
            for language, joining in JOINING.items():
                assert not re.search(joining, question.text[language]), question.text[language]


def texts_of(survey: Survey, language: str) -> list[str]:
    return [question.text[language] for question in survey.questions]


@each
def test_every_text_is_translated(survey: Survey) -> None:
    assert survey.languages == LANGUAGES
    for question in survey.questions:
        assert len(set(question.text.values())) == len(LANGUAGES), question.id


MARKS: dict[str, Callable[[str], bool]] = {
    "en": lambda text: "“" not in text,
    "de": lambda text: '"' not in text and not re.search(r"\b(?:du|dein\w*|dir|dich)\b", text),
    "fr": lambda text: '"' not in text and not re.search(r"\S[?!:;]|\b(?:tu|toi|ton|tes)\b", text),
    "es": lambda text: '"' not in text and text.count("¿") == text.count("?"),
}


@each
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_the_marks_and_the_formal_address_of_the_language(survey: Survey, language: str) -> None:
    asked = [*texts_of(survey, language), *(one.text[language] for one in survey.attributes)]
    assert [text for text in asked if not MARKS[language](text)] == []


@each
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_easy_to_read(survey: Survey, language: str) -> None:
    texts = texts_of(survey, language)
    assert reading_ease(language, texts) >= LEAST_EASE
    assert [text for text in texts if max(map(len, map(words, sentences(text)))) > MOST_WORDS] == []
