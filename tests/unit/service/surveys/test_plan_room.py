"""A plan fits exactly if each of its waves could be opened on its day after those before it."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from privacy.errors import BudgetExceeded
from privacy.ledger import CAP_DELTA, Entry, check_cap
from privacy.mechanism import micro_rho_for
from service.surveys.plan_room import Cost, largest_epsilon, loads

TODAY = date(2026, 3, 2)
CAP = micro_rho_for(8.0, CAP_DELTA)
COSTS = st.integers(min_value=1, max_value=CAP)


def charge(cost: int, day: date) -> Entry:
    return Entry("", cost, day, "reserved", "", "")


@st.composite
def charges(draw: st.DrawFn) -> list[list[Entry]]:
    """Charges of the past year that people share, the empty list among them."""
    past = st.builds(
        charge, st.integers(1, CAP // 2), st.integers(0, 364).map(lambda ago: TODAY - timedelta(days=ago))
    )
    return [[], *draw(st.lists(st.lists(past, max_size=3), max_size=3))]


PLANS = st.lists(st.tuples(st.integers(0, 900), COSTS, st.integers(0, 100_000)), min_size=1, max_size=6).map(
    lambda waves: [
        Cost(f"other-{number}", TODAY + timedelta(days=ahead), cost + fixed, fixed)
        for number, (ahead, cost, fixed) in enumerate(waves)
    ]
)


def opens_in_full(shared: list[list[Entry]], plan: list[Cost]) -> bool:
    """Whether every wave passes the ledger's own check on its day, one after the other."""
    for entries in shared:
        spent = list(entries)
        for cost in sorted(plan, key=lambda cost: cost.day):
            try:
                check_cap(spent, cost.micro_rho, cost.day, CAP)
            except BudgetExceeded:
                return False
            spent.append(charge(cost.micro_rho, cost.day))
    return True


@given(charges(), PLANS)
def test_a_plan_fits_exactly_if_every_wave_could_be_opened(
    shared: list[list[Entry]], plan: list[Cost]
) -> None:
    assert all(load.fits for load in loads(shared, plan, CAP)) is opens_in_full(shared, plan)


@given(charges(), PLANS)
def test_the_day_from_which_a_wave_fits_is_one_on_which_it_does(
    shared: list[list[Entry]], plan: list[Cost]
) -> None:
    found = loads(shared, plan, CAP)
    for place, load in enumerate(found):
        if load.fits or load.fits_from is None:
            continue
        assert load.fits_from > load.cost.day
        before = [one.cost for one in found[:place]]
        later = Cost(load.cost.label, load.fits_from, load.cost.micro_rho)
        assert loads(shared, [*before, later], CAP)[-1].fits


@given(charges(), PLANS)
def test_the_largest_epsilon_fits_and_a_larger_one_does_not(
    shared: list[list[Entry]], plan: list[Cost]
) -> None:
    def fits(epsilon: float) -> bool:
        cost = micro_rho_for(epsilon, CAP_DELTA)
        tried = [Cost(one.label, one.day, cost + one.fixed, one.fixed) for one in plan]
        return opens_in_full(shared, tried)

    most = largest_epsilon(shared, plan, CAP)
    if most is not None:
        assert fits(most)
    assert not fits(round((most or 0) + 0.02, 2))
