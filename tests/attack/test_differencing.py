"""Which small groups follow from the groups that are shown, by adding and subtracting?

Attacker  whoever reads results.
Knows     who is in which department, team and tenure, and all that a release shows.
Does      differencing, trackers and complements of every kind at once: finds every set of people, told apart
          by what they stated, whose number is some sum and difference of shown numbers. Parents less their
          parts, rows and columns of crosses, the whole less everything shown are among them.
Wins      with any such set of fewer than k people in which somebody stated everything (who left something
          unsaid is in no group that anybody could name: docs/decisions/0013-not-said-hides-nobody.md).
Alarm     a set of k - 1 people passes the noisy test less than once in a million waves, so that two win in
          one test by bad luck less than once in a million runs.
"""

from itertools import product

import numpy as np
import pytest

from privacy.survey import Attribute
from tests.attack.releases import BOARD, Person, Release, Setting, setting
from tests.property.subtraction import small_sets
from tests.survey_parts import attribute, choice, hierarchy

K = 5
WAVES = 200
NUMBERS = (0, 0, 1, 2, 4, 5, 9, 30, 60)  # of people of a kind

Kind = dict[str, int | None]  # the level of each attribute; people of a kind are told apart by no table

SURVEYS = {
    "one cross": ([attribute("a", 2), attribute("b", 3)], [("a",), ("b",), ("a", "b")]),
    "a cross without its sides": ([attribute("a", 2), attribute("b", 2)], [("a", "b")]),
    "three crossed in a chain": (
        [attribute("a", 2), attribute("b", 2), attribute("c", 2)],
        [("a",), ("b",), ("c",), ("a", "b"), ("b", "c")],
    ),
    "a hierarchy": (
        list(hierarchy(("division", [2]), ("unit", [2, 1]), ("team", [2, 2, 2]))),
        [("division",), ("unit",), ("team",)],
    ),
    "a hierarchy without its middle": (
        list(hierarchy(("division", [2]), ("unit", [2, 2]), ("team", [2, 1, 2, 1]))),
        [("division",), ("team",)],
    ),
    "a hierarchy that is crossed": (
        [*hierarchy(("division", [2]), ("unit", [2, 1])), attribute("b", 2)],
        [("division",), ("unit",), ("b",), ("unit", "b")],
    ),
}


def kinds_of(attributes: list[Attribute]) -> list[Kind]:
    """Every combination of levels that somebody can state."""
    found = []
    for levels in product(*([*range(len(one.levels)), None] for one in attributes)):
        kind: Kind = {one.id: level for one, level in zip(attributes, levels, strict=True)}
        if all(step.parent is None or is_below(attributes, step, kind) for step in attributes):
            found.append(kind)
    return found


def is_below(attributes: list[Attribute], step: Attribute, kind: Kind) -> bool:
    """Whether the level of a step and that of the step above fit together."""
    above = next(one for one in attributes if one.id == step.parent)
    own, parent = kind[step.id], kind[above.id]
    if own is None or parent is None:
        return own is parent
    return step.levels[own].parent == above.levels[parent].id


def groups_shown(release: Release, attributes: list[Attribute], kinds: list[Kind]) -> np.ndarray:
    """(groups, kinds): of which kinds the people of each shown group are."""
    names = {one.id: [*(level.id for level in one.levels), "not-said"] for one in attributes}
    stated = [
        {name: names[name][-1 if level is None else level] for name, level in kind.items()} for kind in kinds
    ]
    shown = [row["group"] for row in release["figures"] if row["figure"] == "count" and row["shown"]]
    inside = [[group.items() <= kind.items() for kind in stated] for group in shown]
    return np.array(inside, dtype=float).reshape(-1, len(kinds))


def wins(shown: np.ndarray, people: np.ndarray, stated: np.ndarray) -> bool:
    """Whether a set of few people, some of whom stated everything, is a combination of ``shown`` groups."""
    return bool((small_sets(shown, people, K) @ stated > 0).any())


@pytest.mark.parametrize("name", SURVEYS)
def test_no_few_people_are_left_by_subtraction(name: str) -> None:
    attributes, tables = SURVEYS[name]
    wave = setting([choice("c", 2)], attributes, tables, epsilon=20.0, k=K)
    kinds = kinds_of(attributes)
    stated = np.array([None not in kind.values() for kind in kinds], dtype=float)
    chance = np.random.default_rng(17)
    seen = won = within_reach = 0
    for _ in range(WAVES):
        people = chance.choice(NUMBERS, len(kinds))
        answered: list[Person] = [
            ({"c": place % 2}, kind)
            for kind, number in zip(kinds, people, strict=True)
            for place in range(number)
        ]
        shown = groups_shown(released(wave, answered), attributes, kinds)
        won += wins(shown, people, stated)
        seen += 0 < len(shown) < wave.design.cells
        within_reach += wins(every_large_group(wave, attributes, kinds, people), people, stated)
    assert won <= 1
    assert seen > WAVES / 3, "there was little to subtract"
    assert within_reach > 1, "there was nothing to find"


def released(wave: Setting, people: list[Person]) -> Release:
    return wave.release(wave.draw(wave.counts(people)), BOARD)


def every_large_group(
    wave: Setting, attributes: list[Attribute], kinds: list[Kind], people: np.ndarray
) -> np.ndarray:
    """What a tool shows that judges each group by itself."""
    every = {"figures": [{"figure": "count", "shown": True, "group": group} for group in names_of(wave)]}
    groups = groups_shown(every, attributes, kinds)
    return groups[groups @ people >= K]


def names_of(wave: Setting) -> list[dict[str, str]]:
    """Every group of every table, as a release names it."""
    nobody = wave.release(wave.draw(wave.counts([])), BOARD)
    return [row["group"] for row in nobody["figures"] if row["figure"] == "count"]
