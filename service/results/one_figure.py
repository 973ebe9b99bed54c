"""One figure of a question, a theme or the index: what names it, and its row in a wave."""

from collections.abc import Sequence
from dataclasses import replace

from privacy.errors import Invalid, Problem
from privacy.rows import WITHHELD
from service.results.released import Released, Row
from service.results.selection import FigureKind, Selection, group_of, select

_USUAL: dict[str, FigureKind] = {"scale": "mean", "nps": "nps", "choice": "share", "multiple": "share"}


def shape_problems(wanted: Selection) -> list[Problem]:
    """The fault of naming no question, theme or index, or more than one of them."""
    if [wanted.question is not None, wanted.theme is not None, wanted.index].count(True) == 1:
        return []
    message = "not one question, one theme or the index"
    remedy = "give one of question=, theme= and index=true"
    return [Problem("what", "question", message, remedy)]


def one_group_problems(wanted: Selection) -> list[Problem]:
    """The fault of naming a breakdown and not which of its groups."""
    if not wanted.table or wanted.level is not None:
        return []
    return [Problem("level-count", "level", "not one group", "give a level for each by")]


def completed(wanted: Selection, found: Sequence[Released]) -> Selection:
    """One figure: the whole unless a group is wanted, and the question's usual figure unless one is named.

    Raises Invalid for a share without its option, and for a figure that none of ``found`` released.
    """
    types = [one.type for wave in found for one in wave.manifest.questions if one.id == wanted.question]
    figure = wanted.figure or (_USUAL[types[-1]] if types else "mean")
    wanted = replace(wanted, figure=figure, by=wanted.by or ())
    if figure == "share" and wanted.option is None:
        known = dict.fromkeys(
            row["option"] for wave in found for row in select(wanted, wave.rows) if row["option"]
        )
        message, remedy = "a share is of one answer option", f"use {', '.join(known) or 'another figure'}"
        raise Invalid([Problem("missing-option", "option", message, remedy)])
    if not any(select(wanted, wave.rows) for wave in found):
        message, remedy = f"no wave has released a {figure} of this", "leave figure out for the usual one"
        raise Invalid([Problem("unknown-figure", "figure", message, remedy)])
    return wanted


def row_in(wave: Released, wanted: Selection) -> Row | None:
    """The row of the one figure and group that ``wanted`` names; None if the release has none."""
    rows = select(wanted, wave.rows)
    return rows[0] if rows else None


def withheld_row(wanted: Selection) -> Row:
    """A row for a wave that has none: it looks like one that was withheld."""
    return {
        "table": list(wanted.by or ()),
        "group": group_of(wanted) or {},
        "figure": wanted.figure,
        "question": wanted.question,
        "theme": wanted.theme,
        "option": wanted.option,
        **WITHHELD,
    }
