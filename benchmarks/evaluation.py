"""Does the evaluation of a program say what is true? Simulated organisations with a known effect.

    OMP_NUM_THREADS=1 PYTHONPATH=. .venv/bin/python benchmarks/evaluation.py [--repetitions 600] [--only PART]

Every repetition has new people, and its waves go through the real plan, count, noise and release. Prints
tables in Markdown: what intervals hold and verdicts say, whether the effect announced before launch is found,
pairs against no pairs at the same loss, and how long an evaluation takes.
"""

import argparse
import time
from dataclasses import replace

import numpy as np
from evaluation_data import Organisation, Scenario
from evaluation_outcomes import KINDS, Key, Outcomes, collect
from evaluation_speed import milliseconds
from evaluation_waves import INDEX, Waves, audience_of, survey_of, wishes_of

from privacy.contract import Measure
from privacy.detectable import announce
from privacy.mechanism import epsilon_of, micro_rho_for
from privacy.planned_wave import Asked

DELTA = 1e-6
PARTS = ("coverage", "detectable", "paired", "speed")
NOTHING = (
    Scenario("150 people, 12 take part", 150, 12, rate=0.8),
    Scenario("150, 60 take part", 150, 60, rate=0.8),
    Scenario("600, 60 take part", 600, 60),
    Scenario("600, 200 take part", 600, 200, rate=0.7),
    Scenario("600, 200, ahead by 0.4 before", 600, 200, ahead=0.4),
    Scenario("5,000, 100 take part", 5000, 100),
    Scenario("5,000, 400 take part, 45 % answer", 5000, 400, rate=0.45),
    Scenario("5,000, 400, other people each wave", 5000, 400, rate=0.6, same_people=False),
)
SOMETHING = (
    Scenario("150, 60, effect 0.6", 150, 60, effect=0.6, rate=0.8),
    Scenario("600, 200, effect 0.4, ahead by 0.3", 600, 200, effect=0.4, ahead=0.3, rate=0.7),
    Scenario("5,000, 100, effect 0.5", 5000, 100, effect=0.5),
    Scenario("5,000, 400, effect 0.3, fading", 5000, 400, effect=0.3, rate=0.8, lasting=(0, 1, 0.6, 0.2)),
)
BEFORE_LAUNCH = (
    Scenario("600, 60 take part, 80 %", 600, 60, rate=0.8),
    Scenario("600, 200 take part, 60 %", 600, 200),
    Scenario("5,000, 400 take part, 45 %", 5000, 400, rate=0.45),
    Scenario("5,000, 100 take part, 60 %", 5000, 100),
    Scenario("150, 60 take part, 80 %", 150, 60, rate=0.8),
)
PAIRED = (
    Scenario("150, 60 take part", 150, 60, rate=0.8, codes=1.0),
    Scenario("600, 200, effect 0.4", 600, 200, effect=0.4, rate=0.8, codes=1.0),
    Scenario("600, 200, 60 % use a code", 600, 200, rate=0.8, codes=0.6),
    Scenario("5,000, 400 take part", 5000, 400, rate=0.8, codes=1.0),
)
MEASURES = {"item": Measure("q5", None), "index": INDEX}
TOTAL_EPSILON = 4.0  # of a wave, of which the pairs get a share of rho
FOR_PAIRS = 0.6
SHAPES = {
    "groups": "groups",
    "before-after": "before-after",
    "DiD": "difference-in-differences",
    "paired": "paired",
    "paired DiD": "paired-difference",
}


def main() -> None:
    """Print the parts asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repetitions", type=int, default=600)
    parser.add_argument("--seed", type=int, default=20_260_601)
    parser.add_argument("--only", choices=PARTS, action="append")
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    for part in options.only or PARTS:
        start = time.perf_counter()
        globals()[f"_{part}"](random, options.repetitions)
        print(f"\n{part}: {time.perf_counter() - start:.0f} s", flush=True)


def run(
    scenario: Scenario, random: np.random.Generator, repetitions: int, **how: object
) -> dict[Key, Outcomes]:
    """The outcomes of a scenario."""
    waves = Waves(scenario, **how)
    return collect(scenario, lambda: waves.of(Organisation(scenario, random)), repetitions)


def _coverage(random: np.random.Generator, repetitions: int) -> None:
    titles = "Nothing changes: stated, held, higher, lower (%)", "Something changes: stated, held, higher (%)"
    for title, scenarios in zip(titles, (NOTHING, SOMETHING), strict=True):
        print(f"\n{title}\n")
        _header("scenario", "comparison", *KINDS)
        for scenario in scenarios:
            found = run(scenario, random, repetitions)
            for design in dict.fromkeys(design for design, _ in found):
                cells = [_cell(found[design, kind], lower=scenario.effect == 0) for kind in KINDS]
                _line(scenario.name, design, *cells)


def _detectable(random: np.random.Generator, repetitions: int) -> None:
    print("\nThe effect announced before launch, and how often it is found (%)\n")
    _header("scenario", "comparison", "measure", "points", "found")
    for scenario in BEFORE_LAUNCH:
        given = survey_of(scenario), audience_of(scenario), wishes_of(scenario)
        told = announce(*given, Asked("takes-part", ("yes",)))
        for one in told.effects:
            if one.effect is None:
                shown = f"none; shown in {100 * one.shown:.0f} % if nothing changes"
                _line(scenario.name, one.shape, one.kind, "-", shown)
                continue
            design = next(name for name, shape in SHAPES.items() if shape == one.shape)
            found = run(replace(scenario, effect=one.effect), random, repetitions // 2)
            share, error = found[design, one.kind].share("higher", "asked")
            _line(scenario.name, one.shape, one.kind, f"{one.effect:.2f}", f"{share:.0f} ± {error:.1f}")


def _paired(random: np.random.Generator, repetitions: int) -> None:
    total = micro_rho_for(TOTAL_EPSILON, DELTA)
    pairing, rest = (epsilon_of(round(part * total), DELTA) for part in (FOR_PAIRS, 1 - FOR_PAIRS))
    print(
        f"\nEpsilon {TOTAL_EPSILON:g} a wave: {pairing:.2f} for the pairs and {rest:.2f}, against unpaired\n"
    )
    _header("scenario", "measure", "comparison", "paired: stated, held, width", "unpaired", "ratio")
    for scenario in PAIRED:
        alone = run(scenario, random, repetitions // 3, epsilon=TOTAL_EPSILON)
        for kind, measure in MEASURES.items():
            how = {"epsilon": rest, "pairing": pairing, "measures": (measure,)}
            both = run(scenario, random, repetitions, **how)
            for paired, unpaired in (("paired", "before-after"), ("paired DiD", "DiD")):
                one, other = both[paired, kind], alone[unpaired, kind]
                ratio = np.nan
                if one.widths and other.widths:
                    ratio = np.median(other.widths) / np.median(one.widths)
                _line(scenario.name, kind, paired, _widths(one), _widths(other), f"{ratio:.2f}")


def _speed(_random: np.random.Generator, _repetitions: int) -> None:
    first, then, comparisons = milliseconds()
    took = f"first {first:.0f} ms of the processor, then {then:.0f} ms"
    print(f"\n8 waves, 30 items, {comparisons} comparisons: {took}")


def _cell(found: Outcomes, *, lower: bool) -> str:
    stated, _ = found.share("stated", "asked")
    if not any(found.stated):
        return "0"
    held, error = found.share("held")
    sides = [found.share("higher")[0], *([found.share("lower")[0]] if lower else [])]
    return ", ".join([f"{stated:.0f}", f"{held:.1f} ± {error:.1f}", *(f"{side:.1f}" for side in sides)])


def _widths(found: Outcomes) -> str:
    if not found.widths:
        return "0"
    held, error = found.share("held")
    stated, _ = found.share("stated", "asked")
    return f"{stated:.0f}, {held:.1f} ± {error:.1f}, {np.median(found.widths):.2f}"


def _header(*names: str) -> None:
    _line(*names)
    _line(*["---"] * len(names))


def _line(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
