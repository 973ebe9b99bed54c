"""Every question and every person comes back within the stated number of waves; a part is a definition."""

import math
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import count
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.survey import Survey
from service.distribution.rotation import asked_in, draw, parts_of
from service.distribution.schedule import Schedule
from service.distribution.schedule_faults import schedule_problems
from service.surveys.definition_file import load
from service.surveys.yaml_document import read_yaml
from tests.property.definition_files import Data, written
from tests.property.sound_definitions import definitions

WEEKLY = Schedule("weekly", date(2026, 1, 5))


def rotating(draw: st.DrawFn, survey: Survey) -> Schedule:
    """Some questions always, and so many of the others a wave."""
    names = [question.id for question in survey.questions]
    always = draw(st.lists(st.sampled_from(names), max_size=len(names) - 1, unique=True))
    return replace(WEEKLY, always=tuple(always), questions_per_wave=draw(st.integers(1, len(names))))


@given(definitions(), st.data())
@settings(max_examples=25, deadline=None)
def test_every_question_is_in_one_part_and_there_are_no_more_parts_than_it_takes(
    data: Data, choice: st.DataObject
) -> None:
    survey, _ = load(written(data).text)
    schedule = rotating(choice.draw, survey)
    parts = parts_of(survey, schedule)
    turning = [one.id for one in survey.questions if one.id not in schedule.always]
    assert Counter(name for part in parts for name in part) == Counter(turning)
    assert len(parts) == math.ceil(len(turning) / schedule.questions_per_wave)
    assert all(0 < len(part) <= schedule.questions_per_wave for part in parts)
    assert all(list(part) == [name for name in turning if name in part] for part in parts)


@given(definitions(), st.data())
@settings(max_examples=25, deadline=None)
def test_a_part_is_a_definition_that_changes_no_question_attribute_or_breakdown(
    data: Data, choice: st.DataObject
) -> None:
    source = written(data).text
    survey, _ = load(source)
    schedule = rotating(choice.draw, survey)
    for turn, part in enumerate(parts_of(survey, schedule)[:3]):
        found, _ = load(asked_in(source, survey, schedule, turn))
        asked = {*part, *schedule.always}
        assert found.questions == tuple(one for one in survey.questions if one.id in asked)
        themes = {question.theme for question in found.questions}
        assert found.themes == tuple(theme for theme in survey.themes if theme.id in themes)
        items = [(one, tuple(item for item in one.items if item in asked)) for one in survey.scales]
        assert found.scales == tuple(replace(one, items=kept) for one, kept in items if kept)
        kept = replace(survey, questions=found.questions, themes=found.themes, scales=found.scales)
        assert found == kept


@given(definitions(), st.data(), st.integers(0, 200))
@settings(max_examples=25, deadline=None)
def test_every_question_returns_within_as_many_waves_as_there_are_parts(
    data: Data, choice: st.DataObject, first: int
) -> None:
    source = written(data).text
    survey, _ = load(source)
    schedule = rotating(choice.draw, survey)
    parts = len(parts_of(survey, schedule))
    waves = [asked_in(source, survey, schedule, first + turn) for turn in range(parts + 1)]
    seen = Counter(one["id"] for wave in waves[:-1] for one in read_yaml(wave).value["questions"])
    assert seen == {one.id: parts if one.id in schedule.always else 1 for one in survey.questions}
    assert waves[-1] == waves[0]


@given(definitions(), st.data(), st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_nobody_is_kept_from_a_part_where_the_schedule_has_no_problems(
    data: Data, choice: st.DataObject, one_in: int
) -> None:
    survey, _ = load(written(data).text)
    schedule = replace(rotating(choice.draw, survey), people_one_in=one_in)
    parts = len(parts_of(survey, schedule))
    locked = any(one.id == "rotation-locked" for one in schedule_problems(schedule, survey))
    met = {turn % parts for turn in range(0, parts * one_in, one_in)}
    assert locked == (len(met) < parts)


PEOPLE = st.integers(1, 60)
ONE_IN = st.integers(1, 12)
SEED = st.integers(0, 2**32)


@given(PEOPLE, ONE_IN, st.integers(1, 40), SEED)
@settings(max_examples=200, deadline=None)
def test_everybody_is_drawn_within_one_in_waves_and_once_where_they_go_up(
    number: int, one_in: int, waves: int, seed: int
) -> None:
    chance, last_turn = Random(seed), {}
    people = [f"person-{place}" for place in range(number)]
    drawn: list[tuple[str, ...]] = []
    for turn in range(waves + one_in):
        drawn.append(draw(people, last_turn, (), one_in, chance))
        last_turn |= dict.fromkeys(drawn[-1], turn)
    for start in range(waves + 1):
        times = Counter(person for wave in drawn[start : start + one_in] for person in wave)
        assert set(times) == set(people)
        if number % one_in == 0:
            assert set(times.values()) == {1}


@given(st.data(), ONE_IN, SEED)
@settings(max_examples=300, deadline=None)
def test_who_has_waited_longest_comes_first_and_who_is_left_out_goes_on_waiting(
    choice: st.DataObject, one_in: int, seed: int
) -> None:
    names = st.lists(st.text(min_size=1, max_size=3), unique=True, max_size=30)
    people = choice.draw(names)
    asked = choice.draw(st.dictionaries(st.sampled_from(people or ["nobody"]), st.integers(0, 5)))
    left_out = choice.draw(st.lists(st.sampled_from(people or ["nobody"])))
    found = draw(people, asked, left_out, one_in, Random(seed))
    free = [person for person in people if person not in left_out]
    assert len(found) == len(set(found)) == min(math.ceil(len(people) / one_in), len(free))
    assert set(found) <= set(free)
    waiting = [asked.get(person, -1) for person in free if person not in found]
    assert all(asked.get(person, -1) <= turn for person in found for turn in waiting)
    assert list(found) == sorted(found)
    assert found == draw(people[::-1], asked, left_out, one_in, Random(seed))


@given(st.integers(12, 60), st.integers(2, 6), SEED)
@settings(max_examples=100, deadline=None)
def test_everybody_comes_back_after_people_joined_and_left(number: int, one_in: int, seed: int) -> None:
    """One newcomer a wave takes one of two places or more, so nobody waits more than twice as long."""
    chance, last_turn = Random(seed), {}
    people = [f"person-{place:04d}" for place in range(number)]
    names = (f"person-{place:04d}" for place in count(number))
    waited: Counter[str] = Counter()
    for turn in range(60):
        joined = [next(names)] if chance.random() < 0.3 else []
        gone = chance.sample(people, 1) if chance.random() < 0.3 and len(people) > 12 else []
        people = [person for person in (*people, *joined) if person not in gone]
        found = draw(people, last_turn, (), one_in, chance)
        last_turn |= dict.fromkeys(found, turn)
        waited = Counter({one: 0 if one in found else waited[one] + 1 for one in people})
        assert max(waited.values()) <= 2 * one_in
