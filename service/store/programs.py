"""Programs with their objectives and figures from outside."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypeVar, get_args

from sqlalchemy import func, tuple_
from sqlmodel import Session, col, select

from service.errors import NotFound
from service.store.ids import new_id, storable
from service.store.tables_programs import ObjectiveRow, OutsideFigureRow, ProgramRow
from service.store.tables_staff import ActionRow

ProgramState = Literal["planned", "running", "ended", "reviewed"]
STATES: tuple[ProgramState, ...] = get_args(ProgramState)
PAIRING_ID_BYTES = 16
_Row = TypeVar("_Row", ProgramRow, ObjectiveRow, OutsideFigureRow)


def add_program(tx: Session, *, day: date, values: Mapping[str, Any]) -> ProgramRow:
    """Store a planned program; ``values`` are columns. The survey it names must be there."""
    row = ProgramRow(
        id=new_id("p"),
        state=STATES[0],
        pairing_id=secrets.token_bytes(PAIRING_ID_BYTES),
        created_on=day,
        **values,
    )
    return _stored(tx, row)


def get_program(tx: Session, program_id: str) -> ProgramRow:
    """The program. Raises NotFound."""
    row = tx.get(ProgramRow, program_id) if storable(program_id) else None
    if row is None:
        raise _unknown_program()
    return row


def lock_program(tx: Session, program_id: str) -> ProgramRow:
    """The program; nobody else changes it before this transaction ends. Raises NotFound."""
    row = None
    if storable(program_id):
        query = select(ProgramRow).where(col(ProgramRow.id) == program_id).with_for_update(key_share=True)
        row = tx.exec(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise _unknown_program()
    return row


def page_of_programs(
    tx: Session,
    after: tuple[date, str] | None,
    limit: int,
    *,
    states: Sequence[str] = (),
    survey_id: str | None = None,
) -> list[ProgramRow]:
    """Up to ``limit`` programs in the order of (first day, id), those after ``after``."""
    query = select(ProgramRow)
    if states:
        query = query.where(col(ProgramRow.state).in_(states))
    if survey_id is not None:
        query = query.where(col(ProgramRow.survey_id) == survey_id)
    if after is not None:
        query = query.where(tuple_(col(ProgramRow.starts_on), col(ProgramRow.id)) > after)
    return list(tx.exec(query.order_by(col(ProgramRow.starts_on), col(ProgramRow.id)).limit(limit)))


def change_program(tx: Session, row: ProgramRow, values: Mapping[str, Any]) -> ProgramRow:
    """Set columns of a program that lock_program gave."""
    return _changed(tx, row, values)


def delete_program(tx: Session, row: ProgramRow) -> None:
    """Remove a program that lock_program gave and that nothing refers to."""
    _delete(tx, row)


def actions_of_program(tx: Session, program_id: str) -> int:
    """How many actions refer to a program."""
    return _count(tx, col(ActionRow.program_id) == program_id)


def add_objective(tx: Session, program_id: str, values: Mapping[str, Any]) -> ObjectiveRow:
    """Store an objective of a program; ``values`` are columns."""
    return _stored(tx, ObjectiveRow(id=new_id("o"), program_id=program_id, **values))


def get_objective(tx: Session, program_id: str, objective_id: str) -> ObjectiveRow:
    """The objective of this program; nobody else changes it meanwhile. Raises NotFound."""
    row = None
    if storable(program_id) and storable(objective_id):
        query = select(ObjectiveRow).where(
            col(ObjectiveRow.id) == objective_id, col(ObjectiveRow.program_id) == program_id
        )
        # Of a reader PostgreSQL would need the right to write for FOR UPDATE; only writers ask here.
        row = tx.exec(query.with_for_update(key_share=True).execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("the program has no such objective; list its objectives to see their ids")
    return row


def objectives_of(tx: Session, program_id: str) -> list[ObjectiveRow]:
    """Every objective of a program, those that are due first coming first."""
    query = select(ObjectiveRow).where(col(ObjectiveRow.program_id) == program_id)
    return list(tx.exec(query.order_by(col(ObjectiveRow.due), col(ObjectiveRow.id))))


def change_objective(tx: Session, row: ObjectiveRow, values: Mapping[str, Any]) -> ObjectiveRow:
    """Set columns of an objective that get_objective gave."""
    return _changed(tx, row, values)


def delete_objective(tx: Session, row: ObjectiveRow) -> None:
    """Remove an objective that get_objective gave and that no action refers to."""
    _delete(tx, row)


def actions_of_objective(tx: Session, objective_id: str) -> int:
    """How many actions refer to an objective."""
    return _count(tx, col(ActionRow.objective_id) == objective_id)


def add_figure(tx: Session, program_id: str, values: Mapping[str, Any]) -> OutsideFigureRow:
    """Store a figure from outside; ``values`` are columns."""
    return _stored(tx, OutsideFigureRow(id=new_id("f"), program_id=program_id, **values))


def get_figure(tx: Session, program_id: str, figure_id: str) -> OutsideFigureRow:
    """The figure from outside of this program. Raises NotFound."""
    row = tx.get(OutsideFigureRow, figure_id) if storable(figure_id) else None
    if row is None or row.program_id != program_id:
        raise NotFound("the program has no such figure; list its outside figures to see their ids")
    return row


def figures_of(tx: Session, program_id: str) -> list[OutsideFigureRow]:
    """Every figure from outside of a program, in the order of (name, day, group, id)."""
    query = select(OutsideFigureRow).where(col(OutsideFigureRow.program_id) == program_id)
    order = (OutsideFigureRow.name, OutsideFigureRow.day, OutsideFigureRow.group, OutsideFigureRow.id)
    return list(tx.exec(query.order_by(*[col(column) for column in order])))


def delete_figure(tx: Session, row: OutsideFigureRow) -> None:
    """Remove a figure that get_figure gave."""
    _delete(tx, row)


def _unknown_program() -> NotFound:
    return NotFound("there is no such program; list the programs to see their ids")


def _count(tx: Session, condition: Any) -> int:
    return tx.exec(select(func.count()).select_from(ActionRow).where(condition)).one()


def _stored(tx: Session, row: _Row) -> _Row:
    tx.add(row)
    tx.flush()
    return row


def _changed(tx: Session, row: _Row, values: Mapping[str, Any]) -> _Row:
    for name, value in values.items():
        setattr(row, name, value)
    return _stored(tx, row)


def _delete(tx: Session, row: ProgramRow | ObjectiveRow | OutsideFigureRow) -> None:
    tx.delete(row)
    tx.flush()
