"""The groups of one wave's breakdown against the whole, another group of it, or the groups they lie in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from privacy.comparable import level_above
from privacy.correlation import correlation
from privacy.errors import Invalid, Problem
from privacy.evaluate import Outcome, difference
from privacy.plan import design_of
from service.results.released import Released, Row
from service.results.selection import Selection, level_problems, select

Group = Mapping[str, str]

WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Against:
    """What groups are compared with: the one of ``levels``, the one of the attribute ``within`` that each
    lies in, or the whole if both are None.
    """

    levels: tuple[str, ...] | None
    within: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A group's row, the row it is compared with, and what comes of it."""

    row: Row
    other: Row
    outcome: Outcome


def against_of(
    wave: Released, wanted: Selection, levels: tuple[str, ...] | None, within: str | None
) -> Against:
    """What the query names. Raises Invalid with every fault; ``wanted`` names a table that was released."""
    named = [
        level.id for one in wave.manifest.attributes if one.id in (wanted.by or ()) for level in one.levels
    ]
    if levels == (WHOLE,) and WHOLE not in named:
        levels = None
    against = Against(levels, within)
    problems = _problems_of(wave, wanted, against)
    if problems:
        raise Invalid(problems)
    return against


def compare(wave: Released, wanted: Selection, against: Against) -> list[Compared]:
    """Every group that ``wanted`` names, in the order of the release, but the one they are compared with."""
    by = wanted.by or ()
    others = {_key(row["group"]): row for row in select(replace(wanted, by=None, level=None), wave.rows)}
    pairs = []
    for row in select(wanted, wave.rows):
        other = others[_key(_other(wave, by, row["group"], against))]
        if other is not row:
            pairs.append((row, other))
    counts = {_key(row["group"]): row for row in wave.rows if row["figure"] == "count"}
    # A release states its groups in the order of the design's cells.
    place = {key: cell for cell, key in enumerate(counts)}
    keys = list(dict.fromkeys(_key(row["group"]) for pair in pairs for row in pair))
    manifest = wave.manifest
    design = design_of(manifest.questions, manifest.attributes, manifest.policy)
    alike = correlation(design, [place[key] for key in keys])
    found = []
    for row, other in pairs:
        key, other_key = _key(row["group"]), _key(other["group"])
        r = float(alike[keys.index(key), keys.index(other_key)])
        part = 0.0 if against.levels is not None else _share(counts[key], counts[other_key])
        found.append(Compared(row, other, difference(row, other, correlation=r, part=part)))
    return found


def _problems_of(wave: Released, wanted: Selection, against: Against) -> list[Problem]:
    if not wanted.by:
        return [Problem("missing-by", "by", "no breakdown", "name the attribute whose groups are compared")]
    if against.levels is not None and against.within is not None:
        message = "against a group and against those they lie in"
        return [Problem("against-and-within", "within", message, "leave one of the two out")]
    if against.levels is not None:
        return level_problems(wanted.by, against.levels, [wave], "against")
    if against.within is not None:
        known = [name for name in _single_tables(wave) if _lies_in(wave, wanted.by, name)]
        if against.within not in known:
            message = "the wave has no groups of this attribute in which those of by lie"
            remedy = f"use {', '.join(known)}" if known else "leave it out to compare with the whole"
            return [Problem("unknown-within", "within", message, remedy)]
    return []


def _other(wave: Released, by: tuple[str, ...], group: Group, against: Against) -> Group:
    if against.levels is not None:
        return dict(zip(by, against.levels, strict=True))
    if against.within is None:
        return {}
    for name, level in group.items():
        above = level_above(wave.manifest.attributes, name, level, against.within)
        if above is not None:
            return {against.within: above}
    raise AssertionError("against_of has seen that they lie in groups of it")


def _single_tables(wave: Released) -> list[str]:
    return [table[0] for table in wave.manifest.policy.tables if len(table) == 1]


def _lies_in(wave: Released, by: tuple[str, ...], name: str) -> bool:
    """Whether ``name`` is one of several attributes, or above one in its hierarchy."""
    if by == (name,):
        return False
    levels = {one.id: one.levels[0].id for one in wave.manifest.attributes}
    return any(level_above(wave.manifest.attributes, one, levels[one], name) is not None for one in by)


def _share(part: Row, whole: Row) -> float:
    """The part's share of those who answered; zero, which is on the safe side, where it is not shown."""
    if part["value"] is None or whole["value"] is None:
        return 0.0
    return float(min(1.0, max(0.0, part["value"] / whole["value"])))


def _key(group: Group) -> frozenset[tuple[str, str]]:
    return frozenset(group.items())
