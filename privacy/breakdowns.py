"""Which breakdowns no wave can have: those that give groups away, and those too fine to be computed."""

import math
from collections.abc import Iterator, Mapping, Sequence

from privacy.errors import Problem
from privacy.survey import Question

MOST_ATTRIBUTES = 2  # in one table: the complementary rule is proven for these

# A tally computes with the square of the groups and publishes a row for every figure of every group. As much
# as is allowed, such as 30 questions on a five-point scale in 1,000 groups, takes 2 seconds and 350 MB.
MOST_GROUPS = 1_000
MOST_FIGURES = 150_000


def groups_of(levels: Mapping[str, int], tables: Sequence[Sequence[str]]) -> int:
    """The number of groups of all ``tables`` by number of levels; not said is one level more."""
    return sum(math.prod(levels[name] + 1 for name in table) for table in tables)


def size_fault(questions: Sequence[Question], groups: int, place: str) -> Problem | None:
    """The fault at ``place`` if ``groups`` groups with these questions are too many to compute."""
    remedy = "leave out a cross, or merge levels"
    if groups > MOST_GROUPS:
        message = f"the tables have {groups} groups of at most {MOST_GROUPS}"
        return Problem("too-many-groups", place, message, remedy)
    answers = sum(max(1, len(question.options)) for question in questions if question.type != "text")
    if groups * answers > MOST_FIGURES:
        message = f"{groups} groups times {answers} answer options are more than {MOST_FIGURES} figures"
        return Problem("too-many-figures", place, message, f"{remedy}, or ask fewer questions")
    return None


def within_a_hierarchy(tables: Sequence[tuple[str, ...]], tops: Mapping[str, str]) -> Iterator[int]:
    """The places of crosses of an attribute with one above it: the finer one has all their groups.

    ``tops`` has the attribute at the top of each one's hierarchy.
    """
    for place, cross in enumerate(tables):
        ends = {tops.get(name, name) for name in cross}
        if len(set(cross)) == len(cross) == MOST_ATTRIBUTES > len(ends):
            yield place


def closing_a_circle(tables: Sequence[tuple[str, ...]], tops: Mapping[str, str]) -> Iterator[int]:
    """The places of crosses whose two attributes are already connected through crosses before them.

    Three attributes crossed pairwise tell how many people differ from a given person in none or all of them
    (docs/decisions/0005-complementary-withholding.md); all of one hierarchy, by ``tops``, count as one. A
    table that stands twice is a fault of its own, and so is a cross within a hierarchy.
    """
    parts: list[set[str]] = []
    known: list[set[str]] = []
    for place, cross in enumerate(tables):
        ends = {tops.get(name, name) for name in cross}
        if len(ends) == len(cross) == MOST_ATTRIBUTES and set(cross) not in known:
            known.append(set(cross))
            touched = [part for part in parts if part & ends]
            if any(ends <= part for part in touched):
                yield place
            parts = [part for part in parts if part not in touched]
            parts.append(ends.union(*touched))
