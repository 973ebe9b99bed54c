"""Every error over HTTP in one shape: application/problem+json (RFC 9457).

Nothing of the request's body or query is echoed: an error body must not carry what a respondent wrote.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from privacy.errors import BudgetExceeded, ContractBroken, Invalid, Refused, SottovoceError
from privacy.errors import Problem as Fault
from service.errors import ServiceError

TYPE_PREFIX = "urn:sottovoce:problem:"
MEDIA_TYPE = "application/problem+json"
_TITLES = {404: "Not found", 405: "Method not allowed", 413: "Body too large", 415: "Unsupported media type"}
_log = logging.getLogger("sottovoce.http")


class FaultModel(BaseModel):
    """One of several faults in what was sent."""

    id: str
    place: str
    message: str
    remedy: str
    line: int | None = None
    severity: Literal["error", "warning"] = "error"


class ProblemModel(BaseModel):
    """The body of every error."""

    type: str = Field(examples=[TYPE_PREFIX + "not-found"])
    title: str
    status: int
    detail: str
    problems: list[FaultModel] = Field(default_factory=list)


def problem_body(status: int, kind: str, title: str, detail: str, faults: Sequence[Fault] = ()) -> bytes:
    """The bytes of a problem document."""
    value: dict[str, Any] = {"type": TYPE_PREFIX + kind, "title": title, "status": status, "detail": detail}
    if faults:
        value["problems"] = [asdict(fault) for fault in faults]
    return json.dumps(value, ensure_ascii=False).encode()


def describe(error: SottovoceError) -> tuple[int, bytes]:
    """Status and body for an error that was raised on purpose."""
    match error:
        case Invalid():
            faults = sum(problem.severity == "error" for problem in error.problems)
            detail = f"{faults} fault{'s' * (faults != 1)}; nothing was stored"
            return 422, problem_body(422, "invalid", "Invalid input", detail, error.problems)
        case Refused():
            return 422, problem_body(422, "refused", "Refused", str(error))
        case BudgetExceeded():
            return 409, problem_body(409, "budget-exceeded", "Privacy budget exceeded", str(error))
        case ContractBroken():
            return 409, problem_body(409, "contract-broken", "Contract broken", str(error))
        case ServiceError():
            return error.status, problem_body(error.status, error.kind, error.title, str(error))
        case _:
            return 500, problem_body(500, "internal", "Internal error", str(error))


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error in this shape."""

    async def on_purpose(_request: Request, error: Exception) -> Response:
        assert isinstance(error, SottovoceError)  # noqa: S101 - narrows the type for the handler's signature
        status, body = describe(error)
        return _response(status, body)

    async def validation(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        faults = [
            Fault(
                "request",
                _place(fault["loc"], fault["type"]),
                fault["msg"],
                "see the API description",
            )
            for fault in error.errors()
        ]
        return _response(*describe(Invalid(faults)))

    async def routing(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        title = _TITLES.get(error.status_code, "Request refused")
        kind = title.lower().replace(" ", "-")
        detail = "see /api/v1/openapi.json for what this service answers"
        return _response(error.status_code, problem_body(error.status_code, kind, title, detail))

    async def unforeseen(request: Request, error: Exception) -> Response:
        # The route's template and the error's class: enough to find a fault, and nothing anybody sent.
        route = getattr(request.scope.get("route"), "path", "?")
        _log.error("unforeseen %s in %s %s", type(error).__name__, request.method, route)
        detail = "the service met an error it did not foresee; nothing was stored, tell its operator"
        return _response(500, problem_body(500, "internal", "Internal error", detail))

    app.add_exception_handler(SottovoceError, on_purpose)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, routing)
    app.add_exception_handler(Exception, unforeseen)


def _response(status: int, body: bytes) -> Response:
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route declares in OpenAPI for its errors."""
    return {
        status: {"description": "A problem (RFC 9457)", "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
        for status in statuses
    }


def _place(location: Sequence[str | int], kind: str) -> str:
    # The last part of an unknown field's place is its name, which whoever sent it chose.
    known = location[:-1] if kind == "extra_forbidden" else location
    return ".".join(str(part) for part in known)


def describe_faults(openapi: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI description in which every error is a problem, FastAPI's own kind of 422 among them."""
    schemas = openapi.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for model in (ProblemModel, FaultModel):
        described = model.model_json_schema(ref_template="#/components/schemas/{model}")
        described.pop("$defs", None)
        schemas[model.__name__] = described
    for operations in openapi["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    response["content"] = {MEDIA_TYPE: {"schema": _SCHEMA}}
    return openapi


_SCHEMA = {"$ref": "#/components/schemas/ProblemModel"}
