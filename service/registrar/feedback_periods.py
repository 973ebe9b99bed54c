"""The months whose tokens open conversations: each has an issuer key, made before it and destroyed after."""

import logging
from contextlib import suppress
from datetime import date, timedelta

from privacy.conversation import period_name
from privacy.errors import BudgetExceeded, SottovoceError
from privacy.ledger import CAP_DELTA, check_cap
from privacy.mechanism import micro_rho_for
from privacy.tokens import encode_public_key
from service.errors import Conflict
from service.http.context import Context
from service.registrar.issuer_keys import IssuerKeys
from service.registrar.rsa import IssuerKey
from service.store import channels, feedback_periods, ledger, passes
from service.store.letting_out import month_of, months_before
from service.store.tables_feedback import FeedbackPeriodRow
from service.store.unit_of_work import reading, unit_of_work

_KEPT = 14  # months, for a tally that comes late to draw what they cost
_log = logging.getLogger("sottovoce.feedback")


class Periods:
    """Keeps this month's and the next month's key, and those of the months before that are not over yet."""

    def __init__(self, context: Context, keys: IssuerKeys) -> None:
        self._context = context
        self._keys = keys
        self._looked: date | None = None
        self._said = ""  # the month for which there was no room

    def tick(self) -> None:
        """Make what is missing and destroy what is over, once a day. Two side by side do each thing once."""
        today = self._context.clock().date()
        if self._looked == today:
            return
        this_month, next_month = month_of(today), month_of(today.replace(day=28) + timedelta(days=4))
        with reading(self._context.box) as tx:
            rows = feedback_periods.periods(tx)
        there = {row.month for row in rows}
        for month in (this_month, next_month):
            if month not in there:
                self._make(month)
        for row in rows:
            if row.month < months_before(today, 1):  # its tokens are not taken any more
                self._drop(row, today)
        self._reserve(this_month, today)
        self._looked = today

    def _reserve(self, month: str, today: date) -> None:
        """Charge everybody what this month's statistics will cost, if there is a channel and room for it."""
        epsilon = self._context.settings.feedback_epsilon
        with reading(self._context.box) as tx:
            nothing = not channels.writable_channels(tx)
        if nothing or not epsilon:
            return
        with unit_of_work(self._context.main) as tx:
            ledger.lock(tx)
            if ledger.month_entry(tx, month) is not None:
                return
            micro_rho = micro_rho_for(epsilon, CAP_DELTA)
            try:
                cap = micro_rho_for(self._context.settings.cap_epsilon, CAP_DELTA)
                for charges in ledger.charges_of_everybody(tx, today):
                    check_cap(charges, micro_rho, today, cap)
            except BudgetExceeded as error:
                if self._said != month:
                    _log.warning("no statistics of conversations for %s: %s", month, error)
                self._said = month
                return
            ledger.reserve_month(tx, month, micro_rho, today)

    def _make(self, month: str) -> None:
        key = IssuerKey.generate()
        public_key = encode_public_key(key.modulus)
        name = period_name(month, public_key)
        # The file first: a month without a key could give no tokens, a key without a month harms nobody.
        self._keys.keep(name, key)
        try:
            with unit_of_work(self._context.box) as tx:
                tokens = self._context.settings.feedback_tokens
                feedback_periods.add_period(tx, name, month, public_key, tokens)
        except Conflict:  # another process was first
            self._keys.destroy(name)

    def _drop(self, row: FeedbackPeriodRow, today: date) -> None:
        if self._keys.path_of(row.name).exists():
            with suppress(SottovoceError):
                self._keys.destroy(row.name)
            with unit_of_work(self._context.main) as tx:
                passes.forget_draws(tx, row.name)
            with unit_of_work(self._context.box) as tx:
                feedback_periods.forget_spent(tx, row.month)
        if row.month < months_before(today, _KEPT):
            with unit_of_work(self._context.box) as tx:
                if (found := feedback_periods.find_period(tx, row.name)) is not None:
                    feedback_periods.drop_period(tx, found)
