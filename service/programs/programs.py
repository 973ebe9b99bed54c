"""What staff do with programs: add, change, move on, delete, each noted in the audit log."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from privacy.errors import Invalid, Problem
from service.accounts import audit
from service.accounts.audit import Actor
from service.clock import today
from service.errors import Conflict
from service.http.context import Context
from service.programs.fit import program_problems
from service.programs.measures import objective_problems
from service.store import program_waves, programs
from service.store.programs import STATES
from service.store.tables_programs import ProgramRow
from service.store.unit_of_work import unit_of_work

_COLUMNS = (
    "name",
    "kind",
    "purpose",
    "owner",
    "sponsor",
    "starts_on",
    "ends_on",
    "roles",
    "survey_id",
    "attribute",
    "participants",
    "comparison",
    "stratum",
)


def add_program(context: Context, by: Actor, wanted: Mapping[str, Any]) -> ProgramRow:
    """Store a planned program; ``wanted`` are NewProgramModel's fields. Raises Invalid with every fault."""
    values = _columns(wanted)
    with unit_of_work(context.main) as tx:
        if problems := program_problems(tx, values):
            raise Invalid(problems)
        row = programs.add_program(tx, day=today(context.clock), values=values)
        audit.record(tx, context, by, "add program", row.id, kind=row.kind, survey=row.survey_id)
    return row


def change_program(context: Context, by: Actor, program: str, wanted: Mapping[str, Any]) -> ProgramRow:
    """Change what ``wanted`` has of a program.

    Raises NotFound; Invalid with every fault; Conflict for a state that does not follow, and for another
    survey once waves are attached.
    """
    values = _columns(wanted)
    with unit_of_work(context.main) as tx:
        row = programs.lock_program(tx, program)
        after = {**{name: getattr(row, name) for name in _COLUMNS}, **values}
        # The survey may have changed since; that a program has ended can be said all the same.
        problems = program_problems(tx, after) if values.keys() - {"state"} else []
        if "survey_id" in values and values["survey_id"] != row.survey_id:
            _check_no_waves(tx, row)
            problems = problems or _objectives_left_over(tx, row, after)
        if problems:
            raise Invalid(problems)
        if "state" in values:
            _check_follows(row, values["state"])
        changed = sorted(name for name, value in values.items() if value != getattr(row, name))
        row = programs.change_program(tx, row, values)
        audit.record(tx, context, by, "change program", row.id, changed=changed, state=row.state)
    return row


def delete_program(context: Context, by: Actor, program: str) -> None:
    """Delete a planned program that nothing is attached to. Raises NotFound, and Conflict otherwise."""
    with unit_of_work(context.main) as tx:
        row = programs.lock_program(tx, program)
        if row.state != STATES[0]:
            raise Conflict(f"the program is {row.state}; only a planned one can be deleted")
        attached = {
            "objectives": len(programs.objectives_of(tx, row.id)),
            "outside figures": len(programs.figures_of(tx, row.id)),
            "waves": len(program_waves.waves_of_program(tx, row.id)),
            "actions": programs.actions_of_program(tx, row.id),
        }
        held = [name for name, number in attached.items() if number]
        if held:
            raise Conflict(f"the program has {', '.join(held)}; delete or detach them first")
        programs.delete_program(tx, row)
        audit.record(tx, context, by, "delete program", row.id)


def next_state(row: ProgramRow) -> str | None:
    """The state that follows, None after the last."""
    place = STATES.index(row.state) + 1
    return STATES[place] if place < len(STATES) else None


def _objectives_left_over(tx: Session, row: ProgramRow, after: Mapping[str, Any]) -> list[Problem]:
    """What the objectives of a program cannot have any more once its columns are those of ``after``."""
    return [
        problem
        for objective in programs.objectives_of(tx, row.id)
        for problem in objective_problems(tx, after, objective.model_dump(), f"survey, {objective.id}")
    ]


def _check_follows(row: ProgramRow, state: str) -> None:
    follows = next_state(row)
    if state not in (row.state, follows):
        remedy = f"it can be {follows} next" if follows else "it is the last state; make a new program"
        raise Conflict(f"a program that is {row.state} cannot be {state}; {remedy}")


def _check_no_waves(tx: Session, row: ProgramRow) -> None:
    if program_waves.waves_of_program(tx, row.id):
        raise Conflict("the program has waves of its survey; detach them first, then name another survey")


def _columns(wanted: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(wanted)
    if "survey" in values:
        values["survey_id"] = values.pop("survey")
    return values
