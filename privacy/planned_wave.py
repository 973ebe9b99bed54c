"""Two groups of people in a wave that is planned: what their means will be known to, and whether at all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from privacy.consistency import Consistent, Projection
from privacy.correlation import correlation
from privacy.deviation import by_mean
from privacy.estimate import Figure, estimate, parts_of
from privacy.figures import STEPS_OF_FIVE, figures_of, limit_of
from privacy.forecast import alike, expected_sums
from privacy.gate import passes, precise
from privacy.means import Mean, Term, joined, levels_of, noise_of
from privacy.nominal import SKIPPED
from privacy.plan import Design
from privacy.planner import Ground, Plan, expected_sizes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LUCK = np.linspace(0.0, 3.0, 31)  # how many standard errors fewer answer than expected


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is compared. ``participants`` are levels of ``attribute``; ``comparison`` too, None for the rest.

    ``people`` and ``others`` are how many the two groups have, where the roster does not tell.
    """

    attribute: str
    participants: tuple[str, ...]
    comparison: tuple[str, ...] | None = None
    people: int | None = None
    others: int | None = None


class PlannedWave:
    """A planned wave. ``deviation`` is that of one answer on five points; the share ``rate`` answers."""

    def __init__(self, design: Design, plan: Plan, ground: Ground, asked: Asked, deviation: float) -> None:
        self._design, self._plan = design, plan
        self._deviation = deviation
        self.invited = _numbers(ground, asked)
        self._cells = _cells(design, asked)
        project = Projection(design)
        self._exact = project(np.zeros(design.size, dtype=np.int64))
        self._expected = expected_sizes(design, ground)
        self.rate = ground.rate
        self._alike: dict[tuple[int, ...], Floats] = {}

    @property
    def figures(self) -> Sequence[Figure]:
        """Every mean on a scale, but of those of which as much will be known one alone."""
        means = [figure for figure in figures_of(self._design) if figure.kind == "mean"]
        kinds = {(alike(self._design, one), one.question is None, one.theme is None): one for one in means}
        return list(kinds.values())

    def correlation(self, cells: Sequence[int]) -> Floats:
        """The correlation of the noise in the figures of these cells."""
        key = tuple(cells)
        if key not in self._alike:
            self._alike[key] = correlation(self._design, key)
        return self._alike[key]

    def again(self) -> "_Again":
        """Another wave of the same plan, whose noise is its own."""
        return _Again(self)

    def shown(self, figure: Figure, steps: float) -> float:
        """The chance that a figure is shown of all the groups it takes, where those who take part answer
        scales ``steps`` higher than usual: fewer may answer than expected, and still fewer by the noise.
        """
        if self._cells is None:
            return 0.0
        sums = self._sums(self._expected, steps)
        parts = parts_of(self._design, sums, figure)
        counted = np.sqrt(np.sum([part.error(0, 0, 1) ** 2 for part in parts], axis=0)) / len(parts)
        noise = np.maximum(self._exact.count_errors, counted)
        luck = np.sqrt(self._expected * (1 - self.rate) + noise**2)
        sizes = np.maximum(self._expected - LUCK[:, None] * luck, 0)  # (luck, cells)
        few = self._sums(sizes, steps)
        found = estimate(self._design, few, figure)
        limit = limit_of(figure, self._plan.policy.margins)
        shown = passes(self._design, few) & precise(self._design, limit, found.judged, found.answered)
        used = [*self._cells[0], *([0] if self._cells[1] is None else self._cells[1])]
        return math.prod(_chance(shown[:, cell]) for cell in used)

    def means(self, figure: Figure, steps: float) -> tuple[Mean, Mean]:
        """Of both groups, as far as their errors go; their value is none. They have cells to be of."""
        assert self._cells is not None  # noqa: S101 - else they are never shown
        mine, theirs = self._cells
        found = estimate(self._design, self._sums(self._expected, steps), figure)
        usual = float(estimate(self._design, self._sums(self._expected, 0.0), figure).value[0])
        spread = self._deviation * (figure.high - figure.low) / STEPS_OF_FIVE

        def mean(cells: Sequence[int], around: int | None, invited: float) -> Mean:
            places = [*cells, *(() if around is None else (around,))]
            sizes = [float(self._expected[cell]) for cell in cells]
            number, factors = joined(sizes, None if around is None else float(self._expected[around]))
            margins, values = found.margin[places], found.value[places]
            terms = tuple(Term(*one) for one in zip(places, factors, margins, margins, strict=True))
            value = float(values @ np.array(factors))
            reach = math.sqrt(max(noise_of(self, terms)))
            own = spread * by_mean(value, usual, reach, figure.low, figure.high)
            answered = max((1 - SKIPPED) * number, 1.0)
            return Mean(self, 0.0, terms, answered, max(invited, answered), own, spread)

        first = mean(mine, None, self.invited[0])
        second = mean(mine, 0, self.invited[1]) if theirs is None else mean(theirs, None, self.invited[1])
        return first, second

    def _sums(self, sizes: Floats, steps: float) -> Consistent:
        """Where those who take part answer so much higher than usual."""
        moved = np.zeros(self._design.cells)
        if self._cells is not None:
            mine = self._cells[0]
            moved[mine] = 1.0
            moved[0] = self._expected[mine].sum() / max(self._expected[0], 1.0)
        return expected_sums(self._design, self._exact, sizes, steps, moved)


def _chance(shown: NDArray[np.bool_]) -> float:
    """That a group is shown, by whether it is with so much bad luck."""
    fails = np.flatnonzero(~shown)
    if len(fails) == 0:
        return 1.0
    return NormalDist().cdf(float(LUCK[fails[0] - 1])) if fails[0] else 0.0


class _Again:
    def __init__(self, planned: PlannedWave) -> None:
        self._planned = planned

    def correlation(self, cells: Sequence[int]) -> Floats:
        return self._planned.correlation(cells)


def with_groups(ground: Ground, asked: Asked) -> Ground:
    """The ground with who takes part, where the roster does not tell and ``asked`` does."""
    levels = next((one.levels for one in ground.groups.attributes if one.id == asked.attribute), None)
    if levels is None or asked.attribute in ground.places or asked.people is None:
        return ground
    named = [one.id for one in levels]
    rest = asked.comparison or tuple(name for name in named if name not in asked.participants)
    others = ground.invited - asked.people if asked.others is None else asked.others
    places: Integers = np.full(ground.invited, len(named), dtype=np.int64)
    for names, start, number in ((asked.participants, 0, asked.people), (rest, asked.people, others)):
        chosen = np.arange(start, min(start + number, ground.invited))
        known = np.array([named.index(name) for name in names])
        places[chosen] = known[chosen % len(known)]
    return replace(ground, places={**ground.places, asked.attribute: places})


def _cells(design: Design, asked: Asked) -> tuple[list[int], list[int] | None] | None:
    """The cells of both groups, None for those of everybody else; None where the plan has no such groups."""
    start = 0
    for table in design.tables:
        if table.attributes == (asked.attribute,):
            break
        start += table.cells
    else:
        return None
    attribute = next(one for one in design.attributes if one.id == asked.attribute)
    places = {level.id: start + place for place, level in enumerate(attribute.levels)}
    mine = levels_of(attribute, asked.participants)
    theirs = None if asked.comparison is None else levels_of(attribute, asked.comparison)
    if mine is None or (asked.comparison is not None and theirs is None):
        return None
    return [places[name] for name in mine], None if theirs is None else [places[name] for name in theirs]


def _numbers(ground: Ground, asked: Asked) -> tuple[float, float]:
    """How many are invited in the two groups; zero where nothing tells."""
    places = ground.places.get(asked.attribute)
    attribute = next((one for one in ground.groups.attributes if one.id == asked.attribute), None)
    if places is None or attribute is None:
        people = asked.people or 0
        return float(people), float(ground.invited - people if asked.others is None else asked.others)
    known = {name: n for n, one in enumerate(attribute.levels) for name in (one.id, *one.members)}
    mine, theirs = (
        np.isin(places, [known[name] for name in names if name in known])
        for names in (asked.participants, asked.comparison or ())
    )
    return float(mine.sum()), float((~mine if asked.comparison is None else theirs).sum())
