"""Feedback passes, and the tokens drawn with them or with a wave's invitation.

A draw is kept under a hash of the code itself, so the store never tells whose it is: for that one would need
the code, of which the store has another hash.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from service.store.invitations import digest_of, new_code
from service.store.slots import slot_of
from service.store.tables_main import InvitationRow, RosterRow, WaveRow
from service.store.tables_passes import FeedbackDrawRow, FeedbackPassRow

_DIGEST_BYTES = 32
_PASS_LABEL = b"sottovoce/1/feedback pass"
_DRAW_LABEL = b"sottovoce/1/feedback draw"


@dataclass(frozen=True, slots=True)
class Made:
    """Who got a link and its code, in the order of names; ``links`` is the most that one of them had."""

    codes: list[tuple[str, str]]
    links: int


def make_passes(
    tx: Session, survey_id: str, month: str, renew: Collection[str] = (), revoke: Collection[str] = ()
) -> Made:
    """A pass for everybody on the roster who has none, and a new one for ``renew``; none for ``revoke``.

    ``month`` is this month, 2026-11. A code that was renewed or revoked opens nothing any more.
    """
    for person in set(revoke):
        _take_away(tx, person)
    query = select(RosterRow.person).where(col(RosterRow.survey_id) == survey_id)
    roster = tx.exec(query.order_by(RosterRow.person)).all()
    having = {row.person: row for row in tx.exec(select(FeedbackPassRow))}
    codes, most = [], 1
    for person in roster:
        before = having.get(person)
        if person in revoke or (before is not None and not before.revoked and person not in renew):
            continue
        links = 1
        if before is not None:
            # The link before may have been used in this month, and this one is good for as much again.
            links = 1 + (before.links if before.month == month else 1)
            tx.delete(before)
            tx.flush()
        code = new_code()
        tx.add(FeedbackPassRow(digest=pass_digest(code), person=person, month=month, links=links))
        codes.append((person, code))
        most = max(most, links)
    tx.flush()
    return Made(codes, most)


def _take_away(tx: Session, person: str) -> None:
    row = tx.exec(select(FeedbackPassRow).where(col(FeedbackPassRow.person) == person)).first()
    if row is not None and not row.revoked:
        tx.delete(row)
        tx.flush()
        nobodys = secrets.token_bytes(_DIGEST_BYTES)
        tx.add(FeedbackPassRow(digest=nobodys, person=person, month=row.month, links=row.links, revoked=True))
        tx.flush()


def pass_digest(code: str) -> bytes:
    """What is stored of a pass's code, 32 bytes; any text has one."""
    return hashlib.sha256(_PASS_LABEL + _encoded(code)).digest()


def draw_digest(period: bytes, code: str, number: int) -> bytes:
    """Under what the ``number``-th token of a code is kept in a period, 32 bytes."""
    return hashlib.sha256(_DRAW_LABEL + period + _encoded(code) + number.to_bytes(1, "big")).digest()


def is_eligible(tx: Session, code: str, wave: WaveRow | None) -> bool:
    """Whether the code is a pass, or an invitation to this wave; both are asked for, whatever is wanted."""
    of_pass = tx.get(FeedbackPassRow, pass_digest(code))
    name = bytes(32) if wave is None or wave.wave is None else wave.wave
    invitation = tx.get(InvitationRow, digest_of(name, code))
    if wave is None:
        return of_pass is not None
    return invitation is not None and invitation.wave_id == wave.id


def draw(tx: Session, period: bytes, code: str, tokens: int, blinded_digest: bytes) -> bool:
    """Spend one of a code's ``tokens`` on a blinded message (its SHA-256); whether there was one left.

    A message that one was spent on before is taken again. Two that come at the same moment get two tokens
    or, if one is left, one of them does.
    """
    taken = False
    for number in range(tokens):  # every one is asked for, so that each refusal has done the same
        digest = draw_digest(period, code, number)
        spent_on = _spent_on(tx, digest)
        if spent_on is None and not taken:
            _spend(tx, digest, period, blinded_digest)
            spent_on = _spent_on(tx, digest)
        taken |= hmac.compare_digest(blinded_digest, bytes(32) if spent_on is None else spent_on)
    return taken


def forget_draws(tx: Session, period: bytes) -> None:
    """Delete what was drawn in a period whose tokens are not taken any more."""
    tx.connection().execute(delete(FeedbackDrawRow).where(col(FeedbackDrawRow.period) == period))


def _encoded(code: str) -> bytes:
    return code.strip().encode("utf-8", "surrogatepass")


def _spent_on(tx: Session, digest: bytes) -> bytes | None:
    query = select(FeedbackDrawRow.blinded_digest).where(col(FeedbackDrawRow.digest) == digest)
    return tx.exec(query).first()


def _spend(tx: Session, digest: bytes, period: bytes, blinded_digest: bytes) -> None:
    row = {"slot": slot_of(digest), "digest": digest, "period": period, "blinded_digest": blinded_digest}
    # Whoever comes second does nothing, and waits for the first on PostgreSQL.
    make = postgresql.insert if tx.get_bind().dialect.name == "postgresql" else sqlite.insert
    tx.connection().execute(make(FeedbackDrawRow).values(**row).on_conflict_do_nothing())
