"""A program's evaluation from the store: its released waves, its objectives and its figures from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast, get_args

from sqlmodel import Session

from privacy.errors import Invalid, Problem
from privacy.simultaneous import side_by_side
from service.programs.evaluation import evaluate
from service.programs.evaluation_value import Comparison, Evaluation, Measure, MeasureKind, Verdict
from service.programs.outside_models import Group
from service.programs.program_view import LabelledWave, Objective, OutsideFigure, ProgramView
from service.results import released
from service.store import program_waves, programs, surveys
from service.store.tables_programs import ObjectiveRow, OutsideFigureRow, ProgramRow

KINDS: tuple[MeasureKind, ...] = get_args(MeasureKind)
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Beside:
    """A program's best comparison of one measure, None if its waves do not tell of it.

    ``simultaneous`` is the verdict that allows for all the programs it is read beside.
    """

    program: str
    name: str
    comparison: Comparison | None
    simultaneous: Verdict | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Several programs by one measure: of ``compared`` verdicts ``expected_by_chance`` would be false if no
    program had any effect.
    """

    measure: Measure
    programs: tuple[Beside, ...]
    compared: int
    expected_by_chance: float


def evaluation_of(tx: Session, program: str, language: str | None = None) -> Evaluation:
    """What the released waves of a program say about it. Raises NotFound, and Invalid for the language."""
    row = programs.get_program(tx, program)
    # The title alone says which languages there are; parsing the definition takes longer than all the rest.
    titles = {} if row.survey_id is None else surveys.get_survey(tx, row.survey_id).title
    waves = [
        LabelledWave(label, released.read(tx, wave))
        for label, wave in program_waves.waves_of_program(tx, row.id)
        if wave.state == "released"
    ]
    known = list(dict.fromkeys([one for wave in waves for one in wave.released.languages] + list(titles)))
    spoken = (known or [_ENGLISH])[0] if language is None else language
    if language is not None and language not in known:
        remedy = f"use {', '.join(known)}" if known else "leave it out"
        raise Invalid([Problem("unknown-language", "language", "the survey is not in this language", remedy)])
    title = titles.get(spoken) or next(iter(titles.values()), "")
    return evaluate(
        view_of(row, title),
        waves,
        [_objective(one) for one in programs.objectives_of(tx, row.id)],
        [_figure(one) for one in programs.figures_of(tx, row.id)],
        spoken,
    )


def beside_each_other(
    tx: Session, named: Sequence[str], measure: Measure, language: str | None
) -> SideBySide:
    """Several programs by their best comparison of ``measure``. Raises NotFound, and Invalid."""
    found = [evaluation_of(tx, program, language) for program in named]
    best = [next((c for c in one.comparisons if c.measure == measure), None) for one in found]
    pairs = list(zip(found, best, strict=True))
    side = side_by_side(
        {one.program: c.estimate for one, c in pairs if c is not None and c.estimate is not None}
    )
    return SideBySide(
        measure,
        tuple(Beside(one.program, one.name, c, side.verdicts.get(one.program)) for one, c in pairs),
        side.compared,
        side.expected_by_chance,
    )


def view_of(row: ProgramRow, title: str) -> ProgramView:
    """The program as its evaluation needs it."""
    stratum = row.stratum
    return ProgramView(
        id=row.id,
        name=row.name,
        kind=row.kind,
        survey_title=title,
        attribute=row.attribute,
        participants=tuple(row.participants),
        comparison=tuple(row.comparison["levels"]) if row.comparison["kind"] == "levels" else None,
        stratum=None if stratum is None else (stratum["attribute"], stratum["level"]),
    )


def _objective(row: ObjectiveRow) -> Objective:
    return Objective(
        id=row.id,
        text=row.text,
        measure=Measure(row.measure["kind"], row.measure["ref"]),
        baseline=row.baseline,
        target=row.target,
        due=row.due,
        direction="decrease" if row.direction == "decrease" else "increase",
    )


def _figure(row: OutsideFigureRow) -> OutsideFigure:
    group = cast(Group, row.group)
    return OutsideFigure(row.name, row.unit, group, row.day, row.value, row.people)
