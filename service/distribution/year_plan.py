"""What the planner says of the waves of a schedule, before people are drawn."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

from sqlmodel import Session

from privacy.alternatives import check_something_shows, compare
from privacy.errors import Invalid, Problem
from privacy.planner import Plan, make_plan
from service.distribution.parts import Part
from service.distribution.year import Held
from service.http.context import Context
from service.surveys.drafts import budget_now
from service.surveys.planning import audience_of, chosen_value, groups_before
from service.surveys.terms import Terms, usual_tables, wishes_of


@dataclass(frozen=True, slots=True)
class PlannedParts:
    """``chosen`` is the plan of the wave that comes next as a draft stores it, None without one."""

    chosen: Mapping[str, Any] | None
    notes: Sequence[str]
    problems: Sequence[Problem]


def planned_parts(tx: Session, context: Context, survey_id: str, held: Held, now: datetime) -> PlannedParts:
    """Plan a wave of each part for as many people as are drawn, taken by chance: who they are is open yet."""
    audience = audience_of(tx, survey_id)
    number = math.ceil(len(audience.people) / held.schedule.people_one_in)
    # Only how many of each group there are matters, and that the same answer comes twice.
    some = Random(0).sample(audience.people, number)  # noqa: S311
    audience = replace(audience, people=tuple(some))
    if not audience.people:
        return PlannedParts(None, (), ())
    plans: list[Plan] = []
    problems: dict[Problem, None] = {}
    parts = len(held.parts)
    for turn in range(held.turn, held.turn + parts):
        try:
            plans.append(_plan(tx, context, held.parts[turn % parts], audience, now))
        except Invalid as error:
            place = f"parts[{turn % parts}]." if parts > 1 else ""
            problems |= {replace(one, place=f"{place}{one.place}"): None for one in error.problems}
    if problems or not plans:
        return PlannedParts(None, (), tuple(problems))
    chosen = chosen_value(plans[0])
    return PlannedParts(chosen, chosen["notes"], ())


def _plan(tx: Session, context: Context, part: Part, audience: Any, now: datetime) -> Plan:
    survey = part.survey
    terms = Terms(**{"opens_at": now, "closes_at": now, "tables": usual_tables(survey), **part.wishes})
    previous = () if terms.fresh_groups else groups_before(tx, survey)
    plan = make_plan(survey, audience, wishes_of(terms), previous=previous)
    if not (plan.shows_anything or terms.allow_empty):
        # What would help is looked for only now, because it takes several plans.
        budget = budget_now(tx, context, survey.id)
        check_something_shows(compare(survey, audience, wishes_of(terms), budget, previous=previous))
    return plan
