"""When the waves of a program open."""

from datetime import UTC, date, datetime, timedelta

import pytest

from privacy.errors import Invalid
from service.programs.wave_schedule import months_after, schedule, usual_waves

STARTS, ENDS = date(2026, 4, 1), date(2026, 8, 31)


def test_usually_before_the_program_at_its_end_and_one_and_three_months_after() -> None:
    slots = schedule(STARTS, ENDS, usual_waves(), first_opens_at=None, open_days=14)
    assert [(slot.label, slot.opens_at.date()) for slot in slots] == [
        ("baseline", date(2026, 3, 18)),
        ("end", ENDS),
        ("one-month", date(2026, 9, 30)),
        ("three-months", date(2026, 11, 30)),
    ]
    assert all(slot.closes_at - slot.opens_at == timedelta(days=14) for slot in slots)
    assert slots[0].closes_at.date() == STARTS


def test_the_first_opening_gives_the_time_of_day_to_all() -> None:
    first = datetime(2026, 3, 2, 5, 45, tzinfo=UTC)
    slots = schedule(STARTS, ENDS, usual_waves(), first_opens_at=first, open_days=3)
    assert slots[0].opens_at == first
    assert {slot.opens_at.time() for slot in slots} == {first.time()}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 30), 14, date(2028, 1, 30)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_after_a_day_that_a_month_does_not_have_end_on_its_last(
    day: date, months: int, expected: date
) -> None:
    assert months_after(day, months) == expected


@pytest.mark.parametrize(("starts", "ends"), [(date(1, 1, 1), ENDS), (STARTS, date(9999, 12, 31))])
def test_a_day_that_there_is_not_is_a_fault_and_no_error(starts: date, ends: date) -> None:
    with pytest.raises(Invalid) as refused:
        schedule(starts, ends, usual_waves(), first_opens_at=None, open_days=14)
    assert {problem.id for problem in refused.value.problems} == {"wave-when"}
