"""Choosing among released rows. Nothing is computed here: what was not released cannot be asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Query

from privacy.errors import Invalid, Problem
from privacy.policy_problems import NOT_SAID
from service.results.released import Released, Row

FigureKind = Literal["count", "mean", "favourable", "share", "nps"]


@dataclass(frozen=True, slots=True)
class Selection:
    """What the caller wants; None is no wish. ``by`` is empty for the whole; ``index`` is over all items."""

    question: str | None
    theme: str | None
    option: str | None
    figure: FigureKind | None
    by: tuple[str, ...] | None
    level: tuple[str, ...] | None
    index: bool = False

    @property
    def table(self) -> frozenset[str] | None:
        """The attributes of the wanted table; empty for the whole."""
        return None if self.by is None else frozenset(self.by)


def selection(
    *,
    question: Annotated[str | None, Query(description="Id of a question.")] = None,
    theme: Annotated[str | None, Query(description="Id of a theme.")] = None,
    option: Annotated[str | None, Query(description="Id of an answer option, for shares.")] = None,
    figure: Annotated[FigureKind | None, Query(description="Kind of figure.")] = None,
    by: Annotated[
        list[str] | None,
        Query(description="Attribute of a breakdown; twice for a cross; `by=` for the whole."),
    ] = None,
    level: Annotated[
        list[str] | None, Query(description="Level of the attribute, one for each `by`, in their order.")
    ] = None,
    index: Annotated[bool, Query(description="Only the figures over all scale items together.")] = False,
) -> Selection:
    """FastAPI dependency: the filters of the query."""
    return Selection(
        question,
        theme,
        option,
        figure,
        None if by is None else tuple(name for name in by if name),
        None if level is None else tuple(level),
        index,
    )


def check(wanted: Selection, waves: Sequence[Released]) -> None:
    """Raises Invalid with every filter that names nothing in any of ``waves``, and what there is instead."""
    problems: list[Problem] = []
    rows = [row for wave in waves for row in wave.rows]
    for name in ("question", "theme", "option"):
        value = getattr(wanted, name)
        known = _known(row[name] for row in rows)
        if value is not None and value not in known:
            problems.append(_unknown(name, known))
    tables = list(dict.fromkeys(tuple(row["table"]) for row in rows))
    if wanted.table is not None and wanted.table not in [frozenset(table) for table in tables]:
        known = ["&".join(f"by={name}" for name in table) or "by=" for table in tables]
        problems.append(_unknown("by", known))
    elif wanted.level is not None:
        problems += level_problems(wanted.by or (), wanted.level, waves)
    if problems:
        raise Invalid(problems)


def group_of(wanted: Selection) -> dict[str, str] | None:
    """The wanted group; None if any of the table is."""
    if wanted.by is None or wanted.level is None:
        return None
    return dict(zip(wanted.by, wanted.level, strict=True))


def select(wanted: Selection, rows: Iterable[Row]) -> list[Row]:
    """The rows that have what is wanted, in their order."""
    table, group = wanted.table, group_of(wanted)
    return [
        row
        for row in rows
        if all(
            getattr(wanted, name) in (None, row[name]) for name in ("question", "theme", "option", "figure")
        )
        and (not wanted.index or _is_index(row))
        and (table is None or frozenset(row["table"]) == table)
        and (group is None or row["group"] == group)
    ]


def _is_index(row: Row) -> bool:
    return row["question"] is None and row["theme"] is None and row["figure"] != "count"


def level_problems(
    by: Sequence[str], levels: Sequence[str], waves: Sequence[Released], place: str = "level"
) -> list[Problem]:
    """The faults of ``levels``, which the query's field ``place`` gives, one for each attribute in ``by``."""
    if len(by) != len(levels):
        message, remedy = "not one for each attribute in by", "give as many levels as attributes"
        return [Problem("level-count", place, message, remedy)]
    problems = []
    for name, level in zip(by, levels, strict=True):
        attributes = [
            attribute for wave in waves for attribute in wave.manifest.attributes if attribute.id == name
        ]
        known = _known(option.id for attribute in attributes for option in attribute.levels)
        if level not in (*known, NOT_SAID):
            problems.append(_unknown("level", [*known, NOT_SAID], place))
    return problems


def _known(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value is not None))


def _unknown(name: str, known: Sequence[str], place: str | None = None) -> Problem:
    remedy = f"use {', '.join(known)}" if known else "leave it out"
    return Problem(f"unknown-{name}", place or name, f"no released row has this {name}", remedy)
