"""The item that asks whether an action helped is sound in each of its languages, whatever the action says."""

import pytest

from privacy.errors import Invalid
from privacy.survey import Survey
from service.surveys.definition_file import load
from service.surveys.pulse_definition import LANGUAGES, OPTIONS, pulse_definition

THEME = {"en": "Openness", "de": "Offenheit", "fr": "Ouverture", "es": "Apertura", "ar": "الانفتاح"}
ACTION = {"en": "Two rounds of feedback.", "de": "Zwei Runden."}
HOSTILE = (
    "no",
    "- a: [b",
    "# x: {theme} {",
    'say "no"',
    "  a\n\n b\t",
    "&a *a !!str",
    "عb",
    "x" * 1000,
)


def defined(action: dict[str, str], theme: dict[str, str] | None, languages: tuple[str, ...]) -> Survey:
    """The survey, which must be without any warning."""
    survey, warnings = load(pulse_definition("helped-a", "1", languages, action, theme))
    assert warnings == ()
    return survey


@pytest.mark.parametrize("theme", [THEME, None])
def test_it_is_one_item_of_five_options_in_every_language(theme: dict[str, str] | None) -> None:
    survey = defined(ACTION, theme, LANGUAGES)
    (item,) = survey.questions
    assert tuple(option.id for option in item.options) == OPTIONS
    assert item.favourable == OPTIONS[3:]
    assert not survey.attributes
    for language in LANGUAGES:
        assert ACTION.get(language, ACTION["en"]).rstrip(".") in item.text[language]
        assert theme is None or theme[language] in item.text[language]
        assert len({option.text[language] for option in item.options}) == 5


def test_an_action_is_told_in_its_first_language_where_it_has_no_other() -> None:
    survey = defined(ACTION, None, ("de", "fr"))
    assert "Zwei Runden" in survey.title["de"]
    assert "Two rounds" in survey.title["fr"]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_an_action_says_is_a_text(text: str) -> None:
    survey = defined({"en": text}, THEME, ("en", "ar"))
    assert " ".join(text.split())[:100] in survey.title["en"] + survey.questions[0].text["en"]


def test_a_region_of_a_language_has_its_wording() -> None:
    assert defined(ACTION, None, ("de-CH", "en-GB")).questions[0].text["de-CH"].startswith("Das wurde")


def test_a_language_without_a_wording_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        pulse_definition("helped-a", "1", ("en", "pt", "it"), ACTION, None)
    (problem,) = refused.value.problems
    assert "pt, it" in problem.message
    assert "en, de, fr, es, ar" in problem.remedy


def test_an_action_that_changes_the_reading_direction_is_refused() -> None:
    with pytest.raises(Invalid, match="reading direction"):
        load(pulse_definition("helped-a", "1", ("en",), {"en": "a\u202eb"}, None))
