"""Browsers that are signed in, by the digests of their secret names. Times are RFC 3339 minutes."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from service.store.tables_staff import StaffSessionRow, StaffUserRow


def add_session(
    tx: Session, *, digest: bytes, user_id: str, csrf: str, created: str, expires: str
) -> StaffSessionRow:
    """Store a session that begins now."""
    row = StaffSessionRow(
        digest=digest, user_id=user_id, csrf=csrf, created=created, last_used=created, expires=expires
    )
    tx.add(row)
    tx.flush()
    return row


def find(
    tx: Session, digest: bytes, *, now: str, used_after: str
) -> tuple[StaffSessionRow, StaffUserRow] | None:
    """The session and its user, unless it has ended, was left alone too long or the user is disabled."""
    query = (
        select(StaffSessionRow, StaffUserRow)
        .join(StaffUserRow, col(StaffUserRow.id) == col(StaffSessionRow.user_id))
        .where(
            col(StaffSessionRow.digest) == digest,
            col(StaffSessionRow.expires) > now,
            col(StaffSessionRow.last_used) > used_after,
            col(StaffUserRow.disabled).is_(False),
        )
    )
    return tx.exec(query).first()


def touch(tx: Session, digest: bytes, now: str) -> None:
    """Note the minute of a session's use, if it is still there."""
    row = tx.get(StaffSessionRow, digest)
    if row is not None:
        row.last_used = now
        tx.add(row)


def of_user(tx: Session, user_id: str, *, now: str, used_after: str) -> list[StaffSessionRow]:
    """A user's sessions that have not ended, newest first."""
    query = select(StaffSessionRow).where(
        col(StaffSessionRow.user_id) == user_id,
        col(StaffSessionRow.expires) > now,
        col(StaffSessionRow.last_used) > used_after,
    )
    return list(tx.exec(query.order_by(col(StaffSessionRow.created).desc(), col(StaffSessionRow.digest))))


def end(tx: Session, digest: bytes) -> None:
    """End a session; one that is gone stays gone."""
    tx.connection().execute(delete(StaffSessionRow).where(col(StaffSessionRow.digest) == digest))


def end_all(tx: Session, user_id: str, *, but: bytes = b"") -> None:
    """End a user's sessions, but for the one with the digest ``but``."""
    query = delete(StaffSessionRow).where(
        col(StaffSessionRow.user_id) == user_id, col(StaffSessionRow.digest) != but
    )
    tx.connection().execute(query)


def forget_ended(tx: Session, *, now: str, used_after: str) -> None:
    """Remove every session that nobody can use again."""
    row = StaffSessionRow
    tx.connection().execute(delete(row).where((col(row.expires) <= now) | (col(row.last_used) <= used_after)))
