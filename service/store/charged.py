"""What each person was charged by waves, so that whoever has no room left is not drawn for another one."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session, col, func, select

from service.store.tables_main import InvitationRow, LedgerRow


def charged(tx: Session, after: date) -> Mapping[str, int]:
    """The millionths of rho that people were charged after a day by waves that invited them.

    What everybody is charged comes on top: ``charged_to_everybody``.
    """
    each = (
        select(InvitationRow.person, func.sum(LedgerRow.micro_rho))
        .join(LedgerRow, col(LedgerRow.wave_id) == col(InvitationRow.wave_id))
        .where(col(LedgerRow.day) > after)
        .group_by(col(InvitationRow.person))
    )
    return {person: int(amount) for person, amount in tx.exec(each)}


def charged_to_everybody(tx: Session, after: date) -> int:
    """The millionths of rho that everybody was charged after a day, for statistics of conversations."""
    query = select(func.sum(LedgerRow.micro_rho)).where(col(LedgerRow.wave_id).is_(None))
    return int(tx.exec(query.where(col(LedgerRow.day) > after)).one() or 0)
