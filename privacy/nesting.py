"""How the attributes of a hierarchy nest: each is a step below the one before it, level by level."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby

from privacy.hierarchy import STEPS
from privacy.survey import Attribute


def tops_of(attributes: Sequence[Attribute]) -> dict[str, str]:
    """The attribute at the top of each one's hierarchy; one that is in none is its own top."""
    tops: dict[str, str] = {}
    for attribute in attributes:
        tops[attribute.id] = tops.get(attribute.parent or "", attribute.id)
    return tops


def starts_of(attributes: Sequence[Attribute]) -> tuple[tuple[int, ...], ...]:
    """Where the children of each level of the attribute above begin, and last how many levels there are.

    One tuple for each attribute, empty for one that is below none. Raises ValueError where levels do not
    stand grouped by their parents in the order of those, each with a child; for a parent that is not the
    attribute before; and for more steps than a hierarchy has.
    """
    for fault in _faults(attributes):
        raise ValueError(fault)
    found: list[tuple[int, ...]] = []
    for place, attribute in enumerate(attributes):
        parents = [level.parent for level in attribute.levels]
        above = attributes[place - 1].levels if attribute.parent is not None else ()
        begins = [parents.index(level.id) for level in above]
        found.append((*begins, len(parents)) if above else ())
    return tuple(found)


def steps_to(starts: Sequence[tuple[int, ...]], position: int) -> list[tuple[int, int]]:
    """The way from the top to the level at ``position`` of a hierarchy's last attribute.

    ``starts`` are those of its attributes. Each step is the level's position in its attribute from 0, and
    among the children of one parent from 1.
    """
    steps: list[tuple[int, int]] = []
    for begins in reversed(starts):
        parent = bisect_right(begins, position) - 1 if begins else 0
        steps.append((position, position - (begins[parent] if begins else 0) + 1))
        position = parent
    return steps[::-1]


def _faults(attributes: Sequence[Attribute]) -> Iterator[str]:
    steps = 0
    for place, attribute in enumerate(attributes):
        parents = [level.parent for level in attribute.levels]
        if attribute.parent is None:
            steps = 1
            if any(parent is not None for parent in parents):
                yield f"{attribute.id!r} has a level with a parent and no attribute above"
            continue
        steps += 1
        if place == 0 or attributes[place - 1].id != attribute.parent:
            yield f"{attribute.id!r} does not come after the attribute above it"
        elif [parent for parent, _ in groupby(parents)] != [
            level.id for level in attributes[place - 1].levels
        ]:
            yield f"the levels of {attribute.id!r} are not grouped by those of {attribute.parent!r}"
        if steps > STEPS[1]:
            yield f"{attribute.id!r} is step {steps} of a hierarchy, and {STEPS[1]} are the most"
