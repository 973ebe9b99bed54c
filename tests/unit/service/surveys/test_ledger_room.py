"""The room under the cap is that of whoever has the least."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.errors import BudgetExceeded
from privacy.ledger import CAP_DELTA, Entry, spent
from privacy.mechanism import micro_rho_for
from service.surveys.ledger_room import check_room, room_of

DAY = date(2026, 3, 2)
CAP_EPSILON = 1.0
CAP = micro_rho_for(CAP_EPSILON, CAP_DELTA)


def charge(days_ago: int, micro_rho: int) -> Entry:
    """What was charged so many days ago."""
    return Entry("", micro_rho, DAY - timedelta(days=days_ago), "committed", "", "")


def test_nobody_charged_leaves_all_room() -> None:
    room = room_of([[]], CAP, CAP_EPSILON, DAY)
    assert (room.cap, room.spent, room.fits, room.fits_from) == (CAP, 0, True, DAY)
    check_room([[]], CAP, CAP_EPSILON, DAY)


def test_more_than_the_cap_never_fits() -> None:
    assert room_of([[]], CAP + 1, CAP_EPSILON, DAY).fits_from is None
    with pytest.raises(BudgetExceeded):
        check_room([[]], CAP + 1, CAP_EPSILON, DAY)


CHARGES = st.lists(
    st.lists(st.builds(charge, st.integers(0, 500), st.integers(1, CAP // 2)), max_size=4),
    max_size=4,
).map(lambda lists: [[], *lists])


@given(charges=CHARGES, cost=st.integers(1, CAP))
def test_a_wave_fits_when_it_fits_everybody(charges: list[list[Entry]], cost: int) -> None:
    room = room_of(charges, cost, CAP_EPSILON, DAY)
    over = [entries for entries in charges if spent(entries, DAY) + cost > CAP]
    assert room.fits == (not over)
    assert room.spent == max(spent(entries, DAY) for entries in charges)
    assert room.fits_from is not None
    assert all(spent(entries, room.fits_from) + cost <= CAP for entries in charges)
    if over:
        before = room.fits_from - timedelta(days=1)
        assert any(spent(entries, before) + cost > CAP for entries in charges)
        with pytest.raises(BudgetExceeded, match=room.fits_from.isoformat()):
            check_room(charges, cost, CAP_EPSILON, DAY)
    else:
        check_room(charges, cost, CAP_EPSILON, DAY)
