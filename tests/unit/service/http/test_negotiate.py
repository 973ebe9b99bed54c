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


TEXTS = st.text(st.characters(codec="utf-8")) | st.text("=+-@\t\r0159.e＝", max_size=6)
RUNS = tuple("=+-@\t\r＝＋－＠")


@given(st.lists(st.tuples(TEXTS, st.integers() | st.floats(allow_nan=False)), max_size=5))
def test_csv_reads_back_and_no_text_is_a_formula(rows: list[tuple[str, float]]) -> None:
    content = csv_bytes(("text", "number"), rows).decode()
    header, *read = csv.reader(io.StringIO(content, newline=""))
    assert header == ["text", "number"]
    assert [number for _, number in read] == [str(number) for _, number in rows]
    for (shown, _), (text, _) in zip(read, rows, strict=True):
        assert shown in (text, f"'{text}")
        assert not shown.startswith(RUNS) or float(shown) is not None


@pytest.mark.parametrize("text", ["=1+1", "+49 30 1234", "-2+3", "@SUM(A1)", "\t=1", "＝1"])
def test_a_formula_is_shown_and_not_calculated(text: str) -> None:
    assert next(csv.reader([csv_bytes(("=a",), [(text,)]).decode().partition("\r\n")[2]])) == [f"'{text}"]


def test_numbers_stay_numbers() -> None:
    assert (
        csv_bytes(("a",), [("-0.25",), (-0.25,), ("+1e-3",), (None,)])
        == b'a\r\n-0.25\r\n-0.25\r\n+1e-3\r\n""\r\n'
    )
