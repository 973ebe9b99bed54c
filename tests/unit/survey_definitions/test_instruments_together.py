"""The definitions that come with the service fit each other, and ask nothing that tells who answers."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from privacy.definition_wording import sensitive
from privacy.survey import Question, Survey
from service.surveys.definition_file import load_shipped, shipped
from service.surveys.yaml_document import read_yaml
from tests.unit.survey_definitions.test_instruments import LANGUAGES, SURVEYS, each

PAGE = Path(__file__).parents[3] / "docs" / "instruments.md"
HINTS = {
    "en": "not about persons.",
    "de": "nicht über Personen.",
    "fr": "pas de personnes précises.",
    "es": "no sobre personas.",
}
FIRST_PERSON = {
    "en": r"\b(?:I|me|my|mine|myself)\b",
    "de": r"\b(?:ich|mich|mir|mein\w*)\b",
    "fr": r"\b(?:je|j'|me|m'|moi|mon|ma|mes)\b",
    "es": r"\b(?:yo|me|mí|mi|mis|conmigo)\b",
}


def asked() -> Iterator[tuple[str, Question]]:
    for survey in SURVEYS.values():
        for question in survey.questions:
            yield survey.id, question


def test_an_option_list_has_one_wording() -> None:
    lists: dict[str, list[object]] = {}
    for path in shipped().values():
        document = read_yaml(path.read_text(encoding="utf-8")).value
        for name, options in document["option_lists"].items():
            lists.setdefault(name, []).append(options)
    assert len(lists["agreement"]) == len(SURVEYS)
    assert [name for name, found in lists.items() if any(one != found[0] for one in found)] == []


def test_options_of_the_same_ids_have_one_wording() -> None:
    wordings: dict[tuple[str, ...], set[str]] = {}
    for _, question in asked():
        if question.options:
            ids = tuple(option.id for option in question.options)
            wordings.setdefault(ids, set()).add(repr(question.options))
    assert [ids for ids, found in wordings.items() if len(found) > 1] == []


def test_an_attribute_that_several_ask_has_one_wording() -> None:
    wordings: dict[str, set[str]] = {}
    for survey in SURVEYS.values():
        for attribute in survey.attributes:
            if attribute.id != "takes-part":
                wordings.setdefault(attribute.id, set()).add(repr(attribute))
    assert {name: len(found) for name, found in wordings.items()} == {"department": 1, "tenure": 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_item_stands_in_two_instruments(language: str) -> None:
    texts = Counter(_plain(question.text[language]) for _, question in asked())
    assert [text for text, times in texts.items() if times > 1] == []


def _plain(text: str) -> str:
    """A text without marks and capitals, for a comparison."""
    return " ".join(re.findall(r"\w+", text.lower()))


@each
def test_a_comment_is_asked_for_without_persons(survey: Survey) -> None:
    for question in survey.questions:
        if question.type == "text":
            assert all(question.text[language].endswith(hint) for language, hint in HINTS.items())


@each
def test_nothing_that_the_law_protects_is_asked(survey: Survey) -> None:
    for attribute in survey.attributes:
        words = {"id": attribute.id.replace("-", " "), **attribute.text}
        words |= {
            f"{level.id}/{name}": text for level in attribute.levels for name, text in level.text.items()
        }
        assert not sensitive(words), attribute.id


def test_lgbtq_inclusion_is_about_how_things_are_and_nobody_in_particular() -> None:
    survey = load_shipped("lgbtq-inclusion")
    assert survey.breakdowns == (("department",),)
    assert [attribute.id for attribute in survey.attributes] == ["department"]
    for question in survey.questions:
        assert question.type == "scale"  # what somebody writes could tell who they are
        for language, first_person in FIRST_PERSON.items():
            assert not re.search(first_person, question.text[language], re.IGNORECASE), question.id


def test_the_culture_pulse_has_five_items_and_nothing_else() -> None:
    survey = load_shipped("culture-pulse")
    assert [question.type for question in survey.questions] == ["scale"] * 5
    assert len(survey.themes) == 1


@each
def test_the_page_names_the_author_and_year_of_every_source(survey: Survey) -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = " ".join(page.split(f"\n### {survey.id}\n")[1].split("**Source.**")[1].split("\n#")[0].split())
    for scale in survey.scales:
        found = re.search(r"\b(?:in|of) ([A-Z][\w'-]+), [A-Z]\..*?\((\d{4})\)", scale.source)
        assert found, scale.source
        author, year = found.groups()
        assert re.search(rf"{author}\b[^;]*\({year}\)", named), scale.source
