"""What each person was charged by waves, so that whoever has no room left is not drawn for another one."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session, col, func, select

from service.store.tables_main import InvitationRow, LedgerRow, WaveRow
from service.store.tables_schedules import WavePersonRow


def charged(tx: Session, after: date, *, but: str | None = None, drafts: bool = True) -> Mapping[str, int]:
    """The millionths of rho that people were charged after a day, or will be by drafts they are drawn for.

    The draft ``but`` does not count, and without ``drafts`` none does. What everybody is charged comes on
    top: ``charged_to_everybody``.
    """
    each = (
        select(InvitationRow.person, func.sum(LedgerRow.micro_rho))
        .join(LedgerRow, col(LedgerRow.wave_id) == col(InvitationRow.wave_id))
        .where(col(LedgerRow.day) > after)
        .group_by(col(InvitationRow.person))
    )
    found = {person: int(amount) for person, amount in tx.exec(each)}
    drawn = select(WaveRow).where(col(WaveRow.id).in_(select(WavePersonRow.wave_id)), drafts)
    for row in tx.exec(drawn.where(col(WaveRow.state) == "draft", col(WaveRow.id) != (but or ""))):
        people = select(WavePersonRow.person).where(col(WavePersonRow.wave_id) == row.id)
        for person in tx.exec(people):
            found[person] = found.get(person, 0) + int(row.plan["promise"]["micro_rho"])
    return found


def charged_to_everybody(tx: Session, after: date) -> int:
    """The millionths of rho that everybody was charged after a day, for statistics of conversations."""
    query = select(func.sum(LedgerRow.micro_rho)).where(col(LedgerRow.wave_id).is_(None))
    return int(tx.exec(query.where(col(LedgerRow.day) > after)).one() or 0)
