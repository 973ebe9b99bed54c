"""The ledger's rows: one a wave, in the order of their positions, chained by hash (privacy/ledger.py)."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from sqlalchemy import String, update
from sqlalchemy import cast as sql_cast
from sqlmodel import Session, col, func, select

from privacy import ledger
from privacy.errors import ContractBroken
from privacy.ledger import YEAR, Entry, State
from service.errors import Conflict
from service.store.locks import hold
from service.store.tables_main import InvitationRow, LedgerRow, RosterRow, WaveRow


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
    lock(tx)
    chain = entries(tx)
    entry = ledger.reserve(chain, wave.hex(), micro_rho, day)
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


def charges_of_roster(tx: Session, survey_id: str, today: date) -> list[list[Entry]]:
    """The charges of the year up to ``today`` that people of a roster share: each list once, and no names.

    Whoever was in no wave of the year shares the empty list, which is always there.
    """
    position = sql_cast(col(LedgerRow.position), String)
    # One row a person in the database, and one a distinct list of waves on the way out of it.
    lists = (
        select(func.aggregate_strings(position, ",").label("positions"))
        .select_from(RosterRow)
        .join(InvitationRow, col(InvitationRow.person) == col(RosterRow.person))
        .join(LedgerRow, col(LedgerRow.wave_id) == col(InvitationRow.wave_id))
        .where(col(RosterRow.survey_id) == survey_id, col(LedgerRow.day) > today - YEAR)
        .group_by(col(RosterRow.person))
        .subquery()
    )
    shared = {
        frozenset(int(number) for number in positions.split(","))
        for positions in tx.exec(select(lists.c.positions).distinct())
    }
    by_position = {row.position: _entry(row) for row in page_of_rows(tx, 0, 1_000_000)} if shared else {}
    return [[], *([by_position[number] for number in sorted(numbers)] for numbers in shared)]


def charges_of_person(tx: Session, person: str) -> list[Entry]:
    """Every charge of a person, in every wave that ever invited them."""
    query = (
        select(LedgerRow)
        .join(InvitationRow, col(InvitationRow.wave_id) == col(LedgerRow.wave_id))
        .where(col(InvitationRow.person) == person)
        .order_by(col(LedgerRow.position))
    )
    return [_entry(row) for row in tx.exec(query)]


def chain_holds(chain: Sequence[Entry]) -> bool:
    """Whether nothing in the chain was changed, moved or left out before its end."""
    try:
        ledger.verify_chain(chain)
    except ContractBroken:
        return False
    return True


def _entry(row: LedgerRow) -> Entry:
    return Entry(row.wave, row.micro_rho, row.day, cast(State, row.state), row.previous, row.digest)
