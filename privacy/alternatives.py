"""Other plans for the same wave, side by side, and what to do about one that would show nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from privacy.errors import Invalid, Problem
from privacy.mechanism import epsilon_of, micro_rho_for
from privacy.planner import Audience, Plan, Wishes, ground_of, plan_on, wish_faults
from privacy.survey import Attribute, Survey

WAVES_A_YEAR = {
    "weekly": 52,
    "fortnightly": 26,
    "monthly": 12,
    "quarterly": 4,
    "half-yearly": 2,
    "yearly": 1,
    "once": 1,
}
LARGEST_EPSILON = 20.0
_HIGHER, _LOWER = 1.5, 0.5
_STEPS = 100  # an epsilon is proposed to two decimals, rounded down

AlternativeId = Literal[
    "as-asked",
    "half-the-items",
    "one-item-a-theme",
    "fewer-breakdowns",
    "whole-only",
    "higher-epsilon",
    "lower-epsilon",
    "within-the-cap",
    "longer-cadence",
]


@dataclass(frozen=True, slots=True)
class Budget:
    """The cap of a rolling year in millionths of rho, and what of it is spent already, at ``delta``."""

    cap: int
    spent: int
    delta: float

    @property
    def left(self) -> int:
        """What a wave may still cost."""
        return max(0, self.cap - self.spent)


@dataclass(frozen=True, slots=True)
class Seen:
    """How many figures of how many are likely to be shown."""

    shown: int
    of: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """One row of the comparison. Losses are in millionths of rho, ``year`` over the waves of a year.

    ``fits`` says whether a year of such waves stays within the cap, whatever was spent before. ``margin`` is
    the widest 90 % margin of an item's mean for everybody, None if there is none. ``questions`` are those
    that are asked.
    """

    id: AlternativeId
    change: str
    questions: tuple[str, ...]
    cadence: str | None
    waves: int
    micro_rho: int
    epsilon: float
    year: int
    year_epsilon: float
    fits: bool
    items: Seen
    themes: Seen
    index: Seen
    margin: float | None
    plan: Plan


def compare(
    survey: Survey,
    audience: Audience,
    wishes: Wishes,
    budget: Budget,
    *,
    previous: Sequence[Attribute] = (),
) -> tuple[Alternative, ...]:
    """The plan as asked for, then the others that differ from it and are within the cap.

    Raises Invalid with every fault of the plan as asked for.
    """
    if faults := wish_faults(survey, wishes, len(audience.people)):
        raise Invalid(faults)
    ground = ground_of(survey, audience, wishes.merge_at, previous)
    asked = plan_on(ground, survey, wishes)
    rows = [_row("as-asked", "as asked for", survey, asked, budget)]
    for identifier, change, other, changed in _others(survey, wishes, asked, budget):
        try:
            plan = plan_on(ground, other, _without_unknown(other, changed))
        except Invalid:
            continue  # what cannot be planned is no alternative
        rows.append(_row(identifier, change, other, plan, budget))
    return tuple(rows)


def check_something_shows(alternatives: Sequence[Alternative]) -> None:
    """Raises Invalid, with what would help, if the first plan is likely to show no figure at all."""
    asked, *others = alternatives
    if asked.plan.shows_anything:
        return
    helping = [other.change for other in others if other.plan.shows_anything]
    remedy = f"this would show figures: {'; '.join(helping)}" if helping else "invite more people"
    answers = round(asked.plan.invited * asked.plan.rate)
    message = (
        f"with about {answers} answers at epsilon {asked.epsilon:g} the noise is too wide for any figure, so "
        "all would be withheld"
    )
    raise Invalid([Problem("nothing-would-show", "plan", message, remedy)])


def waves_a_year(cadence: str | None) -> int:
    """How many waves a year a cadence makes; one where there is none."""
    return WAVES_A_YEAR.get(cadence or "once", 1)


def _others(
    survey: Survey, wishes: Wishes, plan: Plan, budget: Budget
) -> list[tuple[AlternativeId, str, Survey, Wishes]]:
    found: list[tuple[AlternativeId, str, Survey, Wishes]] = []
    closed = [question.id for question in survey.questions if question.type != "text"]
    for identifier, words, kept in (
        ("half-the-items", "half of the items", _of_each_theme(survey, half=True)),
        ("one-item-a-theme", "themes only, with one item each", _of_each_theme(survey, half=False)),
    ):
        if 0 < len(kept) < len(closed):
            change = f"{words} ({len(kept)} of {len(closed)})"
            found.append((identifier, change, _only(survey, kept), wishes))  # type: ignore[arg-type]
    breakdowns = [table for table in plan.policy.tables if table]
    if len(breakdowns) > 1:
        worst = min(breakdowns, key=lambda table: _share_shown(plan, table))
        kept_tables = tuple(table for table in wishes.tables if table and table != worst)
        change = f"without the breakdown by {' and '.join(worst)}"
        found.append(("fewer-breakdowns", change, survey, replace(wishes, tables=((), *kept_tables))))
    if breakdowns:
        found.append(("whole-only", "without breakdowns", survey, replace(wishes, tables=((),))))
    delta = budget.delta
    for identifier, factor in (("higher-epsilon", _HIGHER), ("lower-epsilon", _LOWER)):
        epsilon = min(wishes.epsilon * factor, LARGEST_EPSILON, _epsilon(budget.left, delta))
        if factor < 1 or epsilon > wishes.epsilon:
            changed = replace(wishes, epsilon=epsilon)
            found.append((identifier, f"with epsilon {epsilon:g}", survey, changed))  # type: ignore[arg-type]
    waves = waves_a_year(survey.cadence)
    within = _epsilon(budget.cap // waves, delta)
    if 0 < within < wishes.epsilon:
        change = f"with epsilon {within:g}, so that {waves} waves a year are within the cap"
        found.append(("within-the-cap", change, survey, replace(wishes, epsilon=within)))
    longer = _longer(survey.cadence)
    if longer is not None:
        a_year = min(plan.policy.micro_rho * waves, budget.cap)
        epsilon = min(_epsilon(a_year // waves_a_year(longer), delta), LARGEST_EPSILON)
        change = f"{longer} instead of {survey.cadence}, with epsilon {epsilon:g} for no more loss a year"
        changed = replace(wishes, epsilon=epsilon)
        found.append(("longer-cadence", change, replace(survey, cadence=longer), changed))
    return found


def _row(identifier: AlternativeId, change: str, survey: Survey, plan: Plan, budget: Budget) -> Alternative:
    waves = waves_a_year(survey.cadence)
    loss = plan.policy.micro_rho
    margins = [
        figure.margin
        for figure in plan.expected
        if not figure.table and figure.question and figure.figure == "mean" and figure.margin is not None
    ]
    return Alternative(
        id=identifier,
        change=change,
        questions=tuple(question.id for question in survey.questions),
        cadence=survey.cadence,
        waves=waves,
        micro_rho=loss,
        epsilon=plan.policy.epsilon_presence,
        year=loss * waves,
        year_epsilon=epsilon_of(loss * waves, budget.delta),
        fits=loss * waves <= budget.cap,
        items=_seen(plan, items=True, themes=False),
        themes=_seen(plan, items=False, themes=True),
        index=_seen(plan, items=False, themes=False),
        margin=max(margins, default=None),
        plan=plan,
    )


def _seen(plan: Plan, *, items: bool, themes: bool) -> Seen:
    """Of items, of themes, or of the index, over all tables; a share favourable goes with its mean."""
    figures = [
        figure
        for figure in plan.expected
        if figure.figure != "favourable"
        and (figure.question is not None) == items
        and (figure.theme is not None) == themes
    ]
    return Seen(sum(figure.shown for figure in figures), sum(figure.groups for figure in figures))


def _share_shown(plan: Plan, table: tuple[str, ...]) -> float:
    figures = [figure for figure in plan.expected if figure.table == table]
    return sum(figure.shown for figure in figures) / max(1, sum(figure.groups for figure in figures))


def _of_each_theme(survey: Survey, *, half: bool) -> list[str]:
    """The first question, or the first half, of each theme; questions of no theme are one of their own."""
    by_theme: dict[str | None, list[str]] = {}
    for question in survey.questions:
        if question.type != "text":
            by_theme.setdefault(question.theme, []).append(question.id)
    kept = {name for names in by_theme.values() for name in names[: (len(names) + 1) // 2 if half else 1]}
    return [question.id for question in survey.questions if question.id in kept]


def _only(survey: Survey, kept: Sequence[str]) -> Survey:
    questions = tuple(
        question for question in survey.questions if question.type == "text" or question.id in kept
    )
    return replace(survey, questions=questions)


def _without_unknown(survey: Survey, wishes: Wishes) -> Wishes:
    """The wishes without the importance of questions that an alternative leaves out."""
    gone = set(wishes.importance) - {question.id for question in survey.questions}
    known = {theme.id for theme in survey.themes} | {attribute.id for attribute in survey.attributes}
    kept = {name: factor for name, factor in wishes.importance.items() if name not in gone or name in known}
    return replace(wishes, importance=kept)


def _longer(cadence: str | None) -> str | None:
    order = [name for name in WAVES_A_YEAR if name != "once"]
    if cadence not in order[:-1]:
        return None
    return order[order.index(cadence) + 1]


def _epsilon(micro_rho: int, delta: float) -> float:
    """The largest epsilon of two decimals that costs at most this, 0 where there is none."""
    steps = int(epsilon_of(micro_rho, delta) * _STEPS)
    while steps and micro_rho_for(steps / _STEPS, delta) > micro_rho:
        steps -= 1
    return steps / _STEPS
