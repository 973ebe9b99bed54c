"""Making and revoking API keys, over REST, on a page or at the command line; noted in the audit log."""

from sqlmodel import Session

from service.accounts.api_keys import Role, digest_of, new_api_key
from service.accounts.audit import Actor, note
from service.clock import Clock, today
from service.store import staff
from service.store.tables_main import ApiKeyRow


def make_key(tx: Session, clock: Clock, by: Actor | str, *, name: str, role: Role) -> tuple[ApiKeyRow, str]:
    """A new key's row and the key itself, which is shown this once."""
    key = new_api_key()
    row = staff.add_key(tx, name=name, role=role, digest=digest_of(key), day=today(clock))
    note(tx, clock, by, "make key", row.id, role=role)
    return row, key


def revoke_key(tx: Session, clock: Clock, by: Actor | str, key_id: str) -> ApiKeyRow:
    """Make a key useless, for good. Raises NotFound, and Conflict for the last admin key."""
    row = staff.revoke_key(tx, key_id)
    note(tx, clock, by, "revoke key", row.id)
    return row
