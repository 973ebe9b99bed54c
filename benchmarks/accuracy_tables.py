"""The tables of the accuracy benchmark, in Markdown."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accuracy import Case

KINDS = ("mean", "favourable", "share")
PEERS = {"mst": "MST", "aim": "AIM", "fixed": "fixed", "tumult": "Tumult", "pipelinedp": "PipelineDP"}


def print_tables(cases: "Sequence[Case]") -> None:
    """What is published with its error, the ratios to the other mechanisms and tools, and the bound."""
    print("\nUsually published, of 34 groups and 680 means, and the error of it\n")
    heads = ["groups", "means", "favourable", "shares", "mean", "favourable", "share"]
    _table(heads, [(case, _published(case)) for case in cases])
    print("\nThe other's error over ours: mean / favourable / share, published figures, as stated\n")
    heads = ["Laplace", "Gaussian", "smoothed"]
    _table(heads, [(case, [_ratios(case.shown[n], case.shown["ours"]) for n in heads]) for case in cases])
    for title, part in (("published figures", "shown_uncut"), ("all figures of all groups", "all_uncut")):
        print(f"\nThe same, {title}, to first order\n")
        heads = ["Laplace", "Gaussian"]
        rows = [(case, getattr(case, part)) for case in cases]
        _table(heads, [(case, [_ratios(errors[n], errors["ours"]) for n in heads]) for case, errors in rows])
    print("\nThe other tools, published figures, as stated\n")
    _table(list(PEERS.values()), [(case, [_peer(case, name) for name in PEERS]) for case in cases])
    print("\nHow much of a real difference between a group and the whole its published mean shows\n")
    heads = {"ours": "ours", "smoothed": "smoothed", "Gaussian": "Gaussian", **PEERS}
    _table(list(heads.values()), [(case, [_number(case.kept[n], 2) for n in heads]) for case in cases])
    print("\nOver the least that is possible\n")
    heads = ["published groups", "tables", "answers", "given the counts", "classical", "all groups"]
    _table(heads, [(case, _distances(case)) for case in cases])


def _table(heads: Sequence[str], rows: "Sequence[tuple[Case, Sequence[str]]]") -> None:
    print("| responses | epsilon | " + " | ".join(heads) + " |")
    print("|---:|---:|" + "---:|" * len(heads))
    for case, cells in rows:
        print(f"| {case.people:,} | {case.epsilon:g} | " + " | ".join(cells) + " |")


def _published(case: "Case") -> list[str]:
    ours = case.shown["ours"]
    numbers = [f"{case.figures[kind]:.0f}" for kind in KINDS]
    errors = [_number(ours["mean"], 3), _number(ours["favourable"], 1), _number(ours["share"], 1)]
    return [f"{case.groups:.0f}", *numbers, *errors]


def _ratios(theirs: Mapping[str, float], ours: Mapping[str, float]) -> str:
    return " / ".join(
        _number(theirs[kind] / ours[kind], 1 if theirs[kind] > 10 * ours[kind] else 2) for kind in KINDS
    )


def _peer(case: "Case", name: str) -> str:
    if name not in case.peers:
        return "-"
    return " / ".join(
        _number(theirs / ours, 2) for theirs, ours in (case.peers[name][kind] for kind in KINDS)
    )


def _distances(case: "Case") -> list[str]:
    published = case.distance_published
    last = _number(case.distance_all.best, 2)
    if published is None:
        return ["-"] * 5 + [last]
    numbers = (
        published.best,
        published.tables,
        published.answers,
        published.given_counts,
        published.classical,
    )
    return [*(_number(number, 3) for number in numbers), last]


def _number(value: float, decimals: int) -> str:
    return "-" if math.isnan(value) else f"{value:.{decimals}f}"
