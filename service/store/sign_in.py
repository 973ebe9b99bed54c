"""What signing in uses up or counts: recovery codes, one-time links and failed attempts."""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from service.store.locks import hold
from service.store.tables_staff import OneTimeLinkRow, RecoveryCodeRow, SignInAttemptsRow

_NOBODY = "nobody"


def replace_recovery_codes(tx: Session, user_id: str, digests: Iterable[bytes]) -> None:
    """Store a person's recovery codes by their SHA-256 digests; the codes before them are gone."""
    tx.connection().execute(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.user_id) == user_id))
    tx.add_all([RecoveryCodeRow(digest=digest, user_id=user_id) for digest in digests])
    tx.flush()


def take_recovery_code(tx: Session, user_id: str, digest: bytes) -> bool:
    """Use up a code; False if it is not this person's or was used before."""
    query = delete(RecoveryCodeRow).where(
        col(RecoveryCodeRow.digest) == digest, col(RecoveryCodeRow.user_id) == user_id
    )
    return tx.connection().execute(query).rowcount == 1


def recovery_codes_left(tx: Session, user_id: str) -> int:
    """How many codes a person has not used."""
    query = select(func.count()).select_from(RecoveryCodeRow).where(col(RecoveryCodeRow.user_id) == user_id)
    return tx.exec(query).one()


def add_link(
    tx: Session, *, digest: bytes, purpose: str, user_id: str | None, role: str, expires: str, now: str
) -> None:
    """Store a one-time link by its digest. Links of the same person that were made before, or of nobody,
    and those whose time is over, end with it.
    """
    same = (
        col(OneTimeLinkRow.user_id).is_(None) if user_id is None else col(OneTimeLinkRow.user_id) == user_id
    )
    tx.connection().execute(delete(OneTimeLinkRow).where(same | (col(OneTimeLinkRow.expires) <= now)))
    row = OneTimeLinkRow(digest=digest, purpose=purpose, user_id=user_id, role=role, expires=expires)
    tx.add(row)
    tx.flush()


def find_link(tx: Session, digest: bytes, now: str) -> OneTimeLinkRow | None:
    """The link with this digest, if it was not used and its time is not over."""
    query = select(OneTimeLinkRow).where(
        col(OneTimeLinkRow.digest) == digest, col(OneTimeLinkRow.expires) > now
    )
    return tx.exec(query).first()


def take_link(tx: Session, digest: bytes) -> bool:
    """Use up a link; False if somebody was quicker."""
    query = delete(OneTimeLinkRow).where(col(OneTimeLinkRow.digest) == digest)
    return tx.connection().execute(query).rowcount == 1


def drop_links(tx: Session, user_id: str) -> None:
    """End the links of a person that nobody used."""
    tx.connection().execute(delete(OneTimeLinkRow).where(col(OneTimeLinkRow.user_id) == user_id))


def attempts(tx: Session, user_id: str) -> SignInAttemptsRow:
    """The failed attempts of a person, held until the transaction ends."""
    hold(tx, f"sign-in {user_id}")
    row = tx.get(SignInAttemptsRow, user_id, populate_existing=True)
    return row if row is not None else SignInAttemptsRow(user_id=user_id, failed=0, until="")


def store_attempts(tx: Session, row: SignInAttemptsRow) -> None:
    """Store what ``attempts`` gave, changed."""
    tx.add(row)
    tx.flush()


def count_for_nobody(tx: Session) -> None:
    """Do the same work as counting an attempt, where there is nothing to count."""
    row = attempts(tx, _NOBODY)
    row.failed = (row.failed + 1) % 1000
    store_attempts(tx, row)


def forget_attempts(tx: Session, user_id: str) -> None:
    """Start counting anew."""
    tx.connection().execute(delete(SignInAttemptsRow).where(col(SignInAttemptsRow.user_id) == user_id))
