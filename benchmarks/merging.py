"""How merged groups come and go over a year of monthly waves, with and without the memory of the last wave.

    python benchmarks/merging.py [--years N]

Simulates companies of 500 in 8 departments and 45 teams of unequal size. In a year, one person in five leaves
and is replaced, one in ten changes team, two teams are dissolved and two founded. Prints means over years of
the number of groups in the first and the last wave, the groups that come and go between, and the share of the
first wave's groups that every wave has.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from privacy.groups import grouped
from privacy.survey import Attribute

PEOPLE, DEPARTMENTS, TEAMS, MERGE_AT = 500, 8, 45, 10
RELEASED_AT = 12
WAVES = 13  # the first, and twelve months
LEAVING, MOVING, FOUNDED = 0.20, 0.10, 2  # a year
STEPS = tuple(Attribute(name, {"en": name}, (), "roster", path="unit") for name in ("department", "team"))

Roster = list[dict[str, str]]
Memory = Callable[[Sequence[Attribute], Roster], Sequence[Attribute]]


def year(random: np.random.Generator) -> list[Roster]:
    """The rosters of a year's waves."""
    every = TEAMS + FOUNDED
    department = random.integers(DEPARTMENTS, size=every)
    weight = 1 / random.permutation(np.arange(1, every + 1)) ** 0.7
    born, gone = np.zeros(every, dtype=int), np.full(every, WAVES)
    born[TEAMS:] = random.integers(1, WAVES, FOUNDED)
    gone[:FOUNDED] = random.integers(1, WAVES, FOUNDED)
    team = np.full(PEOPLE, -1)
    rosters = []
    for wave in range(WAVES):
        weight_now = weight * ((born <= wave) & (wave < gone))
        moving = (random.random(PEOPLE) < (LEAVING + MOVING) / 12) | (team < 0) | (weight_now[team] == 0)
        team[moving] = random.choice(every, moving.sum(), p=weight_now / weight_now.sum())
        rosters.append([{"unit": f"D{department[one]} / T{one}"} for one in team])
    return rosters


def kept(last: Sequence[Attribute], _: Roster) -> Sequence[Attribute]:
    """Groups of the last wave stay."""
    return last


def forgotten(_: Sequence[Attribute], __: Roster) -> Sequence[Attribute]:
    """Every wave is merged anew."""
    return ()


def released(last: Sequence[Attribute], people: Roster) -> Sequence[Attribute]:
    """Groups of the last wave stay until each of their levels is well large enough by itself."""
    large = {
        level.id
        for attribute in grouped(STEPS, people, merge_at=1, languages=("en",)).attributes
        for level in attribute.levels
        if (level.invited or 0) >= RELEASED_AT
    }
    return [
        replace(one, levels=tuple(level for level in one.levels if not large.issuperset(level.members)))
        for one in last
    ]


def followed(rosters: Sequence[Roster], memory: Memory) -> np.ndarray:
    """Groups of the first wave and of the last, groups come and gone, and groups of every wave."""
    last: Sequence[Attribute] = ()
    seen: list[set[str]] = []
    for people in rosters:
        last = grouped(
            STEPS, people, merge_at=MERGE_AT, previous=memory(last, people), languages=("en",)
        ).attributes
        seen.append({f"{one.id}:{level.id}" for one in last for level in one.levels})
    come = sum(len(after - before) for before, after in pairwise(seen))
    gone = sum(len(before - after) for before, after in pairwise(seen))
    return np.array([len(seen[0]), len(seen[-1]), come, gone, len(set.intersection(*seen))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--years", type=int, default=100)
    years = [year(np.random.default_rng(seed)) for seed in range(parser.parse_args().years)]
    print(f"{'':>10}{'first':>8}{'last':>8}{'come':>8}{'gone':>8}{'unbroken':>10}")
    for memory in (forgotten, released, kept):
        first, last, come, gone, unbroken = np.mean([followed(rosters, memory) for rosters in years], axis=0)
        print(f"{memory.__name__:>10}{first:8.1f}{last:8.1f}{come:8.1f}{gone:8.1f}{unbroken / first:10.0%}")


if __name__ == "__main__":
    main()
