"""Invitations of a wave, and the tokens drawn with them.

Who is invited is known; who has drawn a token is never read out: there is no function here that would.
How many have is noted once a day while a wave is open, in whole tens (docs/decisions/0022).
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from privacy.canonical import b64u
from service.errors import NotAllowed
from service.store.locks import hold
from service.store.slots import slot_of
from service.store.tables_main import InvitationRow, IssuanceRow, WaveRow
from service.store.waves import mark_links_made

_LABEL = b"sottovoce/1/invitation"
_CODE_BYTES = 16
STEP = 10  # tokens
_DIGEST_BYTES = 32


def refusal() -> NotAllowed:
    """The one refusal of every invitation that is unknown, malformed or spent."""
    return NotAllowed("this invitation cannot be used; check the link, or ask whoever sent it")


def new_code() -> str:
    """A fresh invitation code: 128 random bits in base64url, 22 symbols."""
    return b64u(secrets.token_bytes(_CODE_BYTES))


def digest_of(wave: bytes, code: str) -> bytes:
    """What is stored of a code, 32 bytes. Any text has one, so that a malformed code is an unknown one."""
    return hashlib.sha256(_LABEL + wave + code.strip().encode("utf-8", "surrogatepass")).digest()


def snapshot(tx: Session, wave_id: str, people: Sequence[str], mailed: Mapping[str, bytes]) -> None:
    """Fix who is invited to a wave that opens. ``mailed`` has the digests of those who get a letter.

    The others have no code yet: their digests are of nothing.
    """
    others = [(secrets.token_bytes(_DIGEST_BYTES), person) for person in people if person not in mailed]
    _insert(tx, wave_id, others)
    _insert(tx, wave_id, [(mailed[person], person) for person in people if person in mailed], mailed=True)


def make_codes(tx: Session, row: WaveRow, new: Callable[[], str] = new_code) -> list[tuple[str, str]]:
    """Give everybody who is invited to an open wave and gets no letter a code made by ``new``, this once.

    (person, code) in the order of names.

    Raises Conflict if the wave is not open, or if its codes were made before: a second set would have to
    leave out those who have drawn a token, and so would say who they are.
    """
    mark_links_made(tx, row)
    if row.wave is None:
        raise ValueError("an open wave has a name")
    query = select(InvitationRow.person).where(_given_out(row.id)).order_by(InvitationRow.person)
    codes = [(person, new()) for person in tx.exec(query)]
    tx.connection().execute(delete(InvitationRow).where(_given_out(row.id)))
    _insert(tx, row.id, [(digest_of(row.wave, code), person) for person, code in codes])
    return codes


def to_give_out(tx: Session, wave_id: str) -> int:
    """How many people are invited to a wave that has opened and get no letter."""
    return tx.exec(select(func.count()).select_from(InvitationRow).where(_given_out(wave_id))).one()


def people_of(tx: Session, wave_id: str) -> list[str]:
    """Who is invited to a wave that has opened, in the order of names."""
    query = select(InvitationRow.person).where(col(InvitationRow.wave_id) == wave_id)
    return list(tx.exec(query.order_by(InvitationRow.person)))


def person_of(tx: Session, digest: bytes) -> str | None:
    """Whose invitation has this digest."""
    row = tx.get(InvitationRow, digest)
    return None if row is None else row.person


def issue(tx: Session, row: WaveRow, digest: bytes, blinded_digest: bytes) -> bool:
    """Spend an invitation on one blinded message (its SHA-256, 32 bytes).

    True if the invitation is of this wave and was spent on no other message, now or before. Of two messages
    that come with one invitation at the same moment exactly one is taken. Hold ``hold_issuing`` first.
    """
    # Every refusal has asked the same two questions and written nothing.
    invitation = tx.get(InvitationRow, digest)
    spent_on = _spent_on(tx, digest)
    if invitation is not None and invitation.wave_id == row.id and spent_on is None:
        _spend(
            tx,
            IssuanceRow(slot=slot_of(digest), digest=digest, wave_id=row.id, blinded_digest=blinded_digest),
        )
        spent_on = _spent_on(tx, digest)
    return hmac.compare_digest(blinded_digest, bytes(_DIGEST_BYTES) if spent_on is None else spent_on)


def hold_issuing(tx: Session, wave_id: str, *, closing: bool = False) -> None:
    """Tokens are drawn side by side, but none while the wave closes: none is drawn and not counted."""
    hold(tx, f"issuing {wave_id}", shared=not closing)


def note_participation(tx: Session, day: date) -> None:
    """Once a day, note of each open wave how many tokens were drawn, in whole tens: no step tells of one."""
    query = select(WaveRow).where(
        col(WaveRow.state) == "open", or_(col(WaveRow.drawn_on).is_(None), col(WaveRow.drawn_on) < day)
    )
    for row in tx.exec(query):
        counted = select(func.count()).select_from(IssuanceRow).where(col(IssuanceRow.wave_id) == row.id)
        row.drawn, row.drawn_on = tx.exec(counted).one() // STEP * STEP, day
        tx.add(row)


def count_and_forget(tx: Session, wave_id: str) -> int:
    """How many tokens were drawn for a wave; which invitations they were drawn with is deleted."""
    query = select(func.count()).select_from(IssuanceRow).where(col(IssuanceRow.wave_id) == wave_id)
    issued = tx.exec(query).one()
    tx.connection().execute(delete(IssuanceRow).where(col(IssuanceRow.wave_id) == wave_id))
    return issued


def _given_out(wave_id: str) -> ColumnElement[bool]:
    return and_(col(InvitationRow.wave_id) == wave_id, col(InvitationRow.mailed).is_(False))


def _insert(tx: Session, wave_id: str, rows: Sequence[tuple[bytes, str]], *, mailed: bool = False) -> None:
    values = [
        {"digest": digest, "wave_id": wave_id, "person": person, "mailed": mailed} for digest, person in rows
    ]
    if values:
        tx.connection().execute(insert(InvitationRow), values)


def _spent_on(tx: Session, digest: bytes) -> bytes | None:
    query = select(IssuanceRow.blinded_digest).where(col(IssuanceRow.digest) == digest)
    return tx.exec(query).first()


def _spend(tx: Session, row: IssuanceRow) -> None:
    values = row.model_dump()
    # Whoever comes second does nothing, and waits for the first on PostgreSQL.
    if tx.get_bind().dialect.name == "postgresql":
        tx.connection().execute(postgresql.insert(IssuanceRow).values(**values).on_conflict_do_nothing())
    else:
        tx.connection().execute(sqlite.insert(IssuanceRow).values(**values).on_conflict_do_nothing())
