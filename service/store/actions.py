"""What was decided after a wave, and how far it has come."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from service.errors import NotFound
from service.store.ids import new_id, storable
from service.store.tables_staff import ActionRow

ActionState = Literal["planned", "doing", "done"]
STATES: tuple[ActionState, ...] = get_args(ActionState)


def add_action(tx: Session, survey_id: str, *, day: date, values: Mapping[str, Any]) -> ActionRow:
    """Store an action; ``values`` are columns. The survey and the wave it names must be there."""
    row = ActionRow(id=new_id("a"), survey_id=survey_id, created_on=day, **values)
    tx.add(row)
    tx.flush()
    return row


def page_of_actions(
    tx: Session,
    after: tuple[date, str] | None,
    limit: int,
    *,
    survey_id: str | None = None,
    program_id: str | None = None,
) -> list[ActionRow]:
    """Up to ``limit`` actions of a survey or a program in the order of (day, id), those after ``after``."""
    query = select(ActionRow)
    if survey_id is not None:
        query = query.where(col(ActionRow.survey_id) == survey_id)
    if program_id is not None:
        query = query.where(col(ActionRow.program_id) == program_id)
    if after is not None:
        query = query.where(tuple_(col(ActionRow.created_on), col(ActionRow.id)) > after)
    return list(tx.exec(query.order_by(col(ActionRow.created_on), col(ActionRow.id)).limit(limit)))


def published_after(tx: Session, survey_id: str, wave_id: str) -> list[ActionRow]:
    """The published actions of a survey that name this wave or none, in the order of (day, id)."""
    query = select(ActionRow).where(
        col(ActionRow.survey_id) == survey_id,
        col(ActionRow.published).is_(True),
        col(ActionRow.wave_id).is_(None) | (col(ActionRow.wave_id) == wave_id),
    )
    return list(tx.exec(query.order_by(col(ActionRow.created_on), col(ActionRow.id))))


def published_for(tx: Session, program_id: str) -> list[ActionRow]:
    """The published actions of a program, in the order of (day, id)."""
    query = select(ActionRow).where(
        col(ActionRow.program_id) == program_id, col(ActionRow.published).is_(True)
    )
    return list(tx.exec(query.order_by(col(ActionRow.created_on), col(ActionRow.id))))


def get_action(tx: Session, survey_id: str, action_id: str) -> ActionRow:
    """The action of this survey; nobody else changes it before this transaction ends. Raises NotFound."""
    row = None
    if storable(survey_id) and storable(action_id):
        query = select(ActionRow).where(col(ActionRow.id) == action_id, col(ActionRow.survey_id) == survey_id)
        row = tx.exec(query.with_for_update().execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("the survey has no such action; list its actions to see their ids")
    return row


def change_action(tx: Session, row: ActionRow, values: Mapping[str, Any]) -> ActionRow:
    """Set columns of an action that get_action gave."""
    for name, value in values.items():
        setattr(row, name, value)
    tx.add(row)
    tx.flush()
    return row


def delete_action(tx: Session, row: ActionRow) -> None:
    """Remove an action that get_action gave."""
    tx.delete(row)
    tx.flush()
