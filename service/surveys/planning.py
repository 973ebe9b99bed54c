"""A wave's plan from what the store knows: its survey, the roster and the waves before."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from privacy.alternatives import Alternative, Budget, check_something_shows, compare
from privacy.contract import Pairing, Policy, Weights
from privacy.errors import Invalid, Problem
from privacy.ledger import CAP_DELTA, Entry, spent
from privacy.manifest_reader import read_manifest
from privacy.mechanism import micro_rho_for
from privacy.plan import make_policy
from privacy.planner import USUAL_RATE, Audience, Plan, make_plan
from privacy.survey import Attribute, Option, Survey
from service.store import rosters, waves
from service.surveys.terms import Terms, wishes_of

_LOWEST_RATE = 0.05
_WAVES_BEFORE = 20  # how far back the groups of an attribute are looked for


def audience_of(
    tx: Session, survey_id: str, rate: float | None = None, *, draw: str | None = None
) -> Audience:
    """Who is invited, with ``rate`` or else that of the latest released wave as the share who answer.

    ``draw``, here and below, is the wave for which people of the roster were drawn, None for all of them.
    """
    people = tuple(rosters.attributes_of(tx, survey_id, draw))
    return Audience(people, _latest_rate(tx, survey_id) if rate is None else rate)


def plan_of(
    tx: Session, survey_id: str, survey: Survey, terms: Terms, budget: Budget, *, draw: str | None = None
) -> Plan:
    """The plan of a new wave on these terms. Raises Invalid with every fault.

    Without ``terms.allow_empty`` a wave of which nothing is likely to be shown is one; what would help is
    within ``budget``.
    """
    audience = audience_of(tx, survey_id, draw=draw)
    previous = () if terms.fresh_groups else groups_before(tx, survey)
    plan = make_plan(survey, audience, wishes_of(terms), previous=previous)
    if not (plan.shows_anything or terms.allow_empty):
        # What would help is looked for only now, because it takes several plans.
        check_something_shows(compare(survey, audience, wishes_of(terms), budget, previous=previous))
    return plan


def plan_again(
    tx: Session,
    survey_id: str,
    survey: Survey,
    terms: Terms,
    *,
    chosen: Mapping[str, Any] | None,
    budget: Budget,
    draw: str | None = None,
) -> Plan:
    """The plan to open a draft with: the chosen one, on the roster as it is now."""
    if chosen is None:
        return plan_of(tx, survey_id, survey, terms, budget, draw=draw)
    plan = make_plan(
        survey,
        audience_of(tx, survey_id, chosen["rate"], draw=draw),
        wishes_of(terms),
        previous=_groups_of(chosen["groups"]),
        weights=Weights(*(tuple(chosen["weights"][name]) for name in ("counts", "tables", "questions"))),
    )
    if not (plan.shows_anything or terms.allow_empty):
        message = "with the roster as it is now nothing is likely to be shown"
        remedy = "plan the wave again: POST /api/v1/surveys/{survey}/plan compares what would help"
        raise Invalid([Problem("nothing-would-show", "plan", message, remedy)])
    return plan


def alternatives_of(
    tx: Session, survey: Survey, terms: Terms, budget: Budget, rate: float | None
) -> tuple[Alternative, ...]:
    """The plan on these terms and what else could be done, for the roster as it is now."""
    previous = () if terms.fresh_groups else groups_before(tx, survey)
    audience = audience_of(tx, survey.id, rate)
    return compare(survey, audience, wishes_of(terms), budget, previous=previous)


def budget_of(charges: Sequence[Sequence[Entry]], cap_epsilon: float, day: date) -> Budget:
    """The cap of a year, and the most of it that was charged to anybody; ``charges`` are of each person."""
    cap = micro_rho_for(cap_epsilon, CAP_DELTA)
    return Budget(cap, max(spent(entries, day) for entries in charges), CAP_DELTA)


def check_within(asked: Alternative, cap_epsilon: float, cap: int) -> None:
    """Raises Invalid if one such wave costs more than a person may be asked for in a year."""
    if asked.micro_rho > cap:
        message = "one wave costs more than a person may be asked for in a year"
        remedy = f"choose an epsilon of at most {cap_epsilon:g}"
        raise Invalid([Problem("over-the-cap", "epsilon", message, remedy)])


def policy_without_roster(survey: Survey, terms: Terms) -> Policy:
    """What the terms promise as long as nobody is on the roster. Raises Invalid with every fault."""
    missing = [attribute.id for attribute in survey.attributes if attribute.path is not None]
    if missing:
        message = f"the levels of {', '.join(missing)} are those of the roster, which is empty"
        raise Invalid([Problem("roster-needed", "roster", message, "upload the roster first")])
    return make_policy(
        survey.questions,
        survey.attributes,
        terms.tables,
        epsilon=terms.epsilon,
        k=terms.k,
        comment_k=terms.comment_k,
        margins=terms.margins,
    )


def groups_before(tx: Session, survey: Survey) -> tuple[Attribute, ...]:
    """Each attribute of a survey as the latest wave had it that broke its results down by it.

    The steps of a hierarchy are those of one wave.
    """
    path_of = {attribute.id: attribute.path or attribute.id for attribute in survey.attributes}
    found: dict[str, list[Attribute]] = {}
    for row in waves.latest_opened(tx, survey.id, _WAVES_BEFORE):
        if row.manifest is None:
            continue
        of_wave: dict[str, list[Attribute]] = {}
        for attribute in read_manifest(row.manifest, row.wave).attributes:
            of_wave.setdefault(path_of.get(attribute.id, attribute.id), []).append(attribute)
        found = {**of_wave, **found}
        if set(found) >= set(path_of.values()):
            break
    return tuple(attribute for steps in found.values() for attribute in steps)


def chosen_value(plan: Plan) -> dict[str, Any]:
    """The plan as a draft stores it: what it is opened with, and what was expected."""
    weights = plan.policy.weights
    return {
        "invited": plan.invited,
        "rate": plan.rate,
        "weights": {
            "counts": list(weights.counts),
            "tables": list(weights.tables),
            "questions": list(weights.questions),
        },
        "groups": {
            attribute.id: [[level.id, list(level.members)] for level in attribute.levels]
            for attribute in plan.attributes
        },
        "notes": [note.text for note in plan.notes],
        "left_out": [list(table) for table in plan.left_out],
        "expected": [
            {
                "table": list(one.table),
                "figure": one.figure,
                "question": one.question,
                "theme": one.theme,
                "margin": one.margin,
                "limit": one.limit,
                "groups": one.groups,
                "shown": one.shown,
                "smallest": one.smallest,
            }
            for one in plan.expected
        ],
    }


def promise_value(policy: Policy, pairing: Pairing | None) -> dict[str, Any]:
    """What a wave with this policy may show, and what it costs everybody it invites, its pairing included."""
    return {
        "tables": [list(table) for table in policy.tables],
        "micro_rho": policy.micro_rho + (0 if pairing is None else pairing.micro_rho),
        "epsilon_presence": (pairing or policy).epsilon_presence,
        "epsilon_answers": (pairing or policy).epsilon_answers,
        "delta": policy.delta,
        "delta_gate": policy.delta_gate,
    }


def _groups_of(groups: Mapping[str, Sequence[Any]]) -> tuple[Attribute, ...]:
    """Attributes that hold together the levels that a stored plan holds together."""
    return tuple(
        Attribute(name, {}, tuple(Option(level, {}, members=tuple(members)) for level, members in levels))
        for name, levels in groups.items()
    )


def _latest_rate(tx: Session, survey_id: str) -> float:
    for row in waves.latest_released(tx, survey_id, 1):
        if row.invited and row.responses:
            return min(1.0, max(_LOWEST_RATE, row.responses / row.invited))
    return USUAL_RATE
