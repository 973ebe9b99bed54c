"""Parts keep themes together, definitions of parts are short, and draws are by chance."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from privacy.survey import Question, Survey
from service.distribution.rotation import asked_in, draw, parts_of
from service.distribution.schedule import Schedule
from service.surveys.definition_file import load, load_shipped, shipped

WEEKLY = Schedule("weekly", date(2026, 9, 7))


def survey_of(themes: Sequence[int], alone: int = 0) -> Survey:
    """A survey with so many questions of each theme, in turn, and some of none."""
    questions = [
        Question(f"{theme}-{number}", "nps", {}, theme=str(theme))
        for number in range(max(themes, default=0))
        for theme, size in enumerate(themes)
        if number < size
    ]
    questions += [Question(f"alone-{number}", "nps", {}) for number in range(alone)]
    return Survey("s", "1", {}, ("en",), tuple(questions))


def themes_split(survey: Survey, parts: Sequence[Sequence[str]]) -> int:
    """How many more parts themes are in than there are themes."""
    theme = {question.id: question.theme or question.id for question in survey.questions}
    return sum(len({theme[name] for name in part}) for part in parts) - len(set(theme.values()))


@pytest.mark.parametrize(
    ("themes", "alone", "most", "sizes"),
    [
        ((4, 4, 4), 0, 4, [4, 4, 4]),
        ((3, 3, 2, 2, 2), 0, 6, [6, 6]),
        ((4, 2, 4, 2), 0, 6, [6, 6]),
        ((3, 3), 5, 4, [4, 4, 3]),
        ((), 11, 5, [4, 4, 3]),
        ((5, 4), 1, 5, [5, 5]),
        ((3, 3, 2, 2), 3, 4, [4, 3, 3, 3]),
        ((5, 1), 0, 5, [5, 1]),  # a part may be short where a theme stays together for it
    ],
)
def test_themes_stay_together_where_that_costs_no_part_more(
    themes: Sequence[int], alone: int, most: int, sizes: list[int]
) -> None:
    survey = survey_of(themes, alone)
    parts = parts_of(survey, replace(WEEKLY, questions_per_wave=most))
    assert sorted(map(len, parts), reverse=True) == sizes
    assert themes_split(survey, parts) == 0


def test_a_theme_that_is_too_long_is_split_into_as_few_parts_as_it_takes() -> None:
    survey = survey_of((7, 2))
    parts = parts_of(survey, replace(WEEKLY, questions_per_wave=3))
    assert len(parts) == 3
    assert themes_split(survey, parts) == 2


def test_without_a_number_of_questions_or_with_enough_of_them_all_are_asked() -> None:
    source = shipped()["culture-pulse"].read_text(encoding="utf-8")
    survey, _ = load(source)
    names = tuple(question.id for question in survey.questions)
    for number in (None, len(names), 100):
        schedule = replace(WEEKLY, questions_per_wave=number)
        assert parts_of(survey, schedule) == (names,)
        assert asked_in(source, survey, schedule, 5) == source


@pytest.mark.parametrize("name", sorted(shipped()))
def test_parts_of_the_shipped_definitions_are_definitions_of_the_same_survey(name: str) -> None:
    source = shipped()[name].read_text(encoding="utf-8")
    survey = load_shipped(name)
    schedule = replace(WEEKLY, questions_per_wave=4, always=(survey.questions[0].id,))
    asked = []
    for turn, part in enumerate(parts_of(survey, schedule)):
        found, _ = load(asked_in(source, survey, schedule, turn))
        assert (found.id, found.version, found.title) == (survey.id, survey.version, survey.title)
        assert (found.attributes, found.breakdowns) == (survey.attributes, survey.breakdowns)
        assert [one.id for one in found.questions] == [survey.questions[0].id, *part]
        asked += part
    assert sorted(asked) == sorted(one.id for one in survey.questions[1:])


def test_what_a_part_does_not_use_is_dropped_and_the_rest_keeps_its_words() -> None:
    source = """
        id: two
        version: "1.10"
        title: {en: "yes: no # 2026-01-01"}
        languages: [en]
        option_lists:
          often: [{id: "no", text: {en: "No"}}, {id: "1e5", text: {en: "~"}}]
          rarely: [{id: a, text: {en: "null"}}, {id: b, text: {en: "0x1F"}}]
        themes: [{id: one, text: {en: One}}, {id: two, text: {en: "true"}}]
        questions:
          - {id: first, type: scale, theme: one, text: {en: "Line “one”"}, options: often}
          - {id: second, type: scale, theme: two, text: {en: "- two"}, options: rarely}
        scales:
          - {construct: c, source: s, items: [first]}
          - {construct: d, source: s, items: [first, second]}
    """
    survey, _ = load(source)
    schedule = replace(WEEKLY, questions_per_wave=1)
    text = asked_in(source, survey, schedule, 1)
    found, _ = load(text)
    assert found.questions == survey.questions[1:]
    assert found.themes == survey.themes[1:]
    assert [(scale.construct, scale.items) for scale in found.scales] == [("d", ("second",))]
    assert (found.version, found.title) == (survey.version, survey.title)
    assert "often" not in text


def test_by_default_chance_is_the_operating_systems() -> None:
    people = [f"person-{number}" for number in range(200)]
    # Two draws of 100 of 200 are the same once in 10^59.
    assert draw(people, {}, (), 2) != draw(people, {}, (), 2)


def test_when_all_are_left_out_nobody_is_drawn() -> None:
    assert draw(["one", "two"], {}, ["one", "two"], 1) == ()
    assert draw([], {}, (), 3) == ()
