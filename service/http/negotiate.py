"""JSON, CSV or PDF: by ``?format=``, else by what the request accepts (RFC 9110 section 12.5.1)."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from service.http.body import CSV, JSON

_FORMULA = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")  # what makes spreadsheets calculate a text
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
PDF = "application/pdf"
CSV_TYPE = f"{CSV}; charset=utf-8; header=present"


def wants_csv(
    request: Request,
    wanted: Annotated[
        Literal["json", "csv"] | None,
        Query(alias="format", description="`csv` gives text/csv, as does the header `Accept: text/csv`."),
    ] = None,
) -> bool:
    """FastAPI dependency: whether to answer in CSV. JSON unless CSV is asked for."""
    if wanted is not None:
        return wanted == "csv"
    accepted = request.headers.get("accept", "")
    return _weight(accepted, CSV) > _weight(accepted, JSON)


CsvDependency = Annotated[bool, Depends(wants_csv)]


def wanted_form(
    request: Request,
    wanted: Annotated[
        Literal["json", "csv", "pdf"] | None,
        Query(alias="format", description="`csv` and `pdf` do the same as the header `Accept`."),
    ] = None,
) -> Literal["json", "csv", "pdf"]:
    """FastAPI dependency: which of the three is asked for. JSON unless another is."""
    if wanted is not None:
        return wanted
    accepted = request.headers.get("accept", "")
    weights = {"json": _weight(accepted, JSON), "csv": _weight(accepted, CSV), "pdf": _weight(accepted, PDF)}
    best = max(weights.values())
    if weights["json"] == best:
        return "json"
    return "csv" if weights["csv"] == best else "pdf"


FormDependency = Annotated[Literal["json", "csv", "pdf"], Depends(wanted_form)]


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file (RFC 4180) in UTF-8; None is an empty field.

    A text that a spreadsheet would take for a formula gets an apostrophe before it: names on rosters and
    texts of definitions are other people's, and opening a file must not run what they wrote.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_inert(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _inert(value: object) -> object:
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _weight(accepted: str, media_type: str) -> float:
    for entry in accepted.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        if name != media_type:
            continue
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    return float(parameter[2:])
                except ValueError:
                    return 0
        return 1
    return 0
