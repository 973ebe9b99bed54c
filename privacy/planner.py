"""The plan of a wave, from the definition, the roster and the terms alone, before anyone is asked.

It merges small groups, chooses the weights, and tells what a release will be able to say and what it costs. A
design whose figures would all be withheld is refused, with what would help.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from privacy.contract import Policy, Weights
from privacy.errors import Invalid, Problem
from privacy.forecast import Expected, forecast
from privacy.groups import Grouped, Note, grouped, level_of
from privacy.plan import MARGINS, Design, Table, design_of, make_policy
from privacy.survey import Attribute, Survey
from privacy.weights import Wish, choose_weights

Floats = NDArray[np.float64]
Person = Mapping[str, str]  # roster attributes as service rosters keep them

USUAL_RATE = 0.6  # of those invited answer
UNSAID = 0.05  # of those who answer do not state an attribute
MERGE_AT = 10
LEAST_IMPORTANCE, MOST_IMPORTANCE = 0.1, 10.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the author asks of a wave. ``tables`` are attribute ids, ``()`` being the whole.

    ``importance`` has a factor by the id of a question, a theme, or an attribute for the table of it alone.
    ``allow_empty`` takes a roster below k, of which nothing can be shown.
    """

    tables: tuple[tuple[str, ...], ...]
    epsilon: float
    k: int
    comment_k: int
    margins: Mapping[str, float] = field(default_factory=lambda: MARGINS)
    merge_at: int = MERGE_AT
    importance: Mapping[str, float] = field(default_factory=dict)
    allow_empty: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is invited: each person's roster attributes, and the share of them that usually answers."""

    people: tuple[Person, ...]
    rate: float = USUAL_RATE


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. ``attributes`` and ``policy`` go into the manifest as they are.

    ``left_out`` are tables that were asked for and cannot be, because no two groups of one of their
    attributes are large enough; ``notes`` say so, and what was merged.
    """

    attributes: tuple[Attribute, ...]
    policy: Policy
    notes: tuple[Note, ...]
    left_out: tuple[tuple[str, ...], ...]
    invited: int
    rate: float
    expected: tuple[Expected, ...]

    @property
    def shows_anything(self) -> bool:
        """Whether any figure but a count is likely to be shown."""
        return any(figure.shown for figure in self.expected)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What plans for one roster share: its groups, and where each person stands in them.

    ``places`` has for each attribute whose sizes are known an array (people,) of level positions, the number
    of levels standing for whoever is in none.
    """

    groups: Grouped
    places: Mapping[str, NDArray[np.int64]]
    invited: int
    rate: float


def ground_of(
    survey: Survey, audience: Audience, merge_at: int, previous: Sequence[Attribute] = ()
) -> Ground:
    """Merge the groups of the roster. Raises Invalid with every fault."""
    groups = grouped(
        survey.attributes,
        audience.people,
        merge_at=merge_at,
        previous=previous,
        languages=survey.languages,
    )
    known = [level_of(groups, person) for person in audience.people]
    places = {}
    for attribute in groups.attributes:
        if any(level.invited is not None for level in attribute.levels):
            position = {level.id: place for place, level in enumerate(attribute.levels)}
            unknown = len(position)
            found = [position.get(levels.get(attribute.id, ""), unknown) for levels in known]
            places[attribute.id] = np.array(found, dtype=np.int64)
    return Ground(groups, places, len(audience.people), audience.rate)


def make_plan(
    survey: Survey,
    audience: Audience,
    wishes: Wishes,
    *,
    previous: Sequence[Attribute] = (),
    weights: Weights | None = None,
) -> Plan:
    """The plan of a wave of ``survey``.

    ``previous`` are the attributes of the survey's latest wave, whose groups are kept. ``weights`` that fit
    are taken instead of being chosen. Raises Invalid with every fault.
    """
    faults = wish_faults(survey, wishes, len(audience.people))
    if faults:
        raise Invalid(faults)
    return plan_on(ground_of(survey, audience, wishes.merge_at, previous), survey, wishes, weights)


def plan_on(ground: Ground, survey: Survey, wishes: Wishes, weights: Weights | None = None) -> Plan:
    """The plan for groups that were merged already. Raises Invalid with every fault of the policy."""
    found = ground.groups
    dropped = {one.id for one in survey.attributes} - {one.id for one in found.attributes}
    tables = [table for table in wishes.tables if not set(table) & dropped]
    policy = _policy(survey, found, wishes, tables, None)
    design = design_of(survey.questions, found.attributes, policy)
    sizes = expected_sizes(design, ground)
    if weights is None or not _fits(weights, design):
        wish = Wish(wishes.importance, {(name,): factor for name, factor in wishes.importance.items()})
        weights = choose_weights(design, wishes.margins, sizes, wish)
    policy = _policy(survey, found, wishes, tables, weights)
    design = design_of(survey.questions, found.attributes, policy)
    return Plan(
        attributes=found.attributes,
        policy=policy,
        notes=found.notes,
        left_out=tuple(table for table in wishes.tables if set(table) & dropped),
        invited=ground.invited,
        rate=ground.rate,
        expected=forecast(design, wishes.margins, sizes) if design.questions else (),
    )


def expected_sizes(design: Design, ground: Ground) -> Floats:
    """The number of responses to expect in each cell, (cells,).

    Groups of the roster answer alike; self-described levels are taken to be of one size; nobody is expected
    among those who do not say.
    """
    sizes: Floats = np.concatenate([_sizes(table, ground) for table in design.tables]) * ground.rate
    return sizes


def _sizes(table: Table, ground: Ground) -> Floats:
    place = np.zeros(ground.invited, dtype=np.int64)
    share = 1.0
    for axis in table.axes:
        if axis.attribute in ground.places:
            place = place * axis.size + ground.places[axis.attribute]
        else:
            # Everybody is put into the first level, and shared out below.
            place = place * axis.size
            share /= axis.size - 1
        share *= 1 - UNSAID
    sizes = np.bincount(place, minlength=table.cells).reshape(table.shape).astype(np.float64) * share
    for number, axis in enumerate(table.axes):
        if axis.attribute not in ground.places:
            sizes = np.repeat(sizes.take([0], axis=number), axis.size, axis=number)
        sizes[(slice(None),) * number + (-1,)] = 0.0
    return sizes.ravel()


def _policy(
    survey: Survey,
    found: Grouped,
    wishes: Wishes,
    tables: Sequence[tuple[str, ...]],
    weights: Weights | None,
) -> Policy:
    return make_policy(
        survey.questions,
        found.attributes,
        tables,
        epsilon=wishes.epsilon,
        k=wishes.k,
        comment_k=wishes.comment_k,
        margins=wishes.margins,
        weights=weights,
    )


def _fits(weights: Weights, design: Design) -> bool:
    return len(weights.counts) == len(weights.tables) == len(design.tables) and len(weights.questions) == len(
        design.questions
    )


def wish_faults(survey: Survey, wishes: Wishes, invited: int) -> list[Problem]:
    """What is wrong with the wishes for a survey and this number of people."""
    faults = []
    known = {attribute.id for attribute in survey.attributes}
    if invited < wishes.k and not wishes.allow_empty:
        message = f"{invited} people are invited and groups below k = {wishes.k} are never shown"
        faults.append(
            Problem("roster-below-k", "roster", message, "invite more people, or choose a smaller k")
        )
    for number, table in enumerate(wishes.tables):
        for name in table:
            if name not in known:
                message = f"the survey has no attribute {name!r}"
                remedy = f"use {', '.join(sorted(known))}" if known else "leave the table out"
                faults.append(Problem("unknown-attribute", f"tables[{number}]", message, remedy))
    questions = {question.id for question in survey.questions} | {theme.id for theme in survey.themes}
    for name, factor in wishes.importance.items():
        place = f"importance.{name}"
        if name not in questions | known:
            remedy = "name a question, a theme or an attribute of the survey"
            faults.append(Problem("unknown-importance", place, "the survey has nothing of this id", remedy))
        elif not (math.isfinite(factor) and LEAST_IMPORTANCE <= factor <= MOST_IMPORTANCE):
            message = "so much weight on one figure would drown another"
            remedy = f"choose a factor from {LEAST_IMPORTANCE:g} to {MOST_IMPORTANCE:g}"
            faults.append(Problem("importance-out-of-range", place, message, remedy))
    return faults
