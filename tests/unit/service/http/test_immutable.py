"""What never changes is sent once."""

import pytest
from starlette.requests import Request

from service.http.immutable import immutable


def answer(header: str | None, content: bytes = b"content") -> tuple[int, bytes, str]:
    """Status, body and ETag of an answer to a request with this If-None-Match."""
    headers = [] if header is None else [(b"if-none-match", header.encode())]
    response = immutable(Request({"type": "http", "headers": headers}), content, "text/plain")
    return response.status_code, bytes(response.body), response.headers["etag"]


def test_other_content_has_another_tag() -> None:
    assert answer(None)[2] != answer(None, b"other")[2]


@pytest.mark.parametrize("form", ["{}", "W/{}", '"a", {}', '"a",W/{} , "b"'])
def test_whoever_has_it_is_not_sent_it_again(form: str) -> None:
    status, body, etag = answer(None)
    assert (status, body) == (200, b"content")
    assert answer(form.format(etag)) == (304, b"", etag)


@pytest.mark.parametrize("header", ["", '""', '"a"', "content", "W/"])
def test_whoever_has_something_else_is_sent_it(header: str) -> None:
    assert answer(header)[:2] == (200, b"content")
