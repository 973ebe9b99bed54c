"""Error at equal privacy loss: this project beside other mechanisms, other tools and what is possible.

    .venv/bin/python benchmarks/accuracy.py [--peers] [--picture] [--even] [--seeds 5] [--draws 20] [--json]

Twenty five-point items, the whole and six attributes; every method gets the same people and the same loss.
Prints tables of ratios. ``--peers`` installs the other tools under benchmarks/.peers and runs those of their
releases that are not kept there, which takes hours; without it what is kept is used. ``--picture`` writes
accuracy.svg.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import accuracy_peers
import numpy as np
from accuracy_data import Answered, respond
from accuracy_errors import KINDS, Distance, distance, first_order
from accuracy_methods import (
    design_for,
    figures_from,
    gaussian_scale,
    laplace_scale,
    per_query,
    release,
)
from accuracy_plot import Panel, svg
from accuracy_tables import print_tables
from numpy.typing import NDArray

from privacy.mechanism import MICRO
from privacy.plan import Design

PEOPLE, EPSILONS = (300, 2_000, 20_000), (1.0, 3.0)
PEER_SEEDS = 3  # of them, the other tools get the first few
PICTURE = Path(__file__).with_suffix(".svg")
BINS = 7
METHODS = ("ours", "smoothed", "Laplace", "Gaussian", *accuracy_peers.ENVIRONMENTS)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One set of people. Squared errors (groups, items, 7), the mean over draws, of each method.

    ``errors`` are those of figures as stated, ``uncut`` what the noise adds to first order. ``shown`` marks
    the figures, ``passing`` the groups, that at least half of our draws let through; ``published`` are the
    groups with at least half of their items' means. ``kept`` has for each method two sums over shown means,
    whose ratio is the slope of released on real differences from the whole.
    """

    sizes: Floats
    errors: dict[str, Floats]
    uncut: dict[str, Floats]
    kept: dict[str, tuple[float, float]]
    shown: Flags
    passing: Flags

    @property
    def published(self) -> Flags:
        means: Flags = self.shown[..., 0].mean(axis=1) >= 0.5
        return means


@dataclass(frozen=True, slots=True)
class Case:
    """One number of people and epsilon, with root mean squares by method and kind of figure.

    ``shown`` are over figures that are usually published, ``shown_uncut`` and ``all_uncut`` to first order
    over those and over all. ``peers`` holds pairs (theirs, ours) for the same people. ``figures`` is how many
    of each kind are usually published. ``kept`` is the slope of released differences of groups from the whole
    on real ones.
    """

    people: int
    epsilon: float
    groups: float
    figures: dict[str, float]
    kept: dict[str, float]
    shown: dict[str, dict[str, float]]
    shown_uncut: dict[str, dict[str, float]]
    all_uncut: dict[str, dict[str, float]]
    peers: dict[str, dict[str, tuple[float, float]]]
    distance_all: Distance
    distance_published: Distance | None


def sample(
    design: Design, epsilon: float, answered: Answered, seed: int, options: argparse.Namespace
) -> Sample:
    """Every method on the same people."""
    random = np.random.default_rng([seed, len(answered.rows), 1])
    ours = release(design, answered, options.draws)
    scales = {"laplace": laplace_scale(epsilon), "normal": gaussian_scale(design.micro_rho)}
    noisy = {"ours": ours.histogram}
    for name, law in (("Laplace", "laplace"), ("Gaussian", "normal")):
        noisy[name] = per_query(answered, options.draws, random, scale=scales[law], law=law)
    for peer in accuracy_peers.ENVIRONMENTS:
        if seed <= PEER_SEEDS:
            found = accuracy_peers.released(
                peer, answered, epsilon, design.micro_rho / MICRO, seed, run=options.peers
            )
            if found is not None:
                noisy[peer] = found[None]
    figures = {name: figures_from(histogram) for name, histogram in noisy.items()}
    figures["ours"] = ours.figures
    figures["smoothed"] = np.where(np.isnan(ours.smoothed), ours.figures, ours.smoothed)
    truth = figures_from(answered.histogram)
    shown = ours.shown.mean(axis=0) >= 0.5
    return Sample(
        sizes=answered.histogram.sum(axis=-1)[:, 0],
        errors={name: np.square(values - truth).mean(axis=0) for name, values in figures.items()},
        uncut={
            name: np.square(first_order(histogram, answered.histogram)).mean(axis=0)
            for name, histogram in noisy.items()
        },
        kept={name: _kept(values, truth, shown) for name, values in figures.items()},
        shown=shown,
        passing=ours.groups.mean(axis=0) >= 0.5,
    )


def case_of(people: int, epsilon: float, design: Design, samples: Sequence[Sample]) -> Case:
    """What the samples come to."""
    published = np.mean([one.published for one in samples], axis=0) >= 0.5
    shown = {kind: [one.shown[..., place].sum() for one in samples] for kind, place in KINDS.items()}
    own = ("ours", "smoothed", "Laplace", "Gaussian")
    noise = ("ours", "Laplace", "Gaussian")
    peers = {}
    for peer in accuracy_peers.ENVIRONMENTS:
        given = [one for one in samples if peer in one.errors]
        if given:
            theirs, mine = (_rms([(s.errors[name], s.shown) for s in given]) for name in (peer, "ours"))
            peers[peer] = {kind: (theirs[kind], mine[kind]) for kind in KINDS}
    return Case(
        people=people,
        epsilon=epsilon,
        groups=float(np.mean([one.passing.sum() for one in samples])),
        figures={kind: float(np.mean(numbers)) for kind, numbers in shown.items()},
        kept={name: _slope([s.kept[name] for s in samples if name in s.kept]) for name in METHODS},
        shown={name: _rms([(s.errors[name], s.shown) for s in samples]) for name in own},
        shown_uncut={name: _rms([(s.uncut[name], s.shown) for s in samples]) for name in noise},
        all_uncut={name: _rms([(s.uncut[name], np.ones_like(s.shown)) for s in samples]) for name in noise},
        peers=peers,
        distance_all=distance(design, people, np.ones_like(published)),
        distance_published=distance(design, people, published) if published.any() else None,
    )


def _kept(values: Floats, truth: Floats, shown: Flags) -> tuple[float, float]:
    released, real = (part[..., 1:, :, 0] - part[..., :1, :, 0] for part in (values.mean(axis=0), truth))
    chosen = shown[1:, :, 0]
    return float((released * real)[chosen].sum()), float(np.square(real)[chosen].sum())


def _slope(sums: Sequence[tuple[float, float]]) -> float:
    """Not a number if nothing is shown."""
    upper, lower = np.sum(sums, axis=0) if sums else (0.0, 0.0)
    return float(upper / lower) if lower else math.nan


def _rms(parts: Sequence[tuple[Floats, Flags]]) -> dict[str, float]:
    """By kind of figure, over the figures chosen of all samples; not a number if there are none."""
    found = {}
    for kind, place in KINDS.items():
        squares = np.concatenate([squared[..., place][chosen[..., place]] for squared, chosen in parts])
        found[kind] = math.sqrt(squares.mean()) if len(squares) else math.nan
    return found


def panel_of(people: int, epsilon: float, samples: Sequence[Sample]) -> Panel:
    """The error of an item's mean by size of the group."""
    names = {"Laplace": "Laplace", "Gaussian": "Gaussian", "mst": "MST", "aim": "AIM", "ours": "this project"}
    names["smoothed"] = "this project, smoothed"
    lines: dict[str, list[tuple[float, float]]] = {name: [] for name in names.values()}
    shown = None
    for size, inside in reversed(list(_bins(samples))):
        published = np.concatenate([s.shown[g][..., 0].ravel() for s, g in zip(samples, inside, strict=True)])
        if published.mean() >= 0.5:
            shown = size
        for name, label in names.items():
            parts = [
                s.errors[name][g][..., 0].ravel()
                for s, g in zip(samples, inside, strict=True)
                if name in s.errors
            ]
            if parts and np.concatenate(parts).size:
                lines[label].append((size, math.sqrt(np.concatenate(parts).mean())))
    title = f"{people:,} responses, epsilon {epsilon:g}"
    return Panel(title, {label: line for label, line in lines.items() if line}, shown)


def _bins(samples: Sequence[Sample]) -> Iterator[tuple[float, list[Flags]]]:
    """Groups of like sizes, smallest first: their mean size, and which they are in each sample."""
    sizes = np.concatenate([one.sizes for one in samples])
    edges = np.geomspace(sizes.min(), sizes.max() * 0.99, BINS)
    for low, high in zip(edges, [*edges[1:], math.inf], strict=True):
        inside = [(one.sizes >= low) & (one.sizes < high) for one in samples]
        members = np.concatenate([one.sizes[chosen] for one, chosen in zip(samples, inside, strict=True)])
        if len(members):
            yield float(np.exp(np.log(members).mean())), inside


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", action="store_true", help="install and run the other tools")
    parser.add_argument("--picture", action="store_true", help="write accuracy.svg")
    parser.add_argument("--even", action="store_true", help="even weights instead of the planner's")
    parser.add_argument("--seeds", type=int, default=5, help="sets of people")
    parser.add_argument("--draws", type=int, default=20, help="releases of each set")
    parser.add_argument("--json", action="store_true", help="print all numbers as JSON")
    options = parser.parse_args()
    if options.peers:
        accuracy_peers.install()
    cases, panels = [], []
    for epsilon in EPSILONS:
        for people in PEOPLE:
            design = design_for(people, epsilon, even=options.even)
            samples = [
                sample(design, epsilon, respond(design, people, seed), seed, options)
                for seed in range(1, options.seeds + 1)
            ]
            cases.append(case_of(people, epsilon, design, samples))
            panels.append(panel_of(people, epsilon, samples))
            print(f"{people} responses, epsilon {epsilon:g}: done", file=sys.stderr, flush=True)
    if options.picture:
        PICTURE.write_text(svg(panels, columns=len(PEOPLE)))
    if options.json:
        print(json.dumps([asdict(case) for case in cases], indent=1))
    else:
        print_tables(cases)


if __name__ == "__main__":
    main()
