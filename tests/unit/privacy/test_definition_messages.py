"""Problems of a definition are told in order, each as one short line with a remedy."""

import pytest

from privacy.definition import parse
from privacy.errors import Invalid
from tests.unit.privacy.definition_data import Data


def test_warnings_are_reported_beside_faults(definition: Data) -> None:
    definition["cadence"] = "daily"
    definition["questions"][5]["text"]["en"] = "What is your name?"
    with pytest.raises(Invalid) as caught:
        parse(definition)
    assert [(p.id, p.severity) for p in caught.value.problems] == [
        ("unknown-value", "error"),
        ("identifies", "warning"),
    ]


def test_problems_come_in_the_order_of_their_lines(definition: Data) -> None:
    definition["cadence"], definition["version"] = "daily", "?"
    lines = {"version": 20, "cadence": 10}
    with pytest.raises(Invalid) as caught:
        parse(definition, lambda place: lines[str(place[0])])
    assert [(p.line, p.place) for p in caught.value.problems] == [(10, "cadence"), (20, "version")]


def test_a_wrong_name_is_answered_with_the_nearest_right_one(definition: Data) -> None:
    definition["questions"][5]["max-bytes"] = 5
    definition["questions"][1]["theme"] = "worklod"
    with pytest.raises(Invalid) as caught:
        parse(definition)
    assert [problem.remedy for problem in caught.value.problems] == [
        "did you mean workload",
        "did you mean max_bytes",
    ]


@pytest.mark.parametrize(
    "value",
    ["\x1b[31mred", "a\nb", "\u202eevil", "x" * 10_000, 10**5_000, float("nan")],
    ids=["escape", "two lines", "direction", "long", "huge", "nan"],
)
def test_a_message_is_one_short_printable_line_whatever_was_given(definition: Data, value: object) -> None:
    definition["cadence"] = value
    definition[str(value) if isinstance(value, str) else "x"] = value
    with pytest.raises(Invalid) as caught:
        parse(definition)
    for problem in caught.value.problems:
        assert str(problem).isprintable()
        assert len(str(problem)) < 500


def test_a_remedy_suggests_no_name_that_cannot_be_printed(definition: Data) -> None:
    definition["option_lists"] = {"\x1b[31m": definition["option_lists"]["agreement"]}
    with pytest.raises(Invalid) as caught:
        parse(definition)
    assert all(str(problem).isprintable() for problem in caught.value.problems)
