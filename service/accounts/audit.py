"""The audit log: what staff did, to which object, at which minute; chained by hash so that it only grows.

It says nothing of a respondent: of invitations, for example, how many were made and never for whom.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC
from typing import Any, Protocol

from sqlmodel import Session

from privacy.canonical import canonical_json
from privacy.contract import minute
from privacy.errors import ContractBroken
from service.clock import Clock
from service.http.context import Context
from service.store import audit_log
from service.store.tables_staff import AuditRow

FIRST = "0" * 64  # what the first entry calls the digest before it
SCHEDULE = "schedule"  # who acts when a wave opens or closes at its time
MACHINE = "machine"  # who acts at the command line of the machine that holds the store
_LABEL = b"sottovoce/1/audit"


class Actor(Protocol):
    """A signed-in member of staff (``u-...``) or an API key (``k-...``)."""

    @property
    def id(self) -> str:
        """The name the log keeps."""


def record(
    tx: Session, context: Context, by: Actor | str, action: str, subject: str = "", **detail: Any
) -> None:
    """Note an action in the transaction that does it, as its last step: the log is held until that ends.

    ``action`` is a verb and a noun (``open wave``), ``subject`` the id of what it was done to, ``detail``
    JSON values without anything of a respondent.
    """
    note(tx, context.clock, by, action, subject, **detail)


def note(tx: Session, clock: Clock, by: Actor | str, action: str, subject: str = "", **detail: Any) -> None:
    """``record`` for a process without a context, such as the command line."""
    before = audit_log.last(tx)
    entry = {
        "position": 1 if before is None else before.position + 1,
        "at": minute(clock().astimezone(UTC).replace(second=0, microsecond=0)),
        "actor": by if isinstance(by, str) else by.id,
        "action": action,
        "subject": subject,
        "detail": detail,
        "previous": FIRST if before is None else before.digest,
    }
    audit_log.append(tx, **entry, digest=digest_of(entry))


def digest_of(entry: dict[str, Any]) -> str:
    """The hash of an entry, 64 hex digits, over the canonical JSON of all its columns but the digest."""
    return hashlib.sha256(_LABEL + canonical_json(entry)).hexdigest()


def verify(rows: Iterable[AuditRow]) -> tuple[int, str]:
    """How many entries there are, oldest first, and the digest of the last.

    Raises ContractBroken at the first that was changed, moved, inserted or follows a missing one. Entries
    missing at the end leave a chain that holds: compare the digest with one noted elsewhere.
    """
    number, previous = 0, FIRST
    for number, row in enumerate(rows, start=1):
        columns = row.model_dump(exclude={"digest"})
        if row.position != number or row.previous != previous or row.digest != digest_of(columns):
            raise ContractBroken(
                f"the audit log is broken at entry {number}; compare it with a backup to see what was changed"
            )
        previous = row.digest
    return number, previous
