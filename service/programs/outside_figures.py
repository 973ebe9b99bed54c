"""What staff do with figures from outside: enter one, import a file, delete; noted in the audit log."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from privacy.errors import Invalid, Problem
from service.accounts import audit
from service.accounts.audit import Actor
from service.http.context import Context
from service.programs.outside_csv import read_figures
from service.store import programs
from service.store.ids import storable
from service.store.tables_programs import OutsideFigureRow
from service.store.unit_of_work import unit_of_work
from service.surveys.terms import K

Figure = Mapping[str, Any]  # the columns of a figure
_Key = tuple[str, date]
_MERGE = "merge periods or groups until each is of at least"


def add_figure(context: Context, by: Actor, program: str, wanted: Figure) -> OutsideFigureRow:
    """Store a figure; ``wanted`` are NewFigureModel's fields.

    Raises NotFound, and Invalid with every fault.
    """
    with unit_of_work(context.main) as tx:
        row = programs.lock_program(tx, program)
        if problems := _problems(tx, row.id, [(None, wanted)]):
            raise Invalid(problems)
        figure = programs.add_figure(tx, row.id, wanted)
        audit.record(tx, context, by, "add outside figure", figure.id, program=row.id, figures=1)
    return figure


def import_figures(context: Context, by: Actor, program: str, content: bytes) -> int:
    """Store every figure of a CSV file, or none; how many there were.

    Raises NotFound, and Invalid with every fault and its line.
    """
    found, problems = read_figures(content)
    with unit_of_work(context.main) as tx:
        row = programs.lock_program(tx, program)
        problems = sorted([*problems, *_problems(tx, row.id, found)], key=lambda problem: problem.line or 0)
        if problems:
            raise Invalid(problems)
        for _, figure in found:
            programs.add_figure(tx, row.id, figure)
        audit.record(tx, context, by, "import outside figures", row.id, figures=len(found))
    return len(found)


def delete_figure(context: Context, by: Actor, program: str, figure: str) -> None:
    """Delete a figure. Raises NotFound."""
    with unit_of_work(context.main) as tx:
        row = programs.lock_program(tx, program)
        programs.delete_figure(tx, programs.get_figure(tx, row.id, figure))
        audit.record(tx, context, by, "delete outside figure", figure, program=row.id)


def _problems(tx: Session, program_id: str, added: Sequence[tuple[int | None, Figure]]) -> list[Problem]:
    """What is wrong with figures, each with its line in a file, beside those that are there already."""
    units: dict[str, str] = {}
    people: dict[_Key, dict[str, int]] = {}
    for row in programs.figures_of(tx, program_id):
        units[row.name] = row.unit
        people.setdefault((row.name, row.day), {})[row.group] = row.people
    problems = []
    for line, figure in added:
        here = people.setdefault((figure["name"], figure["day"]), {})
        texts = (figure["name"], figure["unit"], figure["source"])
        if not all(storable(text) for text in texts):
            remedy = "use letters and signs"
            problems.append(Problem("not-text", "name", "it has symbols that are not text", remedy, line))
        if figure["unit"] != units.setdefault(figure["name"], figure["unit"]):
            message = "a figure of this name has another unit"
            problems.append(Problem("unit-differs", "unit", message, "use one unit, or another name", line))
        if figure["group"] in here:
            message = "there is a figure of this name, group and day already"
            remedy = "delete the other one first, or leave this one out"
            problems.append(Problem("figure-twice", "day", message, remedy, line))
            continue
        here[figure["group"]] = figure["people"]
        problems += _small(figure, here, line)
    return problems


def _small(figure: Figure, here: Mapping[str, int], line: int | None) -> list[Problem]:
    """Whether the figure, or what it leaves of one of a larger group, is about too few people."""
    if figure["people"] < K:
        message = f"it is about fewer than {K} people, whom it could tell about"
        return [Problem("aggregate-below-k", "people", message, f"{_MERGE} {K} people", line)]
    whole = here.get("everybody")
    if whole is None:
        return []
    left = [whole - number for group, number in here.items() if group != "everybody"]
    if any(0 < number < K for number in left):
        message = f"subtracted from that of everybody it leaves fewer than {K} people"
        return [Problem("aggregate-below-k", "people", message, f"{_MERGE} {K} people", line)]
    return []
