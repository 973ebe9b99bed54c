"""A month's statistics of conversations: drawn once, with the ledger's entry, in one transaction.

A month is published when the month after it has ended, because nothing counts in it after that. The exact
counts are deleted then. Killed in between, the next look finds the statistics there and deletes the counts.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine

from privacy.feedback_statistics import Terms, protect
from service.clock import Clock, today
from service.errors import Conflict
from service.store import feedback_counts, feedback_periods, ledger, waves
from service.store import feedback_statistics as store
from service.store.letting_out import months_before
from service.store.unit_of_work import reading, unit_of_work


@dataclass(frozen=True, slots=True)
class MonthlyStatistics:
    """What draws the months that are over."""

    main: Engine
    box: Engine
    clock: Clock

    def publish_what_is_over(self) -> None:
        """Draw every month that is complete and was reserved, and delete the counts that are over.

        Raises Unavailable, ContractBroken; nothing is deleted then.
        """
        latest = months_before(today(self.clock), 2)
        with reading(self.main) as tx:
            due = ledger.months_due(tx, latest)
        for month in due:
            self._draw(month)
        with unit_of_work(self.box) as tx:
            if feedback_counts.has_any_up_to(tx, latest):
                feedback_counts.forget_up_to(tx, latest)

    def _draw(self, month: str) -> None:
        with reading(self.main) as tx:
            entry = ledger.month_entry(tx, month)
        if entry is None:
            return
        value = self._value(month, entry.micro_rho)
        try:
            with unit_of_work(self.main) as tx:
                store.add_statistics(tx, month, value)
                ledger.mark_month(tx, month, "committed")
        except Conflict:
            with reading(self.main) as tx:  # perhaps another tally was quicker, and then all is well
                if not store.has_statistics(tx, month):
                    raise

    def _value(self, month: str, micro_rho: int) -> dict[str, Any]:
        with reading(self.box) as tx:
            period = feedback_periods.period_of_month(tx, month)
            channels = feedback_counts.channels_and_themes(tx)
            counts = feedback_counts.counted(tx, month)
        with reading(self.main) as tx:
            waves_open = waves.number_open_between(tx, *_times(month))
        tokens = 0 if period is None else period.tokens * period.links  # without one nobody could write
        return protect(Terms(month, micro_rho, max(1, tokens + waves_open)), channels, counts)


def _times(month: str) -> tuple[str, str]:
    """The first minute of a month and of the next, as waves write theirs."""
    first = date.fromisoformat(f"{month}-01")
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return f"{first.isoformat()}T00:00:00Z", f"{after.isoformat()}T00:00:00Z"
