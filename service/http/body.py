"""Bodies that are read by hand: after the caller is known, up to a limit, by their media type.

FastAPI reads a declared body before it asks who sends it, and names unknown fields in its errors; here
nothing that was sent comes back.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from fastapi import Request
from pydantic import BaseModel, ValidationError

from privacy.errors import Invalid, Problem
from service.errors import ServiceError, TooLarge

JSON = "application/json"
CSV = "text/csv"
Model = TypeVar("Model", bound=BaseModel)


class UnsupportedMedia(ServiceError):  # noqa: N818 - named as a person would say it
    """The body is of a type that this address does not read."""

    status, kind, title = 415, "unsupported-media-type", "Unsupported media type"


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of a body and its media type, in small letters and without parameters."""

    media_type: str
    content: bytes


def raw_body(media_types: Sequence[str], limit: int) -> Callable[[Request], Awaitable[Body]]:
    """A FastAPI dependency: the body. Raises UnsupportedMedia, and TooLarge beyond ``limit`` bytes."""

    async def read(request: Request) -> Body:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in media_types:
            raise UnsupportedMedia(f"send the body with the content type {' or '.join(media_types)}")
        content = bytearray()
        async for chunk in request.stream():
            content += chunk
            if len(content) > limit:
                raise TooLarge(f"the body has more than {limit} bytes")
        return Body(media_type, bytes(content))

    return read


def parsed(model: type[Model], content: bytes) -> Model:
    """``content`` as JSON of this model. Raises Invalid with every fault, naming declared fields alone."""
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
    problems = [_problem(fault["type"], fault["loc"], fault["msg"]) for fault in faults]
    raise Invalid(dict.fromkeys(problems))


def _problem(kind: str, place: tuple[int | str, ...], message: str) -> Problem:
    if kind == "extra_forbidden":
        place, message = place[:-1], "it has a field that is not known here"
    if kind == "json_invalid":
        message = "it is not JSON"
    where = ".".join(str(part) for part in place) or "body"
    return Problem("request", where, message, "see the API description")


def request_body(contents: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a route that reads its body by hand declares in OpenAPI: a schema and an example a media type."""
    return {"requestBody": {"required": True, "content": contents}}


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a body that is read by hand, whole: nothing in it refers to another place."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    return cast(dict[str, Any], _whole(schema, parts))


def _whole(value: Any, parts: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_whole(item, parts) for item in value]
    if not isinstance(value, dict):
        return value
    here = {key: _whole(item, parts) for key, item in value.items() if key != "$ref"}
    if "$ref" in value:
        return {**_whole(parts[value["$ref"].rpartition("/")[2]], parts), **here}
    return here
