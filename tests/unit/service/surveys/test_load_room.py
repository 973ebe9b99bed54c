"""Whether a wave leaves people within what they may be asked for, day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.store.load import WINDOW, Asked, Load, most
from service.surveys.load_room import LoadRoom, room_for, words_of

START = date(2026, 3, 2)
CAP = Load(3, 10)
days = st.integers(0, 90).map(lambda number: START + timedelta(days=number))
asked = st.lists(st.builds(Asked, days, st.integers(1, 5)), max_size=9)


def window(found: list[Asked], end: date) -> Load:
    within = [one for one in found if end - WINDOW < one.day <= end]
    return Load(len(within), sum(one.minutes for one in within))


@given(asked, days)
def test_the_most_is_that_of_any_28_days_with_the_day_in_them(found: list[Asked], day: date) -> None:
    every = [window(found, day + timedelta(days=number)) for number in range(WINDOW.days)]
    expected = Load(max(one.invitations for one in every), max(one.minutes for one in every))
    assert most(found, day) == expected


@given(asked, days, st.integers(1, 10))
def test_on_the_day_that_is_named_it_fits_and_on_no_day_before(
    found: list[Asked], day: date, minutes: int
) -> None:
    def fits(when: date) -> bool:
        return room_for([tuple(found)], minutes, when, CAP).over == 0

    first = room_for([tuple(found)], minutes, day, CAP).fits_from
    assert first is not None
    assert fits(first)
    assert not any(fits(day + timedelta(days=number)) for number in range((first - day).days))


@given(asked, days, st.integers(1, 5))
def test_with_the_wave_nobody_is_asked_for_more_than_the_cap_in_any_28_days(
    found: list[Asked], day: date, minutes: int
) -> None:
    if room_for([tuple(found)], minutes, day, CAP).over:
        return
    after = [*found, Asked(day, minutes)]
    for number in range(WINDOW.days):
        end = day + timedelta(days=number)
        assert window(after, end).invitations <= CAP.invitations
        assert window(after, end).minutes <= CAP.minutes


def test_it_fits_when_it_fits_everybody() -> None:
    early = (Asked(START, 9),)
    late = (Asked(START + timedelta(days=3), 9),)
    room = room_for([early, late, ()], 5, START + timedelta(days=5), CAP)
    assert room == LoadRoom(3, 2, START + timedelta(days=31))
    assert "2 of 3 people" in words_of(room, CAP)
    assert "2026-04-02" in words_of(room, CAP)


def test_a_wave_that_is_more_than_the_cap_by_itself_fits_on_no_day() -> None:
    assert room_for([(), ()], 11, START, CAP) == LoadRoom(2, 2, None)
    assert room_for([], 11, START, CAP) == LoadRoom(0, 0, None)
