"""How people hear of a wave: what its owner wished, and the rounds of letters that follow from it."""

from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlmodel import Session, col

from service.store.tables_schedules import AnnouncementRow, DistributionRow, MailAgainRow, MailRoundRow


def put(
    tx: Session,
    wave_id: str,
    *,
    mail: bool = False,
    reminders: Sequence[str] = (),
    announce: Sequence[str] = (),
    thermometer: bool = False,
) -> DistributionRow:
    """Store what is wished of a wave in place of what was. ``reminders`` are RFC 3339, UTC, whole minutes."""
    row = tx.get(DistributionRow, wave_id) or DistributionRow(wave_id=wave_id)
    row.mail, row.reminders = mail, sorted(reminders)
    row.announce, row.thermometer = list(announce), thermometer
    tx.add(row)
    tx.flush()
    return row


def get(tx: Session, wave_id: str) -> DistributionRow:
    """What is wished of a wave; nothing at all where nobody wished anything. That is not stored by this."""
    return tx.get(DistributionRow, wave_id) or DistributionRow(
        wave_id=wave_id, mail=False, reminders=[], announce=[], thermometer=False
    )


def start_rounds(tx: Session, row: DistributionRow, now: str) -> None:
    """A wave opens at ``now``: its invitations are due, and its reminders at their times."""
    for number, due in enumerate([now, *(time for time in row.reminders if time > now)]):
        tx.add(MailRoundRow(wave_id=row.wave_id, number=number, due_at=due))
    tx.flush()


def end_rounds(tx: Session, wave_id: str) -> None:
    """A wave closes: no letter goes out any more, and which ones were to be tried again is forgotten.

    Nor is anything said in chats that was not said yet.
    """
    connection = tx.connection()
    connection.execute(delete(MailAgainRow).where(col(MailAgainRow.wave_id) == wave_id))
    unsaid = delete(AnnouncementRow).where(
        col(AnnouncementRow.wave_id) == wave_id, col(AnnouncementRow.state) == "waiting"
    )
    connection.execute(unsaid)
    rounds = update(MailRoundRow).where(col(MailRoundRow.wave_id) == wave_id)
    connection.execute(rounds.values(state="done", not_before=None))


def forget(tx: Session, wave_id: str) -> None:
    """A draft is deleted: nobody will hear of it."""
    for table in (DistributionRow, AnnouncementRow):
        tx.connection().execute(delete(table).where(col(table.wave_id) == wave_id))
