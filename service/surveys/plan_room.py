"""Whether all the waves of a plan fit under the cap together, each on the day on which it opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from privacy.ledger import CAP_DELTA, Entry, first_day, spent
from privacy.mechanism import MICRO, epsilon_of, micro_rho_for

_STEP = 100  # an epsilon is proposed in hundredths


@dataclass(frozen=True, slots=True)
class Cost:
    """What a planned wave will charge everybody on the roster, in millionths of rho, and on which day.

    ``epsilon_counts`` is False for one that is drafted already: its loss does not follow from the plan's
    epsilon. ``fixed`` is the part of ``micro_rho`` that does not either, that of pairing.
    """

    label: str
    day: date
    micro_rho: int
    fixed: int = 0
    epsilon_counts: bool = True


@dataclass(frozen=True, slots=True)
class Load:
    """A planned wave and the most that anybody will have been charged in the year up to its opening."""

    cost: Cost
    spent: int
    cap: int
    fits_from: date | None

    @property
    def fits(self) -> bool:
        """Whether the wave can open on its day."""
        return self.spent + self.cost.micro_rho <= self.cap


def loads(charges: Sequence[Sequence[Entry]], costs: Sequence[Cost], cap: int) -> list[Load]:
    """Each wave in the order of its day, beside what was charged before and what is planned before it.

    ``charges`` are the lists of charges that people of the roster share, the empty one among them. Of a wave
    that does not fit, ``fits_from`` is the first day on which it would, None if there is none.
    """
    found: list[Load] = []
    before: list[Entry] = []
    for cost in sorted(costs, key=lambda cost: cost.day):
        lists = [[*entries, *before] for entries in charges]
        days = [first_day(entries, cost.micro_rho, cost.day, cap) for entries in lists]
        fits_from = None if None in days else max(day for day in days if day is not None)
        found.append(Load(cost, max(spent(entries, cost.day) for entries in lists), cap, fits_from))
        before.append(Entry("", cost.micro_rho, cost.day, "reserved", "", ""))
    return found


def largest_epsilon(charges: Sequence[Sequence[Entry]], costs: Sequence[Cost], cap: int) -> float | None:
    """The largest epsilon, in hundredths, with which every wave of the plan fits; None if there is none."""
    low, high = 0, cap + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _all_fit(charges, costs, cap, middle) else (low, middle)
    return epsilon_within(low)


def epsilon_within(micro_rho: int) -> float | None:
    """The largest epsilon, in hundredths, that costs at most this many millionths of rho; None for none."""
    if micro_rho <= 0:
        return None
    steps = int(epsilon_of(micro_rho, CAP_DELTA) * _STEP)
    while steps and micro_rho_for(steps / _STEP, CAP_DELTA) > micro_rho:
        steps -= 1
    return steps / _STEP or None


def loss_in_words(micro_rho: int) -> str:
    """A privacy loss as faults name it."""
    return f"rho {micro_rho / MICRO:g} (epsilon {epsilon_of(micro_rho, CAP_DELTA):g})"


def _all_fit(charges: Sequence[Sequence[Entry]], costs: Sequence[Cost], cap: int, micro_rho: int) -> bool:
    tried = [Cost(one.label, one.day, micro_rho + one.fixed) if one.epsilon_counts else one for one in costs]
    return all(load.fits for load in loads(charges, tried, cap))
