"""Joining small groups of levels until each is large enough.

A level is its position from 0 among those of its step. A group is a tuple of levels in rising order; groups
stand in the order of their first levels.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Group = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """The levels of one step of a hierarchy; an attribute that is in none is a hierarchy of one step.

    ``people`` has the number of each level, ``parents`` the level above of each, 0 at the top. ``kept`` are
    sets of levels that stood together. Groups of ``ordered`` levels are joined to neighbours only.
    """

    people: Sequence[int]
    parents: Sequence[int]
    kept: Sequence[Sequence[int]] = ()
    ordered: bool = False


def merge(steps: Sequence[Step], least: int) -> list[list[Group]]:
    """The groups of each step, coarsest first: of ``least`` people or more, or all that one parent has.

    Children of one group above are siblings, and only siblings are joined. Levels that stood together are
    kept together as far as they are siblings still. Groups stand in the order of their parents' groups.
    """
    found: list[list[Group]] = []
    above: Sequence[Group] = [(0,)]
    for step in steps:
        group_of = {level: place for place, group in enumerate(above) for level in group}
        over = [group_of[parent] for parent in step.parents]
        start = together(len(over), (part for group in _runs(step) for part in _siblings(group, over)))
        families: list[list[Group]] = [[] for _ in above]
        for group in start:
            families[over[group[0]]].append(group)
        join = _merged_neighbours if step.ordered else _merged
        above = [group for family in families for group in join(family, step.people, least)]
        found.append(list(above))
    return found


def together(levels: int, kept: Iterable[Iterable[int]]) -> list[Group]:
    """The finest groups of ``levels`` levels that split none of the sets in ``kept``."""
    leader = list(range(levels))

    def leader_of(level: int) -> int:
        while leader[level] != level:
            level = leader[level]
        return level

    for group in kept:
        leaders = {leader_of(level) for level in group}
        for other in leaders:
            leader[other] = min(leaders)
    groups: dict[int, list[int]] = {}
    for level in range(levels):
        groups.setdefault(leader_of(level), []).append(level)
    return [tuple(group) for group in groups.values()]


def _runs(step: Step) -> Sequence[Sequence[int]]:
    if not step.ordered:
        return step.kept
    return [range(min(group), max(group) + 1) for group in step.kept if group]


def _siblings(group: Sequence[int], over: Sequence[int]) -> Iterable[list[int]]:
    parts: dict[int, list[int]] = {}
    for level in group:
        parts.setdefault(over[level], []).append(level)
    return parts.values()


def _merged(groups: Sequence[Group], people: Sequence[int], least: int) -> list[Group]:
    """The smallest group is joined to the next smallest; of two alike, that with the earlier level first."""
    heap = [(sum(people[level] for level in group), group) for group in groups]
    heapq.heapify(heap)
    while len(heap) > 1 and heap[0][0] < least:
        size, group = heapq.heappop(heap)
        next_size, next_group = heap[0]
        heapq.heapreplace(heap, (size + next_size, tuple(sorted(group + next_group))))
    return sorted(group for _, group in heap)


def _merged_neighbours(groups: Sequence[Group], people: Sequence[int], least: int) -> list[Group]:
    """The smallest group is joined to the smaller of its neighbours; of two alike, to the earlier."""
    found = list(groups)
    sizes = [sum(people[level] for level in group) for group in found]
    while len(found) > 1 and min(sizes) < least:
        place = sizes.index(min(sizes))
        neighbours = [near for near in (place - 1, place + 1) if 0 <= near < len(found)]
        first = min(place, min(neighbours, key=lambda near: sizes[near]))
        found[first : first + 2] = [found[first] + found[first + 1]]
        sizes[first : first + 2] = [sizes[first] + sizes[first + 1]]
    return found
