"""What the evaluation of simulated waves says, held against the truth."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from evaluation_data import Scenario

from privacy import effect, paired_effect
from privacy.contrast import Estimate
from privacy.deviation import FigureName
from privacy.means import People
from privacy.released_wave import ReleasedWave

PARTICIPANTS = People(({"takes-part": "yes"},))
OTHERS = People(PARTICIPANTS.groups, within={})
KINDS = ("item", "theme", "index")

Key = tuple[str, str]  # design, kind of figure


@dataclass(slots=True)
class Outcomes:
    """Of one design and kind of figure, an entry a repetition: sums over its figures.

    ``asked`` figures, ``stated`` of them with a number, ``held`` whose interval has the truth, ``higher`` and
    ``lower`` verdicts; ``widths`` of intervals.
    """

    asked: list[int] = field(default_factory=list)
    stated: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    higher: list[int] = field(default_factory=list)
    lower: list[int] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)

    def add(self, found: list[tuple[Estimate | None, float]]) -> None:
        """One repetition: estimates with the truth of each."""
        known = [(one, truth) for one, truth in found if one is not None]
        self.asked.append(len(found))
        self.stated.append(len(known))
        self.held.append(sum(one.low <= truth <= one.high for one, truth in known))
        self.higher.append(sum(one.verdict == "higher" for one, _ in known))
        self.lower.append(sum(one.verdict == "lower" for one, _ in known))
        self.widths += [one.high - one.low for one, _ in known]

    def share(self, part: str, of: str = "stated") -> tuple[float, float]:
        """A share and its standard error, in percent; repetitions are independent, figures of one are not."""
        top, bottom = (np.array(getattr(self, name), dtype=float) for name in (part, of))
        if bottom.sum() == 0:
            return float("nan"), float("nan")
        share = top.sum() / bottom.sum()
        error = np.sqrt(np.square(top - share * bottom).sum()) / bottom.sum()
        return 100 * float(share), 100 * float(error)


def collect(
    scenario: Scenario, waves: Callable[[], list[ReleasedWave]], repetitions: int
) -> dict[Key, Outcomes]:
    """Every comparison of every repetition."""
    tally: dict[Key, Outcomes] = defaultdict(Outcomes)
    for _ in range(repetitions):
        released = waves()
        for key, found in _compared(scenario, released):
            tally[key].add(found)
    return dict(tally)


def _compared(
    scenario: Scenario, waves: list[ReleasedWave]
) -> Iterator[tuple[Key, list[tuple[Estimate | None, float]]]]:
    first, last = waves[0], waves[1]
    gained = scenario.effect * scenario.lasting[1]
    designs = {
        "groups": (scenario.ahead + gained, lambda f: effect.groups(last, f, PARTICIPANTS, OTHERS)),
        "before-after": (gained, lambda f: effect.change(first, last, f, PARTICIPANTS)),
        "DiD": (gained, lambda f: effect.difference_in_differences(first, last, f, PARTICIPANTS, OTHERS)),
    }
    if last.paired is not None:
        designs["paired"] = gained, lambda f: paired_effect.paired_change(first, last, f, PARTICIPANTS)
        designs["paired DiD"] = (
            gained,
            lambda f: paired_effect.paired_difference(first, last, f, PARTICIPANTS, OTHERS),
        )
    for number, wave in enumerate(waves[2:], start=2):
        lost = scenario.effect * (scenario.lasting[number] - scenario.lasting[1])
        designs[f"decay {number - 1}"] = (
            lost,
            lambda f, wave=wave: effect.difference_in_differences(last, wave, f, PARTICIPANTS, OTHERS),
        )
    figures = {
        "item": [FigureName("mean", f"q{i}") for i in range(scenario.items)],
        "theme": [FigureName("mean", None, f"t{i}") for i in range(scenario.themes)],
        "index": [FigureName("mean")],
    }
    for design, (truth, make) in designs.items():
        for kind, named in figures.items():
            chosen = [one for one in named if not design.startswith("paired") or _measured(last, one)]
            if chosen:
                yield (design, kind), [(_number(make(figure)), truth) for figure in chosen]


def _measured(wave: ReleasedWave, figure: FigureName) -> bool:
    """Whether it is among the measures of the pairs."""
    measures = wave.paired["groups"][0]["figures"] if wave.paired else ()
    return any((one["question"], one["theme"]) == (figure.question, figure.theme) for one in measures)


def _number(found: object) -> Estimate | None:
    return found if isinstance(found, Estimate) else None
