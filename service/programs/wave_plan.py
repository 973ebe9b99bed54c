"""All the waves of a program, drafted in one go: their losses are checked against the cap together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from privacy.errors import Invalid, Problem
from privacy.ledger import CAP_DELTA
from privacy.mechanism import micro_rho_for
from privacy.survey import Survey
from service.accounts import audit
from service.accounts.audit import Actor
from service.clock import today
from service.errors import Conflict
from service.http.context import Context
from service.programs.meaning import Asked, paired_in
from service.programs.program_waves import meaning_problems
from service.programs.wave_plan_faults import notes_on, of_wave, over_the_cap
from service.programs.wave_plan_terms import PairedPlan, terms_of_plan
from service.programs.wave_schedule import Slot, schedule, usual_waves
from service.store import ledger, program_waves, programs, rosters, surveys, waves
from service.store.tables_programs import ProgramRow
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.definition_file import load
from service.surveys.drafts import planned
from service.surveys.plan_room import Cost, Load, largest_epsilon, loads
from service.surveys.terms import Terms

Columns = dict[str, Any]  # of a draft


@dataclass(frozen=True, slots=True)
class PlanWish:
    """What is asked of a plan: ``terms`` are fields of Terms for every wave, without times and pairing.

    ``waves`` says which waves there are, as wave_schedule.schedule takes it, None for the usual ones.
    """

    terms: Mapping[str, Any]
    open_days: int
    waves: Sequence[Mapping[str, Any]] | None = None
    first_opens_at: datetime | None = None
    pairing: PairedPlan | None = None


@dataclass(frozen=True, slots=True)
class DraftedWave:
    """A wave of a plan with its place in the year's loss; ``id`` is that of its draft, None in a dry run."""

    id: str | None
    slot: Slot
    load: Load


@dataclass(frozen=True, slots=True)
class WavePlan:
    """The waves of a plan; ``largest_epsilon`` is the largest with which all of them would fit."""

    program: str
    survey: str
    waves: tuple[DraftedWave, ...]
    cap: int
    largest_epsilon: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Planned:
    survey_id: str
    source: str
    slots: Sequence[Slot]
    columns: Sequence[Columns]
    loads: Sequence[Load]  # of the slots, in their order
    largest_epsilon: float | None
    notes: tuple[str, ...]


def plan_waves(context: Context, by: Actor, program: str, wish: PlanWish, *, dry_run: bool) -> WavePlan:
    """Draft the waves that judge a program, or in a dry run compute them alone.

    Raises NotFound; Conflict without a survey or a roster, and if another wave has a label; Invalid with
    every fault, ``plan-over-the-cap`` for a plan that would take anybody past the cap. Then nothing is
    stored.
    """
    with reading(context.main) as tx:
        found = _planned(tx, context, programs.get_program(tx, program), wish)
    ids: Sequence[str | None] = [None] * len(found.slots)
    if not dry_run:
        with unit_of_work(context.main) as tx:
            ids = _stored(tx, context, by, program, found)
    return WavePlan(
        program=program,
        survey=found.survey_id,
        waves=tuple(map(DraftedWave, ids, found.slots, found.loads)),
        cap=found.loads[0].cap,
        largest_epsilon=found.largest_epsilon,
        notes=found.notes,
    )


def _planned(tx: Session, context: Context, row: ProgramRow, wish: PlanWish) -> _Planned:
    if row.survey_id is None:
        raise Conflict("the program has no survey; name the survey whose waves judge it, then plan")
    if not rosters.people_of(tx, row.survey_id):
        raise Conflict("the survey's roster is empty; upload one, then plan")
    slots = schedule(
        row.starts_on,
        row.ends_on,
        usual_waves() if wish.waves is None else wish.waves,
        first_opens_at=wish.first_opens_at,
        open_days=wish.open_days,
    )
    _check_labels(tx, row.id, slots)
    source = surveys.get_survey(tx, row.survey_id).source
    survey, _ = load(source)
    terms = terms_of_plan(row, survey, slots, wish.terms, wish.pairing)
    columns = _columns(tx, context, survey, slots, terms)
    if problems := _changed(tx, row, survey, slots, columns):
        raise Invalid(problems)
    day = today(context.clock)
    costs = [
        Cost(slot.label, max(day, slot.opens_at.date()), *_cost(found["plan"]))
        for slot, found in zip(slots, columns, strict=True)
    ]
    charges = ledger.charges_of_roster(tx, row.survey_id, day)
    everything = [*costs, *_drafted(tx, row.id, day)]
    cap = micro_rho_for(context.settings.cap_epsilon, CAP_DELTA)
    found = loads(charges, everything, cap)
    most = largest_epsilon(charges, everything, cap)
    if problems := over_the_cap(found, most):
        raise Invalid(problems)
    plan = columns[0]["plan"]
    return _Planned(
        survey_id=row.survey_id,
        source=source,
        slots=slots,
        columns=columns,
        loads=[next(load for load in found if load.cost is cost) for cost in costs],
        largest_epsilon=most,
        notes=(*plan["chosen"]["notes"], *notes_on(row, slots, plan)),
    )


def _columns(
    tx: Session, context: Context, survey: Survey, slots: Sequence[Slot], terms: Sequence[Terms]
) -> list[Columns]:
    """Of a draft on each of these terms. Raises Invalid with every fault, each once."""
    columns: list[Columns] = []
    problems: dict[Problem, None] = {}
    for slot, one in zip(slots, terms, strict=True):
        try:
            columns.append(planned(tx, context, survey.id, survey, one))
        except Invalid as error:
            problems |= dict.fromkeys(of_wave(slot.label, problem) for problem in error.problems)
    if problems:
        raise Invalid(problems)
    return columns


def _cost(plan: Mapping[str, Any]) -> tuple[int, int]:
    """What a draft will cost, and the part of it that does not follow from its epsilon."""
    pairing = plan.get("pairing") or {"micro_rho": 0}
    return plan["promise"]["micro_rho"], pairing["micro_rho"]


def _check_labels(tx: Session, program_id: str, slots: Sequence[Slot]) -> None:
    taken = {label: wave.id for label, wave in program_waves.waves_of_program(tx, program_id)}
    for slot in slots:
        if slot.label in taken:
            raise Conflict(
                f"wave {taken[slot.label]} is this program's {slot.label} already; plan the others, or "
                "detach it first"
            )


def _changed(
    tx: Session, row: ProgramRow, survey: Survey, slots: Sequence[Slot], columns: Sequence[Columns]
) -> list[Problem]:
    """Why the waves could not judge the program beside those that it has."""
    return [
        problem
        for slot, found in zip(slots, columns, strict=True)
        for problem in meaning_problems(tx, row, Asked(slot.label, survey), paired_in(found["plan"]))
    ]


def _drafted(tx: Session, program_id: str, day: date) -> list[Cost]:
    """What the drafts that the program has already will cost."""
    return [
        Cost(label, max(day, datetime.fromisoformat(row.opens_at).date()), _cost(row.plan)[0], 0, False)
        for label, row in program_waves.waves_of_program(tx, program_id)
        if row.state == "draft"
    ]


def _stored(tx: Session, context: Context, by: Actor, program: str, found: _Planned) -> list[str]:
    """Store every draft and attach it; their ids."""
    row = programs.lock_program(tx, program)
    if row.survey_id != found.survey_id:
        raise Conflict("the program was changed meanwhile; plan again")
    _check_labels(tx, row.id, found.slots)
    ids: list[str] = []
    for slot, columns in zip(found.slots, found.columns, strict=True):
        plan = columns["plan"]
        if ids and plan.get("pairing"):
            plan = {**plan, "pairing": {**plan["pairing"], "earlier": ids[-1]}}
        draft = waves.add_draft(tx, found.survey_id, source=found.source, **{**columns, "plan": plan})
        program_waves.attach(tx, row.id, draft.id, slot.label)
        ids.append(draft.id)
    labels = [slot.label for slot in found.slots]
    audit.record(tx, context, by, "plan waves", row.id, waves=ids, labels=labels)
    return ids
