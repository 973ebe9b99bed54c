"""CSV where it is asked for, JSON otherwise; and CSV that reads back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from service.http.negotiate import csv_bytes, wants_csv


def request(accept: str | None) -> Request:
    """A request that accepts this."""
    headers = [] if accept is None else [(b"accept", accept.encode())]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, False),
        ("*/*", False),
        ("application/json", False),
        ("text/csv", True),
        ("TEXT/CSV", True),
        ("text/csv;q=0.9, application/json;q=0.5", True),
        ("text/csv;q=0.5, application/json", False),
        ("text/csv, application/json", False),
        ("text/csv;q=0", False),
        ("text/csv;q=x", False),
        ("text/html, text/csv; header=present", True),
    ],
)
def test_the_header_decides_unless_the_address_does(accept: str | None, wanted: bool) -> None:
    assert wants_csv(request(accept)) == wanted
    assert wants_csv(request(accept), "csv") is True
    assert wants_csv(request(accept), "json") is False


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), st.integers()), max_size=5))
def test_csv_reads_back(rows: list[tuple[str, int]]) -> None:
    content = csv_bytes(("text", "number"), rows).decode()
    header, *read = csv.reader(io.StringIO(content, newline=""))
    assert header == ["text", "number"]
    assert read == [[text, str(number)] for text, number in rows]
