"""Whatever is given for a definition, as data or as a file, is read or refused in printable lines."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.definition import parse
from privacy.errors import Invalid, Problem
from service.surveys.definition_file import load
from tests.property.definition_faults import replaced
from tests.property.definition_files import Data, Place, errors, written
from tests.property.sound_definitions import definitions

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
