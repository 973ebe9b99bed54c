"""Waves and their one-way life: draft, open, closed, released.

Each step is a conditional update: of two that are taken at the same moment one wins, and none goes back.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, delete, tuple_, update
from sqlmodel import Session, col, func, select

from service.errors import Conflict, NotFound
from service.store import distribution, drawn
from service.store.ids import new_id, storable
from service.store.tables_main import WaveRow
from service.store.tables_programs import ProgramWaveRow
from service.store.tables_schedules import OccurrenceRow
from service.store.tables_staff import ActionRow


def add_draft(
    tx: Session,
    survey_id: str,
    *,
    source: str,
    plan: Mapping[str, Any],
    opens_at: str,
    closes_at: str,
    minutes: int = 0,
) -> WaveRow:
    """Store a draft. ``source`` is the definition it will use; times are RFC 3339 in UTC, whole minutes."""
    row = WaveRow(
        id=new_id("w"),
        survey_id=survey_id,
        state="draft",
        source=source,
        plan=dict(plan),
        opens_at=opens_at,
        closes_at=closes_at,
        minutes=minutes,
    )
    tx.add(row)
    tx.flush()
    return row


def find(tx: Session, ref: str) -> WaveRow:
    """The wave with this id or these 64 hex digits. Raises NotFound."""
    row = tx.exec(select(WaveRow).where(_named(ref))).first()
    if row is None:
        raise _unknown()
    return row


def lock(tx: Session, ref: str) -> WaveRow:
    """The wave as it is now; nobody else changes it before this transaction ends. Raises NotFound."""
    # Not FOR UPDATE: whoever draws a token refers to this row, and must not wait for whoever waits for them.
    query = select(WaveRow).where(_named(ref)).with_for_update(key_share=True)
    row = tx.exec(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise _unknown()
    return row


def _named(ref: str) -> Any:
    # An id is never 64 characters long, so the two kinds of name cannot meet.
    if len(ref) == 64:
        try:
            return col(WaveRow.wave) == bytes.fromhex(ref)
        except ValueError:
            raise _unknown() from None
    if not storable(ref):
        raise _unknown()
    return col(WaveRow.id) == ref


def _unknown() -> NotFound:
    return NotFound("there is no such wave; list the waves to see them")


def page_of_waves(
    tx: Session,
    *,
    survey_id: str | None = None,
    states: tuple[str, ...] = (),
    after: tuple[str, str] | None = None,
    limit: int,
) -> list[WaveRow]:
    """Up to ``limit`` waves in the order of (opening time, id), those after ``after``."""
    query = select(WaveRow).order_by(WaveRow.opens_at, WaveRow.id).limit(limit)
    if survey_id is not None:
        query = query.where(col(WaveRow.survey_id) == survey_id)
    if states:
        query = query.where(col(WaveRow.state).in_(states))
    if after is not None:
        query = query.where(tuple_(col(WaveRow.opens_at), col(WaveRow.id)) > after)
    return list(tx.exec(query))


def latest_released(tx: Session, survey_id: str, limit: int) -> list[WaveRow]:
    """The ``limit`` released waves of a survey that closed last, in the order of (closing time, id)."""
    query = select(WaveRow).where(col(WaveRow.survey_id) == survey_id, col(WaveRow.state) == "released")
    newest_first = query.order_by(col(WaveRow.closes_at).desc(), col(WaveRow.id).desc())
    return list(tx.exec(newest_first.limit(limit)))[::-1]


def latest_opened(tx: Session, survey_id: str, limit: int) -> list[WaveRow]:
    """The waves of a survey that opened last, newest first, drafts left out."""
    query = select(WaveRow).where(col(WaveRow.survey_id) == survey_id, col(WaveRow.state) != "draft")
    return list(tx.exec(query.order_by(col(WaveRow.opens_at).desc(), col(WaveRow.id).desc()).limit(limit)))


def paired_with(tx: Session, survey_id: str, wave_id: str) -> list[WaveRow]:
    """The waves of a survey, drafts among them, whose plan pairs them with this earlier wave."""
    rows = tx.exec(select(WaveRow).where(col(WaveRow.survey_id) == survey_id).order_by(col(WaveRow.id)))
    return [row for row in rows if (row.plan.get("pairing") or {}).get("earlier") == wave_id]


def due_to_open(tx: Session, now: str) -> list[str]:
    """Ids of the drafts whose opening time has come; one whose closing time has come too stays a draft."""
    query = select(WaveRow.id).where(
        col(WaveRow.state) == "draft", col(WaveRow.opens_at) <= now, col(WaveRow.closes_at) > now
    )
    return list(tx.exec(query.order_by(WaveRow.opens_at, WaveRow.id)))


def due_to_close(tx: Session, now: str) -> list[str]:
    """Ids of the open waves whose closing time has come."""
    query = select(WaveRow.id).where(col(WaveRow.state) == "open", col(WaveRow.closes_at) <= now)
    return list(tx.exec(query.order_by(WaveRow.closes_at, WaveRow.id)))


def change_draft(tx: Session, wave_id: str, **values: Any) -> WaveRow:
    """Set columns of a draft. Raises NotFound, and Conflict once it is not a draft any more."""
    row = lock(tx, wave_id)
    _step(tx, row, "draft", values or {"state": "draft"}, "changed")
    tx.refresh(row)
    return row


def delete_draft(tx: Session, wave_id: str) -> None:
    """Remove a draft, out of programs and actions too. Raises NotFound, and Conflict once it is no draft."""
    row = lock(tx, wave_id)
    tx.connection().execute(delete(ProgramWaveRow).where(col(ProgramWaveRow.wave_id) == row.id))
    asked = update(ActionRow).where(col(ActionRow.pulse_wave_id) == row.id)
    tx.connection().execute(asked.values(pulse_wave_id=None))
    drawn.forget(tx, row.id)
    distribution.forget(tx, row.id)
    occurrence = update(OccurrenceRow).where(col(OccurrenceRow.wave_id) == row.id)
    tx.connection().execute(
        occurrence.values(wave_id=None, state="skipped", turn=None, reason="its draft was deleted")
    )
    query = delete(WaveRow).where(col(WaveRow.id) == row.id, col(WaveRow.state) == "draft")
    if tx.connection().execute(query).rowcount != 1:
        raise Conflict(f"the wave is {row.state}; only a draft can be deleted")
    tx.expunge(row)


def mark_open(
    tx: Session,
    row: WaveRow,
    *,
    wave: bytes,
    manifest: bytes,
    invited: int,
    opens_at: str,
    minutes: int | None = None,
    plan: Mapping[str, Any] | None = None,
) -> None:
    """Draft to open, with what is fixed from then on. Raises Conflict unless it is a draft.

    Without ``minutes`` or ``plan`` the draft's stay.
    """
    values = {
        "state": "open",
        "wave": wave,
        "manifest": manifest,
        "invited": invited,
        "opens_at": opens_at,
        "minutes": row.minutes if minutes is None else minutes,
        "plan": dict(row.plan if plan is None else plan),
    }
    _step(tx, row, "draft", values, "opened")
    tx.refresh(row)


def mark_closed(
    tx: Session, row: WaveRow, *, closed_at: str, root: bytes, responses: int, issued: int
) -> None:
    """Open to closed, with what the board says. Raises Conflict unless it is open.

    ``closes_at`` becomes ``closed_at`` if that is earlier; the manifest keeps what was promised.
    """
    values = {
        "state": "closed",
        "closes_at": min(row.closes_at, closed_at),
        "root": root,
        "responses": responses,
        "issued": issued,
    }
    _step(tx, row, "open", values, "closed")
    tx.refresh(row)


def mark_links_made(tx: Session, row: WaveRow) -> None:
    """Note that the invitation links of an open wave were given out. Raises Conflict if they were before."""
    query = (
        update(WaveRow)
        .where(col(WaveRow.id) == row.id, col(WaveRow.state) == "open", col(WaveRow.links_made).is_(False))
        .values(links_made=True)
    )
    if tx.connection().execute(query).rowcount != 1:
        tx.refresh(row)
        if row.state != "open":
            raise Conflict(f"the wave is {row.state}; invitations are made while it is open")
        raise Conflict("the links of this wave were given out before; they are shown once and not kept")


def _step(tx: Session, row: WaveRow, state: str, values: Mapping[str, Any], what: str) -> None:
    query = update(WaveRow).where(col(WaveRow.id) == row.id, col(WaveRow.state) == state).values(**values)
    result: CursorResult[Any] = tx.connection().execute(query)
    if result.rowcount != 1:
        tx.refresh(row)
        article = "an" if state == "open" else "a"
        noun = "draft" if state == "draft" else "open wave"
        raise Conflict(f"the wave is {row.state}; only {article} {noun} can be {what}")


def number_open_between(tx: Session, start: str, end: str) -> int:
    """How many waves that opened were open at some time from ``start`` to before ``end`` (RFC 3339, UTC)."""
    query = (
        select(func.count())
        .select_from(WaveRow)
        .where(col(WaveRow.wave).is_not(None), col(WaveRow.opens_at) < end, col(WaveRow.closes_at) >= start)
    )
    return tx.exec(query).one()
