"""Rounds of letters: who is next, and how far a round has come. A letter is claimed before it is sent.

A round goes through the mailed invitations of a wave in the order of their digests. What is stored of it is a
position: nothing tells whom a reminder went to, or to how many.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from service.store import waves
from service.store.tables_main import InvitationRow, IssuanceRow, RosterRow, WaveRow
from service.store.tables_schedules import MailAgainRow, MailRoundRow, QuietRow

CLAIM = 10  # letters: the most that a process which dies leaves in doubt


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody on the roster who is invited to a wave, and where their letter goes."""

    digest: bytes
    person: str
    email: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """The letters that this process alone is to send. ``number`` of the round's invitations were claimed.

    That is more than there are letters where somebody left the roster or needs no reminder, and 0 at the
    round's end.
    """

    number: int
    letters: tuple[Addressee, ...]


def due(tx: Session, now: str) -> list[MailRoundRow]:
    """The rounds of open waves whose time has come, that are not done and need not wait (RFC 3339, UTC)."""
    query = (
        select(MailRoundRow)
        .join(WaveRow, col(WaveRow.id) == col(MailRoundRow.wave_id))
        .where(col(WaveRow.state) == "open", col(WaveRow.closes_at) > now)
        .where(col(MailRoundRow.state) != "done", col(MailRoundRow.due_at) <= now)
        .where(func.coalesce(MailRoundRow.not_before, "") <= now)
    )
    return list(tx.exec(query.order_by(MailRoundRow.wave_id, col(MailRoundRow.number))))


def rounds_of(tx: Session, wave_id: str) -> list[MailRoundRow]:
    """All rounds of a wave, in their order."""
    query = select(MailRoundRow).where(col(MailRoundRow.wave_id) == wave_id)
    return list(tx.exec(query.order_by(col(MailRoundRow.number))))


def order_of(tx: Session, wave_id: str) -> tuple[bytes, ...]:
    """The mailed invitations of an open wave in the order of their digests, which stays as it is."""
    query = select(InvitationRow.digest).where(col(InvitationRow.wave_id) == wave_id)
    return tuple(sorted(tx.exec(query.where(col(InvitationRow.mailed)))))


def claim(tx: Session, wave_id: str, number: int, order: Sequence[bytes]) -> Claimed:
    """The next letters of a round, in ``order_of``; no other process is given them, now or later."""
    place = col(MailRoundRow.wave_id) == wave_id, col(MailRoundRow.number) == number
    # Written before it is read, so that of two that claim side by side one waits for the other.
    tx.connection().execute(update(MailRoundRow).where(*place).values(state="sending"))
    start = tx.exec(select(MailRoundRow.claimed).where(*place)).one()
    digests = order[start : start + CLAIM]
    values = {"claimed": start + len(digests)} if digests else {"state": "done"}
    tx.connection().execute(update(MailRoundRow).where(*place).values(**values))
    wanted = addressees(tx, wave_id, digests)
    if number:
        drawn = set(tx.exec(select(IssuanceRow.digest).where(col(IssuanceRow.digest).in_(digests))))
        wanted = tuple(one for one in wanted if one.digest not in drawn)
    return Claimed(len(digests), wanted)


def addressees(tx: Session, wave_id: str, digests: Sequence[bytes]) -> tuple[Addressee, ...]:
    """Whoever of these invitations is still on the roster, with an address."""
    query = (
        select(InvitationRow.digest, RosterRow.person, RosterRow.email, RosterRow.language)
        .join(WaveRow, col(WaveRow.id) == col(InvitationRow.wave_id))
        .join(
            RosterRow,
            (col(RosterRow.survey_id) == col(WaveRow.survey_id))
            & (col(RosterRow.person) == col(InvitationRow.person)),
        )
        .where(col(InvitationRow.digest).in_(digests), col(WaveRow.id) == wave_id)
        .where(col(RosterRow.email).is_not(None))
    )
    return tuple(
        Addressee(digest, person, email or "", language) for digest, person, email, language in tx.exec(query)
    )


def settle(tx: Session, wave_id: str, number: int, *, settled: int, sent: int, refused: int) -> None:
    """Note what became of letters; of a reminder nothing but that it is known."""
    counts = {"sent": sent, "refused": refused} if number == 0 else {}
    values = {"settled": settled, **counts}
    query = update(MailRoundRow).where(
        col(MailRoundRow.wave_id) == wave_id, col(MailRoundRow.number) == number
    )
    added = {name: col(getattr(MailRoundRow, name)) + value for name, value in values.items()}
    tx.connection().execute(query.values(**added, attempts=0, not_before=None, fault=None))


def put_off(tx: Session, row: MailRoundRow, not_before: str, fault: str) -> None:
    """Note why nothing could be sent, and when it is tried again."""
    query = update(MailRoundRow).where(
        col(MailRoundRow.wave_id) == row.wave_id,
        col(MailRoundRow.number) == row.number,
        col(MailRoundRow.state) != "done",
    )
    values = {"attempts": row.attempts + 1, "not_before": not_before, "fault": fault}
    tx.connection().execute(query.values(**values))


def finish(tx: Session, wave_id: str, number: int) -> None:
    """No letter of this round goes out any more."""
    place = col(MailRoundRow.wave_id) == wave_id, col(MailRoundRow.number) == number
    tx.connection().execute(update(MailRoundRow).where(*place).values(state="done", not_before=None))


def keep_for_later(
    tx: Session, wave_id: str, digests: Sequence[bytes], attempts: int, not_before: str
) -> None:
    """Invitations that the mail server put off for the ``attempts``-th time; none once it has closed."""
    if waves.lock(tx, wave_id).state != "open":
        return
    for digest in digests:
        tx.add(MailAgainRow(digest=digest, wave_id=wave_id, attempts=attempts, not_before=not_before))
    tx.flush()


def take_again(tx: Session, now: str) -> tuple[MailAgainRow, ...]:
    """Up to CLAIM put-off invitations of one open wave that are due; they are this process's from now on."""
    query = (
        select(MailAgainRow)
        .join(WaveRow, col(WaveRow.id) == col(MailAgainRow.wave_id))
        .where(col(WaveRow.state) == "open", col(WaveRow.closes_at) > now)
        .where(col(MailAgainRow.not_before) <= now)
        .order_by(MailAgainRow.wave_id, col(MailAgainRow.digest))
        .limit(CLAIM)
    )
    rows = list(tx.exec(query.with_for_update(skip_locked=True, of=MailAgainRow)))
    rows = [row for row in rows if row.wave_id == rows[0].wave_id]
    digests = [row.digest for row in rows]
    tx.connection().execute(delete(MailAgainRow).where(col(MailAgainRow.digest).in_(digests)))
    for row in rows:
        tx.expunge(row)
    return tuple(rows)


def waiting_again(tx: Session, wave_id: str) -> int:
    """How many invitations of a wave are to be tried again."""
    query = select(func.count()).select_from(MailAgainRow)
    return tx.exec(query.where(col(MailAgainRow.wave_id) == wave_id)).one()


def silence(tx: Session, digest: bytes) -> None:
    """Whoever this digest stands for gets no reminder any more, for good."""
    if tx.get(QuietRow, digest) is None:
        tx.add(QuietRow(digest=digest))
        tx.flush()


def silent(tx: Session) -> set[bytes]:
    """The digests of everybody who wants no reminders."""
    return set(tx.exec(select(QuietRow.digest)))
