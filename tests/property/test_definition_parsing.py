"""Every sound definition is read; every fault in one is reported under its id and on its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.answers import layout_for
from privacy.definition import parse, response_bytes
from privacy.definition_warnings import warnings
from service.surveys.definition_file import load
from tests.property.definition_faults import FAULTS, SINGLE
from tests.property.definition_files import Data, errors, written
from tests.property.sound_definitions import definitions


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
