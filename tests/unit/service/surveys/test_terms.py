"""The terms of a wave: what no wave may have is refused by its name."""

from datetime import UTC, datetime, timedelta

import pytest

from service.surveys.definition_file import load_shipped
from service.surveys.terms import Terms, term_problems, usual_tables

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
SURVEY = load_shipped("psychological-safety")


def faults(days: int, **terms: int) -> list[tuple[str, str]]:
    closes_at = START + timedelta(days=days)
    problems = term_problems(Terms(START, closes_at, usual_tables(SURVEY), **terms), START)
    return [(problem.id, problem.place) for problem in problems]


def test_a_wave_is_open_for_366_days_at_most() -> None:
    assert faults(366) == []
    assert faults(367) == [("open-too-long", "closes_at")]


@pytest.mark.parametrize("days", [-1, 3651, 10**12])
def test_responses_are_kept_for_ten_years_at_most(days: int) -> None:
    assert faults(7, retention_days=0) == faults(7, retention_days=3650) == []
    assert faults(7, retention_days=days) == [("retention-out-of-range", "retention_days")]
