"""Rosters as CSV: a header ``person,<attribute ids and path names>``, then a line a person (RFC 4180).

UTF-8 with or without a byte order mark; separated by commas, or as some spreadsheets do by semicolons or
tabs. An empty field is an attribute or a path that is not known. The columns ``email`` and ``language`` may
be there too: where somebody's letters go, and which language these are in.
"""

import csv
import io

from privacy.survey import Survey
from service.store.rosters import RosterEntry
from service.surveys.roster_file import RosterReader

PERSON = "person"
_REMEDY = "write the header as person, then the ids of the attributes and the names of the paths"


def read_csv(content: bytes, survey: Survey) -> list[RosterEntry]:
    """The people in ``content``. Raises Invalid with every fault and its line."""
    reader = RosterReader(survey)
    text = _decoded(reader, content)
    if text is not None:
        _read(reader, text)
    return reader.entries()


def _decoded(reader: RosterReader, content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            reader.fault("encoding", "file", "it is UTF-16", "save it as UTF-8", 1)
            return None
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            line.decode()
        except UnicodeDecodeError:
            reader.fault("encoding", "file", "the line is not UTF-8", "save the file as UTF-8", number)
    return None


def _read(reader: RosterReader, text: str) -> None:
    head = text.partition("\n")[0]
    delimiter = next((sign for sign in ",;\t" if sign in head), ",")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str | None] | None = None
    while True:
        line = rows.line_num + 1  # a quoted field may span lines; a row is named by its first
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            remedy = "put a field with a quote in quotes and double the quote"
            reader.fault("csv", "file", "the line is not CSV; what follows was not read", remedy, line)
            return
        fields = [field.strip() for field in row]
        if not any(fields):  # spreadsheets end files with rows of nothing
            continue
        if header is None:
            header = _header(reader, fields, line)
        else:
            _row(reader, header, fields, line)


def _header(reader: RosterReader, names: list[str], line: int) -> list[str | None]:
    """The column that each field is of; None where it is none that is known."""
    known = {PERSON, *reader.columns, *reader.contacts}
    header: list[str | None] = []
    for position, name in enumerate(names, 1):
        place = f"column {position}"
        if name not in known:
            message = "not a roster attribute of the definition"
            remedy = f"remove it; the columns are {', '.join((PERSON, *reader.columns, *reader.contacts))}"
            reader.fault("unknown-attribute", place, message, remedy, line)
        elif name in header:
            reader.fault("repeated-column", place, f"there is a column {name} already", "keep one", line)
        header.append(name if name in known and name not in header else None)
    for name in (PERSON, *reader.columns):
        if name not in header:
            reader.fault("missing-column", f"column {name}", "it is missing", _REMEDY, line)
    return header


def _row(reader: RosterReader, header: list[str | None], fields: list[str], line: int) -> None:
    if len(fields) != len(header):
        message = f"it has {len(fields)} fields and the header has {len(header)}"
        reader.fault("field-count", f"line {line}", message, "give each line a field a column", line)
        return
    values = {name: field for name, field in zip(header, fields, strict=True) if name is not None}
    if PERSON not in values:
        return  # the header's fault, told once
    places = {name: f"line {line}, column {name}" for name in values}
    contact = {name: values.pop(name) for name in reader.contacts if name in values}
    reader.add(values.pop(PERSON), values, f"line {line}", places, line, contact=contact)
