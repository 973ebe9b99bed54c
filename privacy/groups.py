"""Which groups a wave tells apart: the levels of roster attributes, with the small ones merged.

Merging is sticky: levels that stood together in the survey's latest wave stay together, so that trends do
not break and no group of one wave is split in the next (docs/decisions/0018-merging-is-sticky.md). All of it
follows from public numbers: the definition, the roster's group sizes and the latest manifest.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Literal

from privacy.errors import Invalid, Problem
from privacy.hierarchy import level_id, levels_from_paths, steps_of
from privacy.merging import Step, merge
from privacy.survey import Attribute, Option

NO_MERGING = 1

_DIGEST = 8  # hex digits


@dataclass(frozen=True, slots=True)
class Note:
    """What became of an attribute, or of some of its levels.

    ``members`` are the levels before merging and ``invited`` the people in them. Every ``merged`` level has a
    note of its own. The levels of a ``dropped`` attribute are all in one group; where it has no members, its
    groups were those of the step above, or the roster places nobody in it. ``unknown`` is an attribute about
    which the roster says nothing; its ``invited`` is None.
    """

    attribute: str
    kind: Literal["merged", "dropped", "unknown"]
    members: tuple[str, ...]
    invited: int | None

    @property
    def text(self) -> str:
        """The note as one sentence."""
        if self.kind == "unknown":
            return f"The roster gives nobody's {self.attribute}: no levels are merged, no sizes are known."
        if self.kind == "merged":
            size = "" if self.invited is None else f" of {self.invited} invited"
            return f"Of {self.attribute}, {', '.join(self.members)} are reported as one group{size}."
        if self.members:
            reason = f"all {self.invited} invited are in one group"
        elif self.invited:
            reason = "its groups are those of the step above"
        else:
            reason = "the roster gives nobody's place in it"
        return f"Results are not broken down by {self.attribute}: {reason}."


@dataclass(frozen=True, slots=True)
class Grouped:
    """The attributes by which a wave can be broken down, and what was done to get them.

    Levels of roster attributes have ``invited`` and, where merged, ``members``. Steps of a hierarchy that
    tell nobody apart are gone, and ``parent`` is the next one above. ``levels`` serves ``level_of``: it has
    the level of each attribute by roster column and by what stands there.
    """

    attributes: tuple[Attribute, ...]
    notes: tuple[Note, ...]
    levels: Mapping[str, Mapping[str, Mapping[str, str]]] = field(repr=False)


def grouped(
    attributes: Sequence[Attribute],
    people: Iterable[Mapping[str, str]],
    *,
    merge_at: int = 10,
    previous: Sequence[Attribute] = (),
    languages: Sequence[str],
) -> Grouped:
    """``attributes`` with the levels of roster attributes merged until each has ``merge_at`` people invited.

    ``people`` are the roster attributes of each person: a level id by attribute id, and the canonical path by
    the path's name. ``merge_at`` 1 merges nothing.

    ``previous`` are the attributes of the survey's latest wave. Levels that stood together there stay
    together whatever ``merge_at`` is, except that one leaves its group when the level above it comes to be in
    another. An attribute that was not there starts afresh; a step that was not, of a hierarchy that was, had
    been left out, and stays so.

    Raises Invalid with merge-at-out-of-range, or the faults of the hierarchies' paths.
    """
    if merge_at < NO_MERGING:
        remedy = f"choose a number of people from {NO_MERGING}, which merges nothing, such as 10"
        message = f"{merge_at} is no size that a group could have"
        raise Invalid([Problem("merge-at-out-of-range", "policy.merge_at", message, remedy)])
    least = 0 if merge_at == NO_MERGING else merge_at
    people = list(people)
    kept = {one.id: [level.members or (level.id,) for level in one.levels] for one in previous}
    parts: list[Grouped] = []
    for steps in _hierarchies(attributes):
        column = steps[0].path or steps[0].id
        if steps[0].source == "self":
            parts.append(Grouped(steps, (), {}))
        else:
            counts = Counter(person[column] for person in people if person.get(column))
            counted = _counted(steps, counts, languages)
            parts.append(_resolved(counted, counts, kept, least, languages))
    return Grouped(
        tuple(attribute for part in parts for attribute in part.attributes),
        tuple(note for part in parts for note in part.notes),
        {column: levels for part in parts for column, levels in part.levels.items()},
    )


def level_of(groups: Grouped, person: Mapping[str, str]) -> dict[str, str]:
    """The level that ``person`` has of each attribute of ``groups``; an attribute not known is left out.

    ``person`` is one of the people that the groups were made from, and has the same keys.
    """
    found: dict[str, str] = {}
    for column, levels in groups.levels.items():
        found.update(levels.get(person.get(column, ""), {}))
    return found


def _hierarchies(attributes: Sequence[Attribute]) -> Iterable[tuple[Attribute, ...]]:
    for path, steps in itertools.groupby(attributes, key=lambda attribute: attribute.path):
        if path is None:
            yield from ((attribute,) for attribute in steps)
        else:
            yield tuple(steps)


def _counted(
    steps: tuple[Attribute, ...], counts: Mapping[str, int], languages: Sequence[str]
) -> tuple[Attribute, ...]:
    """``steps`` with the number invited of every level, None where the roster says nothing."""
    if steps[0].path is not None:
        return levels_from_paths(steps, counts, languages)
    known = any(level.id in counts for level in steps[0].levels)
    levels = (replace(level, invited=counts.get(level.id, 0) if known else None) for level in steps[0].levels)
    return (replace(steps[0], levels=tuple(levels)),)


def _resolved(
    steps: tuple[Attribute, ...],
    paths: Iterable[str],
    kept: Mapping[str, Sequence[Sequence[str]]],
    least: int,
    languages: Sequence[str],
) -> Grouped:
    """One hierarchy, or one attribute that is in none, whose levels are counted."""
    shapes = _shapes(steps, kept)
    unknown = any(level.invited is None for level in steps[0].levels)
    attributes: list[Attribute] = []
    notes = [Note(steps[0].id, "unknown", (), None)] if unknown else []
    names: list[dict[str, str]] = [{}]  # of each level of a step: its group's and those above, by attribute
    parent, apart = "", 1
    for step, shape, groups in zip(steps, shapes, merge(shapes, 0 if unknown else least), strict=True):
        names = [names[place] for place in shape.parents]
        if len(groups) <= apart:  # groups lie within those above, so as many are the same
            everybody = tuple(level.id for level in step.levels) if len(groups) == 1 else ()
            notes.append(Note(step.id, "dropped", everybody, sum(shape.people)))
            continue
        levels = []
        for group in groups:
            level = _level([step.levels[member] for member in group], languages)
            levels.append(replace(level, parent=names[group[0]].get(parent)))
            for member in group:
                names[member] = {**names[member], step.id: level.id}
        attributes.append(replace(step, levels=tuple(levels), parent=parent or None))
        notes += [Note(step.id, "merged", one.members, one.invited) for one in levels if one.members]
        parent, apart = step.id, len(groups)
    finest = {level.id: name for level, name in zip(steps[-1].levels, names, strict=True)}
    if steps[0].path is None:
        return Grouped(tuple(attributes), tuple(notes), {steps[0].id: finest})
    found = {path: finest[level_id(units[-1])] for path in paths if (units := steps_of(path))}
    return Grouped(tuple(attributes), tuple(notes), {steps[0].path: found})


def _shapes(steps: Sequence[Attribute], kept: Mapping[str, Sequence[Sequence[str]]]) -> list[Step]:
    shapes = []
    above: dict[str, int] = {}
    seen = any(step.id in kept for step in steps)
    for step in steps:
        places = {level.id: place for place, level in enumerate(step.levels)}
        groups = kept.get(step.id, [tuple(places)] if seen else [])  # a step left out told no siblings apart
        shapes.append(
            Step(
                people=[level.invited or 0 for level in step.levels],
                parents=[above[level.parent] if level.parent else 0 for level in step.levels],
                kept=[[places[one] for one in group if one in places] for group in groups],
                ordered=step.ordered and step.path is None,
            )
        )
        above = places
    return shapes


def _level(members: Sequence[Option], languages: Sequence[str]) -> Option:
    """The level that ``members`` are merged into; its id depends on them alone."""
    if len(members) == 1:
        return members[0]
    ids = tuple(member.id for member in members)
    invited = [member.invited for member in members if member.invited is not None]
    return Option(
        id="merged-" + sha256("+".join(sorted(ids)).encode()).hexdigest()[:_DIGEST],
        text={language: ", ".join(member.text[language] for member in members) for language in languages},
        invited=sum(invited) if invited else None,
        members=ids,
    )
