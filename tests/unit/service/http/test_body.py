"""Bodies that are read by hand: by type, up to a limit, and never told back."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from privacy.errors import Invalid
from service.errors import TooLarge
from service.http.body import Body, UnsupportedMedia, parsed, raw_body, schema_of


class Thing(BaseModel):
    """A body of one name and one number."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    number: int


def read(media_type: str | None, chunks: Sequence[bytes], limit: int = 10) -> Body:
    """The body that arrives in these chunks."""
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    headers = [] if media_type is None else [(b"content-type", media_type.encode())]
    request = Request({"type": "http", "headers": headers}, receive)
    return asyncio.run(raw_body(("application/json", "text/csv"), limit)(request))


def test_a_body_up_to_the_limit_is_read_in_one_piece() -> None:
    body = read("Text/CSV; charset=utf-8", [b"abcde", b"", b"fghij"])
    assert body == Body("text/csv", b"abcdefghij")


def test_a_body_beyond_the_limit_is_refused_though_its_length_was_not_declared() -> None:
    with pytest.raises(TooLarge):
        read("text/csv", [b"abcde", b"fghij", b"k"])


@pytest.mark.parametrize("media_type", [None, "", "text/plain", "application/json-patch", "json"])
def test_another_media_type_is_refused(media_type: str | None) -> None:
    with pytest.raises(UnsupportedMedia):
        read(media_type, [b"a"])


def test_every_fault_is_told() -> None:
    with pytest.raises(Invalid) as caught:
        parsed(Thing, b'{"name": 5, "secret": 1, "other": 2}')
    places = [(problem.place, problem.message) for problem in caught.value.problems]
    assert [place for place, _ in places] == ["name", "number", "body"]
    assert "secret" not in str(caught.value)


@given(st.binary(max_size=30))
def test_any_bytes_are_a_thing_or_invalid(content: bytes) -> None:
    try:
        thing = parsed(Thing, content)
    except Invalid:
        return
    assert isinstance(thing.number, int)


def test_a_schema_refers_to_nothing_outside_itself() -> None:
    class Pair(BaseModel):
        """Two things."""

        first: Thing
        more: list[Thing] = []

    schema = schema_of(Pair)
    assert "$" not in str(schema)
    assert schema["properties"]["first"]["required"] == ["name", "number"]
    assert schema["properties"]["more"]["items"]["properties"]["name"]["type"] == "string"
