"""The privacy loss of the people on a roster over all their waves: one chained entry a wave, and a cap.

What is charged is fixed when a wave is reserved and chained by hash. How far the wave has come since is not
in the chain, because it changes no charge: a reserved wave counts as spent, and so does one that crashed.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from privacy.canonical import canonical_json
from privacy.errors import BudgetExceeded, ContractBroken
from privacy.mechanism import MICRO, epsilon_of, micro_rho_for

State = Literal["reserved", "drawn", "committed"]

FIRST = "0" * 64  # what the first entry calls the hash before it
YEAR = timedelta(days=365)
CAP_EPSILON = 8.0
CAP_DELTA = 1e-6

_LABEL = b"sottovoce/1/ledger"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one wave costs everybody on its roster, whether they answer or not.

    ``wave``, ``previous`` and ``digest`` are hex of 32 bytes; ``micro_rho`` is in millionths of rho; ``day``
    is the day the wave was reserved. ``digest`` is SHA-256 over all before it but the state.
    """

    wave: str
    micro_rho: int
    day: date
    state: State
    previous: str
    digest: str


def reserve(entries: Sequence[Entry], wave: str, micro_rho: int, day: date) -> Entry:
    """The entry to append for a new wave. Raises ContractBroken if the wave has one already."""
    if any(entry.wave == wave for entry in entries):
        raise ContractBroken(f"wave {wave} is in the ledger already")
    previous = entries[-1].digest if entries else FIRST
    return Entry(wave, micro_rho, day, "reserved", previous, digest_of(wave, micro_rho, day, previous))


def digest_of(wave: str, micro_rho: int, day: date, previous: str) -> str:
    """The hash of an entry, 64 hex digits, over its canonical JSON."""
    value = {"wave": wave, "micro_rho": micro_rho, "day": day.isoformat(), "previous": previous}
    return hashlib.sha256(_LABEL + canonical_json(value)).hexdigest()


def verify_chain(entries: Iterable[Entry]) -> None:
    """Raises ContractBroken at the first entry that was changed, moved, inserted or follows a missing one.

    Entries missing at the end leave a chain that holds; compare the last digest with one noted elsewhere.
    """
    previous = FIRST
    waves: set[str] = set()
    for number, entry in enumerate(entries, start=1):
        expected = digest_of(entry.wave, entry.micro_rho, entry.day, previous)
        if entry.previous != previous or entry.digest != expected or entry.wave in waves:
            raise ContractBroken(
                f"the ledger is broken at entry {number}, wave {entry.wave}; restore it from a backup"
            )
        previous = entry.digest
        waves.add(entry.wave)


def spent(entries: Iterable[Entry], today: date) -> int:
    """The millionths of rho charged in the 365 days up to ``today``; a later day counts as well."""
    return sum(entry.micro_rho for entry in entries if today - entry.day < YEAR)


def check_cap(entries: Sequence[Entry], micro_rho: int, today: date, cap: int | None = None) -> None:
    """Raises BudgetExceeded if ``micro_rho`` more would take the rolling year over ``cap``.

    ``entries`` are the waves that invited the same people. ``cap`` is in millionths of rho, by default what
    epsilon 8 at 1e-6 comes to. The error names the day from which the wave would fit.
    """
    cap = micro_rho_for(CAP_EPSILON, CAP_DELTA) if cap is None else cap
    used = spent(entries, today)
    if used + micro_rho <= cap:
        return
    raise BudgetExceeded(
        f"the wave costs {_words(micro_rho)}; of {_words(cap)} a year, {_words(used)} is spent up to "
        f"{today.isoformat()}; {_remedy(entries, micro_rho, today, cap)}"
    )


def _remedy(entries: Sequence[Entry], micro_rho: int, today: date, cap: int) -> str:
    fits = first_day(entries, micro_rho, today, cap)
    if fits is None:
        return "it is over the cap by itself: choose a smaller epsilon"
    return f"it fits from {fits.isoformat()}, or with a smaller epsilon"


def first_day(entries: Sequence[Entry], micro_rho: int, today: date, cap: int) -> date | None:
    """The first day from ``today`` on which ``micro_rho`` more stays within ``cap``, or None."""
    if micro_rho > cap:
        return None
    days = sorted({today, *(entry.day + YEAR for entry in entries if today - entry.day < YEAR)})
    return next(day for day in days if spent(entries, day) + micro_rho <= cap)


def _words(micro_rho: int) -> str:
    return f"rho {micro_rho / MICRO:g} (epsilon {epsilon_of(micro_rho, CAP_DELTA):g})"
