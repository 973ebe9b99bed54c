"""Whether a wave's privacy loss fits under the cap for everybody on a roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from privacy.ledger import CAP_DELTA, Entry, check_cap, first_day, spent
from privacy.mechanism import micro_rho_for


@dataclass(frozen=True, slots=True)
class Room:
    """``cap`` and ``spent`` are millionths of rho, ``spent`` being the most of anybody on the roster.

    ``fits`` says whether the wave may open on the day that was asked about, ``fits_from`` which is the first
    day on which it may; None if it never may.
    """

    cap: int
    spent: int
    fits: bool
    fits_from: date | None


def room_of(charges: Sequence[Sequence[Entry]], micro_rho: int, cap_epsilon: float, day: date) -> Room:
    """The room of a wave that costs ``micro_rho``; ``charges`` are those of the people on its roster."""
    cap = micro_rho_for(cap_epsilon, CAP_DELTA)
    days = [first_day(entries, micro_rho, day, cap) for entries in charges]
    fits_from = None if None in days else max(found for found in days if found is not None)
    return Room(cap, max(spent(entries, day) for entries in charges), fits_from == day, fits_from)


def check_room(charges: Sequence[Sequence[Entry]], micro_rho: int, cap_epsilon: float, day: date) -> None:
    """Raises BudgetExceeded, with the day from which it fits, if the wave would take anybody past the cap."""
    cap = micro_rho_for(cap_epsilon, CAP_DELTA)
    latest = max(charges, key=lambda entries: first_day(entries, micro_rho, day, cap) or date.max)
    check_cap(latest, micro_rho, day, cap)
