"""What staff do with the objectives of a program: each step noted in the audit log."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from privacy.errors import Invalid
from service.accounts import audit
from service.accounts.audit import Actor
from service.errors import Conflict
from service.http.context import Context
from service.programs.meaning import Asked, changed_meaning, survey_of_wave
from service.programs.measures import objective_problems
from service.programs.program_view import BASELINE
from service.store import program_waves, programs
from service.store.tables_programs import ObjectiveRow, ProgramRow
from service.store.unit_of_work import unit_of_work


def add_objective(context: Context, by: Actor, program: str, wanted: Mapping[str, Any]) -> ObjectiveRow:
    """Store an objective; ``wanted`` are NewObjectiveModel's fields.

    Raises NotFound, and Invalid with every fault.
    """
    with unit_of_work(context.main) as tx:
        row = programs.lock_program(tx, program)
        _check(tx, row, wanted)
        objective = programs.add_objective(tx, row.id, wanted)
        audit.record(tx, context, by, "add objective", objective.id, program=row.id)
    return objective


def change_objective(
    context: Context, by: Actor, program: str, objective: str, wanted: Mapping[str, Any]
) -> ObjectiveRow:
    """Change what ``wanted`` has of an objective. Raises NotFound, and Invalid with every fault."""
    with unit_of_work(context.main) as tx:
        row = programs.lock_program(tx, program)
        found = programs.get_objective(tx, row.id, objective)
        _check(tx, row, {**found.model_dump(), **wanted})
        changed = sorted(name for name, value in wanted.items() if value != getattr(found, name))
        found = programs.change_objective(tx, found, wanted)
        audit.record(tx, context, by, "change objective", found.id, program=row.id, changed=changed)
    return found


def delete_objective(context: Context, by: Actor, program: str, objective: str) -> None:
    """Delete an objective. Raises NotFound, and Conflict as long as an action refers to it."""
    with unit_of_work(context.main) as tx:
        row = programs.lock_program(tx, program)
        found = programs.get_objective(tx, row.id, objective)
        if programs.actions_of_objective(tx, found.id):
            raise Conflict("actions refer to this objective; change them first")
        programs.delete_objective(tx, found)
        audit.record(tx, context, by, "delete objective", found.id, program=row.id)


def _check(tx: Session, row: ProgramRow, values: Mapping[str, Any]) -> None:
    problems = objective_problems(tx, row.model_dump(), values)
    if not problems:
        attached = [
            Asked(label, survey_of_wave(wave)) for label, wave in program_waves.waves_of_program(tx, row.id)
        ]
        measure = (values["measure"]["kind"], values["measure"]["ref"])
        for baseline in (wave for wave in attached if wave.label == BASELINE):
            others = [wave for wave in attached if wave is not baseline]
            problems = changed_meaning(baseline, others, [measure])
    if problems:
        raise Invalid(problems)
