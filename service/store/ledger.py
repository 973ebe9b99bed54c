"""The ledger's rows, in the order of their positions, chained by hash (privacy/ledger.py).

There is one a wave, which charges everybody it invited, and one a month of conversations, which charges
everybody on any roster.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import String, or_, update
from sqlalchemy import cast as sql_cast
from sqlmodel import Session, col, func, select

from privacy import ledger
from privacy.errors import ContractBroken
from privacy.ledger import YEAR, Entry, State
from service.errors import Conflict
from service.store.drawn import among
from service.store.letting_out import month_of
from service.store.locks import hold
from service.store.tables_main import InvitationRow, LedgerRow, RosterRow, WaveRow

_MONTH_LABEL = b"sottovoce/1/feedback statistics"
_POSITION = sql_cast(col(LedgerRow.position), String).label("position")


def lock(tx: Session) -> None:
    """Hold before what is spent is compared with the cap, so that two waves do not spend the same room."""
    hold(tx, "ledger")


def entries(tx: Session) -> list[Entry]:
    """The whole chain, oldest first."""
    return [_entry(row) for row in tx.exec(select(LedgerRow).order_by(col(LedgerRow.position)))]


def page_of_rows(tx: Session, after: int, limit: int) -> list[LedgerRow]:
    """Up to ``limit`` rows whose positions come after ``after``, in their order."""
    query = select(LedgerRow).where(col(LedgerRow.position) > after)
    return list(tx.exec(query.order_by(col(LedgerRow.position)).limit(limit)))


def populations(tx: Session, rows: Sequence[LedgerRow]) -> dict[str, tuple[str, int]]:
    """For the wave of each row, by its id, the survey whose roster it charged and how many were on it."""
    query = select(WaveRow.id, WaveRow.survey_id, WaveRow.invited).where(
        col(WaveRow.id).in_([row.wave_id for row in rows])
    )
    return {wave_id: (survey_id, invited or 0) for wave_id, survey_id, invited in tx.exec(query)}


def reserve(tx: Session, wave_id: str, wave: bytes, micro_rho: int, day: date) -> None:
    """Append what a wave costs everybody it invites. Raises ContractBroken if the wave has an entry already.

    The caller has compared it with the cap. From here on it counts as spent, whatever becomes of the wave.
    """
    _append(tx, wave_id, wave.hex(), micro_rho, day)


def reserve_month(tx: Session, month: str, micro_rho: int, day: date) -> None:
    """Append what a month's statistics of conversations cost everybody on any roster. As ``reserve``."""
    _append(tx, None, month_name(month), micro_rho, day)


def month_name(month: str) -> str:
    """What stands for a month's statistics where a wave's name stands: 64 hex digits."""
    return hashlib.sha256(_MONTH_LABEL + month.encode()).hexdigest()


def month_entry(tx: Session, month: str) -> LedgerRow | None:
    """The row of a month's statistics."""
    return tx.exec(select(LedgerRow).where(col(LedgerRow.wave) == month_name(month))).first()


def months_due(tx: Session, latest: str) -> list[str]:
    """The months up to ``latest`` (2026-11) that were reserved and are not published yet, oldest first."""
    query = select(LedgerRow).where(col(LedgerRow.wave_id).is_(None), col(LedgerRow.state) == "reserved")
    months = [month_of(row.day) for row in tx.exec(query.order_by(col(LedgerRow.position)))]
    return [month for month in months if month <= latest]


def mark_month(tx: Session, month: str, state: State) -> None:
    """Note how far a month's statistics have come. Raises Conflict if the month has no entry."""
    query = update(LedgerRow).where(col(LedgerRow.wave) == month_name(month)).values(state=state)
    if tx.connection().execute(query).rowcount != 1:
        raise Conflict(f"the month {month} has no entry in the ledger; restore the table ledger")


def _append(tx: Session, wave_id: str | None, wave: str, micro_rho: int, day: date) -> None:
    lock(tx)
    chain = entries(tx)
    entry = ledger.reserve(chain, wave, micro_rho, day)
    tx.add(
        LedgerRow(
            position=len(chain) + 1,
            wave_id=wave_id,
            wave=entry.wave,
            micro_rho=entry.micro_rho,
            day=entry.day,
            state=entry.state,
            previous=entry.previous,
            digest=entry.digest,
        )
    )
    tx.flush()


def mark(tx: Session, wave_id: str, state: State) -> None:
    """Note how far a wave's tally has come. Raises Conflict if the wave has no entry."""
    query = update(LedgerRow).where(col(LedgerRow.wave_id) == wave_id).values(state=state)
    if tx.connection().execute(query).rowcount != 1:
        raise Conflict(f"wave {wave_id} has no entry in the ledger; restore the table ledger")


def charges_of_roster(tx: Session, survey_id: str, today: date, draw: str | None = None) -> list[list[Entry]]:
    """The charges of the year up to ``today`` that people of a roster share: each list once, and no names.

    With ``draw`` those of the people who were drawn for that wave. Whoever was in no wave of the year shares
    the list of what everybody is charged, which is always there.
    """
    people: Any = (
        select(col(RosterRow.person).label("person"), _POSITION)
        .select_from(RosterRow)
        .join(InvitationRow, col(InvitationRow.person) == col(RosterRow.person))
        .join(LedgerRow, col(LedgerRow.wave_id) == col(InvitationRow.wave_id))
        .where(col(RosterRow.survey_id) == survey_id, among(draw))
    )
    return _shared(tx, today, people)


def charges_of_everybody(tx: Session, today: date) -> list[list[Entry]]:
    """The same for everybody who was ever invited."""
    people: Any = select(col(InvitationRow.person).label("person"), _POSITION).join(
        LedgerRow, col(LedgerRow.wave_id) == col(InvitationRow.wave_id)
    )
    return _shared(tx, today, people)


def _shared(tx: Session, today: date, people: Any) -> list[list[Entry]]:
    # One row a person in the database, and one a distinct list of waves on the way out of it.
    each = people.where(col(LedgerRow.day) > today - YEAR).subquery()
    lists = select(func.aggregate_strings(each.c.position, ",").label("positions")).group_by(each.c.person)
    found = tx.exec(select(lists.subquery().c.positions).distinct())
    shared = {frozenset(int(number) for number in positions.split(",")) for positions in found}
    rows = page_of_rows(tx, 0, 1_000_000)
    by_position = {row.position: _entry(row) for row in rows}
    of_all = frozenset(row.position for row in rows if row.wave_id is None and row.day > today - YEAR)
    charged = {of_all, *(numbers | of_all for numbers in shared)}
    return [[by_position[number] for number in sorted(numbers)] for numbers in charged]


def charges_of_person(tx: Session, person: str) -> list[Entry]:
    """Every charge of a person: of every wave that ever invited them, and of what everybody is charged."""
    invited = select(InvitationRow.wave_id).where(col(InvitationRow.person) == person)
    query = select(LedgerRow).where(
        or_(col(LedgerRow.wave_id).in_(invited), col(LedgerRow.wave_id).is_(None))
    )
    return [_entry(row) for row in tx.exec(query.order_by(col(LedgerRow.position)))]


def chain_holds(chain: Sequence[Entry]) -> bool:
    """Whether nothing in the chain was changed, moved or left out before its end."""
    try:
        ledger.verify_chain(chain)
    except ContractBroken:
        return False
    return True


def _entry(row: LedgerRow) -> Entry:
    return Entry(row.wave, row.micro_rho, row.day, cast(State, row.state), row.previous, row.digest)
