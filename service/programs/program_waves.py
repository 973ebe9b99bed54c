"""Which waves judge a program: they are attached under a label, and detached, noted in the audit log."""

from collections.abc import Sequence

from sqlmodel import Session

from privacy.errors import Invalid, Problem
from service.accounts import audit
from service.accounts.audit import Actor
from service.http.context import Context
from service.programs.meaning import (
    Asked,
    Measured,
    changed_meaning,
    measured_by,
    paired_measures,
    survey_of_wave,
)
from service.store import program_waves, programs, waves
from service.store.tables_main import WaveRow
from service.store.tables_programs import ProgramRow
from service.store.unit_of_work import unit_of_work

_REMEDY = "see /api/v1/surveys/{survey}/waves for the waves of the program's survey"


def attach_wave(context: Context, by: Actor, program: str, wave: str, label: str) -> WaveRow:
    """Give a wave of the program's survey a label in the program; one that is in it gets this label instead.

    Raises NotFound; Conflict if another wave has the label; Invalid for a wave of another survey, and for one
    in which what the program measures does not mean what it does in the baseline.
    """
    with unit_of_work(context.main) as tx:
        row = programs.lock_program(tx, program)
        found = waves.find(tx, wave)
        if problems := _attaching_problems(tx, row, found, label):
            raise Invalid(problems)
        if program_waves.attach(tx, row.id, found.id, label):
            audit.record(tx, context, by, "attach wave", found.id, program=row.id, label=label)
    return found


def detach_wave(context: Context, by: Actor, program: str, wave: str) -> None:
    """Take a wave out of a program; the wave itself stays. Raises NotFound."""
    with unit_of_work(context.main) as tx:
        row = programs.lock_program(tx, program)
        found = waves.find(tx, wave)
        label = program_waves.detach(tx, row.id, found.id)
        audit.record(tx, context, by, "detach wave", found.id, program=row.id, label=label)


def meaning_problems(
    tx: Session, program: ProgramRow, asked: Asked, paired: Sequence[Measured], wave_id: str | None = None
) -> list[Problem]:
    """What a wave asks in another way than the waves that judge the program, itself left out.

    What counts is what objectives measure, and what the waves are ``paired`` on.
    """
    others = [row for row in program_waves.waves_of_program(tx, program.id) if row[1].id != wave_id]
    measures = [*measured_by(programs.objectives_of(tx, program.id)), *paired]
    for _, other in others:
        measures += paired_measures(other)
    surveys = [Asked(label, survey_of_wave(other)) for label, other in others]
    return changed_meaning(asked, surveys, dict.fromkeys(measures))


def _attaching_problems(tx: Session, program: ProgramRow, wave: WaveRow, label: str) -> list[Problem]:
    if program.survey_id is None:
        message, remedy = "the program has no survey", "name the survey whose waves judge the program first"
        return [Problem("survey-needed", "wave", message, remedy)]
    if wave.survey_id != program.survey_id:
        return [Problem("other-survey", "wave", "a wave of another survey than the program's", _REMEDY)]
    asked = Asked(label, survey_of_wave(wave))
    return meaning_problems(tx, program, asked, paired_measures(wave), wave.id)
