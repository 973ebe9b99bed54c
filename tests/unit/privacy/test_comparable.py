"""What makes two waves not comparable, one change at a time."""

from dataclasses import replace
from typing import Any

import pytest

from privacy.comparable import (
    FAVOURABLE,
    GROUP,
    ITEMS,
    NOT_ASKED,
    OPTIONS,
    OTHER_SURVEY,
    WORDING,
    level_above,
    obstacle,
)
from privacy.survey import Attribute, Option, Question, Survey
from tests.unit.privacy.released_rows import a_row


def texts(*names: str, **others: Any) -> tuple[Option, ...]:
    return tuple(Option(name, {"en": name.title()}, **others) for name in names)


def scale(name: str, theme: str | None = "openness") -> Question:
    options = texts("never", "rarely", "partly", "mostly", "always")
    return Question(
        name, "scale", {"en": f"I {name}.", "de": name}, options, ("mostly", "always"), theme=theme
    )


DIVISION = Attribute("division", {"en": "Division"}, texts("home", "abroad"), "roster")
TEAM = Attribute(
    "team",
    {"en": "Team"},
    (*texts("sales", "care", parent="home"), *texts("ports", "rails", parent="abroad")),
    "roster",
    parent="division",
)
TENURE = Attribute("tenure", {"en": "Tenure"}, texts("short", "long"))
SURVEY = Survey(
    "pulse",
    "1",
    {"en": "Pulse"},
    ("en", "de"),
    (scale("speak"), scale("ask"), scale("rest", theme=None)),
    (DIVISION, TEAM, TENURE),
)


def with_question(**changed: Any) -> Survey:
    first, *others = SURVEY.questions
    return replace(SURVEY, questions=(replace(first, **changed), *others))


def with_attribute(name: str, **changed: Any) -> Survey:
    attributes = [replace(one, **changed) if one.id == name else one for one in SURVEY.attributes]
    return replace(SURVEY, attributes=tuple(attributes))


def between(later: Survey, **row: Any) -> str | None:
    """The obstacle, which is the same both ways."""
    found = obstacle(SURVEY, later, a_row(3, **row))
    assert obstacle(later, SURVEY, a_row(3, **row)) == found
    return found


def test_waves_of_one_survey_that_ask_the_same_are_comparable() -> None:
    for row in (
        {},
        {"question": None, "theme": "openness"},
        {"question": None},
        {"group": {"team": "sales"}},
        {"group": {"tenure": "long", "division": "not-said"}},
    ):
        assert between(SURVEY, **row) is None
        assert between(replace(SURVEY, version="2", title={"en": "New"}), **row) is None


def test_waves_of_different_surveys_are_not() -> None:
    assert between(replace(SURVEY, id="other")) == OTHER_SURVEY


def test_a_question_must_be_asked_in_both_and_in_the_same_words() -> None:
    assert between(with_question(id="talk")) == NOT_ASKED
    assert between(with_question(text={"en": "I talk.", "de": "speak"})) == WORDING
    assert between(with_question(reverse=True)) == WORDING
    assert between(with_question(text={"en": "I talk."}), question="ask") is None


def test_a_language_that_is_added_or_dropped_changes_nothing_but_one_must_be_shared() -> None:
    assert between(with_question(text={"en": "I speak."})) is None
    assert between(with_question(text={"en": "I speak.", "de": "speak", "fr": "Je parle."})) is None
    assert between(with_question(text={"fr": "Je parle."})) == WORDING


@pytest.mark.parametrize(
    "options",
    [
        texts("never", "rarely", "partly", "mostly"),
        texts("never", "rarely", "partly", "mostly", "ever"),
        texts("rarely", "never", "partly", "mostly", "always"),
        (*texts("never", "rarely", "partly", "mostly"), Option("always", {"en": "Nearly always"})),
    ],
)
def test_the_answers_must_be_the_same(options: tuple[Option, ...]) -> None:
    assert between(with_question(options=options)) == OPTIONS
    assert between(with_question(options=options), question=None, theme="openness") == OPTIONS


def test_the_type_must_be_the_same() -> None:
    assert between(with_question(type="choice")) == OPTIONS


def test_what_counts_as_favourable_matters_to_shares_favourable_alone() -> None:
    later = with_question(favourable=("always",))
    assert between(later, figure="favourable") == FAVOURABLE
    assert between(later, figure="mean") is None
    assert between(later, figure="share", option="mostly") is None


def test_a_theme_or_index_must_be_made_of_the_same_questions() -> None:
    moved = with_question(theme="other")
    assert between(moved, question=None, theme="openness") == ITEMS
    assert between(moved, question=None) is None
    fewer = replace(SURVEY, questions=SURVEY.questions[1:])
    assert between(fewer, question=None) == ITEMS
    assert between(fewer, question=None, theme="gone") == NOT_ASKED
    reordered = replace(SURVEY, questions=SURVEY.questions[::-1])
    assert between(reordered, question=None, theme="openness") is None


def test_a_group_must_be_a_level_of_both_waves_with_the_same_text_and_members() -> None:
    group = {"group": {"division": "home"}}
    assert between(replace(SURVEY, attributes=(TENURE,)), **group) == GROUP
    assert between(with_attribute("division", source="self"), **group) == GROUP
    for levels in (
        texts("abroad"),
        (Option("home", {"en": "Homeland"}), DIVISION.levels[1]),
        (replace(DIVISION.levels[0], members=("home", "sea")), DIVISION.levels[1]),
    ):
        assert between(with_attribute("division", levels=levels), **group) == GROUP
        assert between(with_attribute("division", levels=levels)) is None  # the whole is the whole


def test_other_groups_of_a_roster_attribute_and_numbers_of_invited_may_change() -> None:
    levels = (replace(DIVISION.levels[0], invited=40), *texts("sea"))
    for level in ("home", "not-said"):
        assert between(with_attribute("division", levels=levels), group={"division": level}) is None


def test_who_describe_themselves_must_have_the_same_levels_to_choose_from() -> None:
    for changed in (
        {"levels": texts("short", "long", "longer")},
        {"levels": texts("long", "short")},
        {"text": {"en": "Years"}},
    ):
        for level in ("short", "not-said"):
            assert between(with_attribute("tenure", **changed), group={"tenure": level}) == GROUP


def test_a_unit_that_a_known_unit_has_moved_into_or_out_of_is_another_group() -> None:
    sales, care, *others = TEAM.levels
    moved = with_attribute("team", levels=(sales, replace(care, parent="abroad"), *others))
    for division in ("home", "abroad"):
        assert between(moved, group={"division": division}) == GROUP
    assert between(moved, group={"team": "care"}) is None
    merged = with_attribute("team", levels=(*texts("m", parent="home", members=("care", "sales")), *others))
    assert between(merged, group={"division": "home"}) is None
    assert between(merged, group={"team": "sales"}) == GROUP
    mixed = texts("m", parent="home", members=("care", "ports"))
    astray = with_attribute("team", levels=(sales, *mixed, others[1]))
    assert between(astray, group={"division": "home"}) == GROUP
    grown = with_attribute("team", levels=(*TEAM.levels[:2], *texts("new", parent="home"), *others))
    assert between(grown, group={"division": "home"}) is None


def test_the_level_above_is_found_over_any_number_of_steps() -> None:
    desk = Attribute("desk", {"en": "Desk"}, texts("one", parent="rails"), "roster", parent="team")
    attributes = (*SURVEY.attributes, desk)
    assert level_above(attributes, "desk", "one", "division") == "abroad"
    assert level_above(attributes, "desk", "one", "desk") == "one"
    assert level_above(attributes, "desk", "not-said", "division") == "not-said"
    assert level_above(attributes, "desk", "one", "tenure") is None
    assert level_above(attributes, "division", "home", "team") is None
