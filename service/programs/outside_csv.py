"""Figures from outside as CSV: a header ``name,unit,group,day,value,people,source``, then a line a figure.

UTF-8 with or without a byte order mark; separated by commas, or as some spreadsheets do by semicolons or
tabs (RFC 4180).
"""

import csv
import io
from datetime import date
from typing import Any, get_args

from privacy.errors import Problem
from service.programs.outside_models import LARGEST_VALUE, MOST_PEOPLE, Group

COLUMNS = ("name", "unit", "group", "day", "value", "people", "source")
MOST_LINES = 5_000
_GROUPS = get_args(Group)
_LONGEST = {"name": 200, "unit": 40, "source": 200}
Found = list[tuple[int | None, dict[str, Any]]]


def read_figures(content: bytes) -> tuple[Found, list[Problem]]:
    """The figures that could be read, each with its line, and every fault of the file."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [Problem("encoding", "file", "it is not UTF-8", "save it as UTF-8", 1)]
    head = text.partition("\n")[0]
    delimiter = next((sign for sign in ",;\t" if sign in head), ",")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: Found = []
    problems: list[Problem] = []
    header: list[str] | None = None
    while True:
        line = rows.line_num + 1  # a quoted field may span lines; a row is named by its first
        try:
            fields = [field.strip() for field in next(rows)]
        except StopIteration:
            break
        except csv.Error:
            message, remedy = (
                "the line is not CSV; what follows was not read",
                "put a field with a quote in quotes",
            )
            problems.append(Problem("csv", "file", message, remedy, line))
            break
        if not any(fields):  # spreadsheets end files with rows of nothing
            continue
        if header is None:
            header = fields
            if sorted(header) != sorted(COLUMNS):
                message, remedy = "not the columns of such a file", f"write the header {','.join(COLUMNS)}"
                return [], [*problems, Problem("columns", "file", message, remedy, line)]
        elif len(found) + len(problems) >= MOST_LINES:
            message, remedy = f"more than {MOST_LINES} lines", "import it in parts"
            return found, [*problems, Problem("too-many-lines", "file", message, remedy, line)]
        elif len(fields) != len(header):
            message = f"it has {len(fields)} fields and the header has {len(header)}"
            problems.append(Problem("field-count", "file", message, "give each line a field a column", line))
        else:
            figure, faults = _figure(dict(zip(header, fields, strict=True)), line)
            problems += faults
            if not faults:
                found.append((line, figure))
    if not found and not problems:
        problems.append(Problem("no-figures", "file", "it has no figures", "add a line for each figure", 1))
    return found, problems


def _figure(fields: dict[str, str], line: int) -> tuple[dict[str, Any], list[Problem]]:
    problems = []

    def fault(kind: str, place: str, message: str, remedy: str) -> None:
        problems.append(Problem(kind, place, message, remedy, line))

    if not fields["name"]:
        fault("no-name", "name", "it is empty", "name the figure")
    for name, longest in _LONGEST.items():
        if len(fields[name]) > longest or not fields[name].isprintable():
            fault("not-text", name, "it is too long or not text", f"use at most {longest} letters and signs")
    if fields["group"] not in _GROUPS:
        fault("unknown-group", "group", "no such group", f"use {', '.join(_GROUPS)}")
    day, value, people = _day(fields["day"]), _number(fields["value"]), _people(fields["people"])
    if day is None:
        fault("not-a-day", "day", "not a day", "write it as 2026-06-30")
    if value is None:
        fault("not-a-number", "value", "not a number", "write it with digits and a point, such as 91.5")
    if people is None:
        fault("not-a-number", "people", "not a number of people", "write it with digits alone")
    return {**fields, "day": day, "value": value, "people": people}, problems


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-06-30") else None
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) <= LARGEST_VALUE and text.isascii() and "_" not in text else None


def _people(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_PEOPLE))):
        return None
    return int(text) if int(text) <= MOST_PEOPLE else None
