"""API keys of staff and of other services: stored as digests, never as keys."""

from datetime import date

from sqlmodel import Session, col, select

from service.errors import Conflict, NotFound
from service.store.ids import new_id, storable
from service.store.tables_main import ApiKeyRow

ADMIN = "admin"


def add_key(tx: Session, *, name: str, role: str, digest: bytes, day: date) -> ApiKeyRow:
    """Store a key by its SHA-256 digest (32 bytes)."""
    row = ApiKeyRow(id=new_id("k"), name=name, role=role, digest=digest, created_on=day)
    tx.add(row)
    tx.flush()
    return row


def key_by_digest(tx: Session, digest: bytes) -> ApiKeyRow | None:
    """The key with this digest, unless it was revoked."""
    query = select(ApiKeyRow).where(col(ApiKeyRow.digest) == digest, col(ApiKeyRow.revoked).is_(False))
    return tx.exec(query).first()


def page_of_keys(tx: Session, after: str | None, limit: int) -> list[ApiKeyRow]:
    """Up to ``limit`` keys whose ids come after ``after``, in the order of their ids."""
    query = select(ApiKeyRow).order_by(ApiKeyRow.id).limit(limit)
    if after is not None:
        query = query.where(col(ApiKeyRow.id) > after)
    return list(tx.exec(query))


def revoke_key(tx: Session, key_id: str) -> ApiKeyRow:
    """Make a key useless, for good; doing it again changes nothing.

    Raises NotFound, and Conflict for the last admin key: without one no key could be made over HTTP.
    """
    # Locked in the order of ids, so that two admins who revoke each other do not both succeed.
    admins = select(ApiKeyRow).where(col(ApiKeyRow.role) == ADMIN, col(ApiKeyRow.revoked).is_(False))
    left = [row.id for row in tx.exec(admins.order_by(ApiKeyRow.id).with_for_update())]
    row = tx.get(ApiKeyRow, key_id, populate_existing=True) if storable(key_id) else None
    if row is None:
        raise NotFound("there is no such key; list the keys to see their ids")
    if left == [key_id]:
        raise Conflict("this is the last admin key; make another before you revoke it")
    row.revoked = True
    tx.add(row)
    tx.flush()
    return row
