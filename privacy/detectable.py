"""The smallest effect that a planned wave could show, told before anybody is asked.

From the real estimator at the numbers of answers to expect: a true difference of z95 stated standard errors,
which the interval must leave behind, and z80 of those it is likely to have, has the verdict "higher" or
"lower" in 80 % of evaluations (J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition
1988, chapter 2, for a 90 % interval). Where a group may be withheld, what is shown must make up for it, so
that it is 80 % in all.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from privacy.contrast import contrast
from privacy.deviation import FigureName
from privacy.estimate import Figure
from privacy.figures import STEPS_OF_FIVE
from privacy.intervals import Z
from privacy.mechanism import sigma_of
from privacy.paired_rows import CHANGE, PairedDesign
from privacy.plan import design_of
from privacy.planned_wave import Asked, PlannedWave, with_groups
from privacy.planner import Audience, Plan, Wishes, ground_of, make_plan
from privacy.survey import Attribute, Survey

POWER, MOST_POWER = 0.8, 0.98
DEVIATION = 1.0  # of one answer on five points
WITHIN_PERSON = 0.6  # correlation of a person's answers in two waves
ITEMS_TOGETHER = 0.4  # correlation of a person's answers to two items
USE_CODES = 0.6  # of those who answer both waves
ROUNDS = 4
MOST_EFFECT = 0.25  # of the scale: usual answers leave no room for more

Shape = Literal["groups", "before-after", "difference-in-differences", "paired", "paired-difference"]
Kind = Literal["item", "theme", "index"]
SHAPES: tuple[Shape, ...] = ("groups", "before-after", "difference-in-differences")


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest effect of a design, in scale points, on the item, theme or index of which least is known.

    None where one of the groups is too likely to be withheld or usual answers leave no room for an effect so
    large. ``shown`` is the chance that none is withheld, with that effect or without any.
    """

    shape: Shape
    kind: Kind
    effect: float | None
    shown: float


@dataclass(frozen=True, slots=True)
class Announcement:
    """What can be said before launch of two groups of ``people`` and ``others`` invited, of whom ``rate``
    answer, at ``epsilon`` a wave.
    """

    people: int
    others: int
    rate: float
    epsilon: float
    effects: tuple[Detectable, ...]


def announce(
    survey: Survey,
    audience: Audience,
    wishes: Wishes,
    asked: Asked,
    *,
    previous: Sequence[Attribute] = (),
    deviation: float = DEVIATION,
    pairing: PairedDesign | None = None,
) -> Announcement:
    """What each design could detect if every wave is planned on these wishes.

    ``deviation`` is that of one answer on five points, such as an earlier wave's. With ``pairing`` the paired
    designs are among them. Raises Invalid as make_plan does.
    """
    plan = make_plan(survey, audience, wishes, previous=previous)
    ground = with_groups(ground_of(survey, audience, wishes.merge_at, previous), asked)
    design = design_of(survey.questions, plan.attributes, plan.policy)
    wave = PlannedWave(design, plan, ground, asked, deviation)
    by_kind: dict[Kind, list[Figure]] = {"item": [], "theme": [], "index": []}
    for figure in wave.figures:
        by_kind["item" if figure.question else "theme" if figure.theme else "index"].append(figure)
    effects = [one for kind, figures in by_kind.items() if figures for one in _unpaired(wave, kind, figures)]
    if pairing is not None:
        effects += _paired(wave, pairing, plan, deviation)
    people, others = wave.invited
    return Announcement(round(people), round(others), plan.rate, wishes.epsilon, tuple(effects))


@dataclass(frozen=True, slots=True)
class Errors:
    """Of an effect: the standard error that its interval is made of, and the one that it is likely to have.

    The first is on the safe side where items of a theme, or one person's answers in two waves, go together.
    """

    stated: float
    likely: float


def smallest_effect(errors: Errors, shown: float) -> float | None:
    """The true difference found with 80 % where it is stated with the chance ``shown``, rounded up.

    None where no difference is found so often.
    """
    if not math.isfinite(errors.stated) or shown * MOST_POWER < POWER:
        return None
    beyond = NormalDist().inv_cdf(POWER / shown)
    return math.ceil(100 * (Z * errors.stated + beyond * errors.likely)) / 100


def _unpaired(wave: PlannedWave, kind: Kind, figures: Sequence[Figure]) -> list[Detectable]:
    """One wave, two waves, and both groups in two waves; of the figure of which least is known."""
    found = []
    for shape in SHAPES:
        each = [_of_figure(wave, shape, figure) for figure in figures]
        known = [effect for effect, _ in each if effect is not None]
        worst = max(known) if len(known) == len(each) else None
        found.append(Detectable(shape, kind, worst, min(shown for _, shown in each)))
    return found


def _of_figure(wave: PlannedWave, shape: Shape, figure: Figure) -> tuple[float | None, float]:
    """The smallest effect and the chance that it is shown.

    An effect moves the answers, and with them what is known of their mean, so it is looked for again where it
    was found.
    """
    twice = 1.0 if shape == "groups" else wave.shown(figure, 0.0)
    usually = shown = wave.shown(figure, 0.0) * twice
    effect: float | None = 0.0
    for _ in range(ROUNDS):
        effect = smallest_effect(_errors(wave, shape, figure, effect or 0.0), shown) if shown else None
        if effect is None or effect > MOST_EFFECT * (figure.high - figure.low):
            return None, usually
        shown = wave.shown(figure, effect) * twice
    return effect, shown


def _errors(wave: PlannedWave, shape: Shape, figure: Figure, effect: float) -> Errors:
    name = FigureName("mean", figure.question, figure.theme)
    mine, theirs = wave.means(figure, effect)
    sides = [(1, mine)]
    if shape != "before-after":
        sides.append((-1, theirs))
    if shape != "groups":
        # Another wave of the same plan has noise of its own.
        before = wave.again()
        first, others = (mean.moved_to(before) for mean in wave.means(figure, 0.0))
        sides.append((-1, first))
        if shape == "difference-in-differences":
            sides.append((1, others))
    found = contrast(name, sides)
    items = len(figure.items)
    apart = (1 + (items - 1) * ITEMS_TOGETHER) / items
    if shape != "groups":
        apart *= 1 - WITHIN_PERSON * wave.rate
    likely = math.hypot(found.noise, math.sqrt(apart) * math.hypot(found.nonresponse, found.chance))
    return Errors(found.combined / Z, likely / Z)


def _paired(wave: PlannedWave, pairing: PairedDesign, plan: Plan, deviation: float) -> list[Detectable]:
    """The change of those who use a code in both waves, by itself and above that of the others."""
    sigma = sigma_of(pairing.d2, pairing.micro_rho)
    noise, counting = STEPS_OF_FIVE / 2 * sigma / CHANGE, sigma / pairing.pair
    policy = plan.policy
    variances, chances = [], []
    for invited in wave.invited:
        pairs = max(invited * plan.rate**2 * USE_CODES, 1.0)
        least = max(policy.k + pairing.z * counting, Z * noise / policy.margins["scale"])
        chances.append(NormalDist().cdf((pairs - least) / math.hypot(math.sqrt(pairs), counting)))
        change = 2 * (1 - WITHIN_PERSON) * deviation**2
        variances.append((noise / pairs) ** 2 + change / pairs)
    alone, both = chances[0], chances[0] * chances[1]
    one, two = (math.sqrt(variance) for variance in (variances[0], sum(variances)))
    return [
        Detectable("paired", "item", smallest_effect(Errors(one, one), alone), alone),
        Detectable("paired-difference", "item", smallest_effect(Errors(two, two), both), both),
    ]
