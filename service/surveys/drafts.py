"""Drafts of waves: what is wanted of a wave, planned on its survey and roster, until it opens."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from sqlmodel import Session

from privacy.alternatives import Budget
from privacy.errors import Invalid
from privacy.survey import Survey
from service.accounts import audit
from service.accounts.audit import Actor
from service.clock import today
from service.errors import Conflict
from service.http.context import Context
from service.store import drawn, ledger, rosters, surveys, waves
from service.store.tables_main import WaveRow
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.definition_file import load
from service.surveys.load_summary import load_advice
from service.surveys.overlap import overlap_advice
from service.surveys.pairing_terms import PairedWave, drafted_pairing, pairing_terms
from service.surveys.planning import budget_of, chosen_value, plan_of, policy_without_roster, promise_value
from service.surveys.terms import Terms, stored, term_problems, terms_of, usual_tables


def draft_wave(context: Context, survey_id: str, wishes: Mapping[str, Any], by: Actor | str) -> WaveRow:
    """Store a draft on the survey's current definition; ``wishes`` are fields of Terms, times among them.

    ``by`` is whom the audit log names, here and below.

    Raises NotFound, and Invalid with every fault.
    """
    with reading(context.main) as tx:
        columns = _draft(tx, context, survey_id, wishes)
    with unit_of_work(context.main) as tx:
        return _add_draft(tx, context, survey_id, columns, by)


def draft_within(
    tx: Session,
    context: Context,
    survey_id: str,
    wishes: Mapping[str, Any],
    by: Actor | str,
    *,
    source: str | None = None,
    people: Sequence[str] | None = None,
) -> WaveRow:
    """As draft_wave, in a transaction that stores more than the draft.

    ``source`` takes the place of the survey's definition, and has the same id; ``people`` of its roster are
    those whom the wave will invite, None for all of them.
    """
    if people is None:
        return _add_draft(tx, context, survey_id, _draft(tx, context, survey_id, wishes, source=source), by)
    # The plan asks the store who was drawn, and what was drawn refers to the draft.
    empty = {"source": "", "plan": {}, "opens_at": "", "closes_at": ""}
    row = _add_draft(tx, context, survey_id, empty, by)
    drawn.set_people(tx, row.id, people)
    return waves.change_draft(
        tx, row.id, **_draft(tx, context, survey_id, wishes, source=source, wave_id=row.id)
    )


def change_draft(context: Context, ref: str, wishes: Mapping[str, Any], by: Actor | str) -> WaveRow:
    """Change fields of a draft's Terms. Raises NotFound, Conflict for another state, and Invalid."""
    with unit_of_work(context.main) as tx:
        row = waves.lock(tx, ref)
        check_draft(row, "changed")
        survey, _ = load(row.source)
        terms = replace(terms_of(row), **_named(tx, row.survey_id, wishes))
        row = waves.change_draft(
            tx, row.id, **planned(tx, context, row.survey_id, survey, terms, wave_id=row.id)
        )
        audit.record(tx, context, by, "change draft", row.id)
    return row


def delete_draft(context: Context, ref: str, by: Actor) -> str:
    """Delete a draft; the id of its survey. Raises NotFound, and Conflict for another state."""
    with unit_of_work(context.main) as tx:
        row = waves.find(tx, ref)
        waves.delete_draft(tx, ref)
        audit.record(tx, context, by, "delete draft", row.id)
    return row.survey_id


def _draft(
    tx: Session,
    context: Context,
    survey_id: str,
    wishes: Mapping[str, Any],
    *,
    source: str | None = None,
    wave_id: str | None = None,
) -> dict[str, Any]:
    """The columns of a draft on ``source``, by default the survey's current definition."""
    source = surveys.get_survey(tx, survey_id).source if source is None else source
    survey, _ = load(source)
    terms = Terms(**{"tables": usual_tables(survey), **_named(tx, survey_id, wishes)})
    return {"source": source, **planned(tx, context, survey_id, survey, terms, wave_id=wave_id)}


def _named(tx: Session, survey_id: str, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The wishes with the pairing of the program that they name."""
    wanted = wishes.get("pairing")
    return {**wishes, "pairing": pairing_terms(tx, survey_id, wanted)} if wanted else dict(wishes)


def _add_draft(
    tx: Session, context: Context, survey_id: str, columns: Mapping[str, Any], by: Actor | str
) -> WaveRow:
    row = waves.add_draft(tx, survey_id, **columns)
    audit.record(tx, context, by, "draft wave", row.id, survey=survey_id)
    return row


def budget_now(tx: Session, context: Context, survey_id: str, draw: str | None = None) -> Budget:
    """What is left of the cap today for everybody on the survey's roster, or who was drawn for a wave."""
    day = today(context.clock)
    charges = ledger.charges_of_roster(tx, survey_id, day, draw)
    return budget_of(charges, context.settings.cap_epsilon, day)


def planned(
    tx: Session,
    context: Context,
    survey_id: str,
    survey: Survey,
    terms: Terms,
    *,
    wave_id: str | None = None,
) -> dict[str, Any]:
    """The columns of a draft on these terms; ``wave_id`` is its own, if it has one. Raises Invalid.

    Without a roster there is no plan yet; it is made when the wave opens.
    """
    problems = term_problems(terms, context.clock())
    chosen = pairing = None
    draw = None if wave_id is None else drawn.draw_of(tx, wave_id)
    try:
        if rosters.attributes_of(tx, survey_id, draw):
            budget = budget_now(tx, context, survey_id, draw)
            plan = plan_of(tx, survey_id, survey, terms, budget, draw=draw)
            policy, chosen, attributes = plan.policy, chosen_value(plan), plan.attributes
            people, day = rosters.people_of(tx, survey_id, draw), terms.opens_at.astimezone(UTC).date()
            chosen["notes"] += load_advice(tx, context, survey, people, day, but=wave_id)
            times = terms.opens_at, terms.closes_at
            chosen["notes"] += overlap_advice(tx, people, *times, context.clock(), but=wave_id)
        else:
            policy, attributes = policy_without_roster(survey, terms), survey.attributes
        if terms.pairing is not None:
            paired = PairedWave(wave_id, survey, attributes, policy, terms.closes_at)
            pairing = drafted_pairing(tx, paired, terms.pairing)
    except Invalid as error:
        known = {problem.id for problem in problems}
        problems += [problem for problem in error.problems if problem.id not in known]
    if problems:
        raise Invalid(problems)
    return stored(terms, survey, promise_value(policy, pairing), chosen, pairing)


def check_draft(row: WaveRow, what: str) -> None:
    """Raises Conflict unless the wave is a draft."""
    if row.state != "draft":
        raise Conflict(f"the wave is {row.state}; only a draft can be {what}")
