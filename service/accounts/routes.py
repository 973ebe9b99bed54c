"""API keys over HTTP: an admin makes, lists and revokes them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from service.accounts import key_changes
from service.accounts.api_keys import Role
from service.accounts.auth import ADMINS, AdminCaller, require
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency
from service.http.problem import responses
from service.store import staff
from service.store.unit_of_work import reading, unit_of_work

ContextDependency = Annotated[Context, Depends(context_of)]
_LARGEST = 4096  # bytes


class NewKeyModel(BaseModel):
    """A key to make."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(
        description="Whose key it is, for the list of keys.",
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        examples=["people analytics"],
    )
    role: Role = Field(description="What it may do.", examples=["service"])


class KeyModel(BaseModel):
    """An API key, without the key."""

    model_config = ConfigDict(from_attributes=True)

    id: str = Field(examples=["k-h5jx2ozq7w3a"])
    name: str = Field(examples=["people analytics"])
    role: Role
    created_on: date
    revoked: bool


class CreatedKeyModel(KeyModel):
    """An API key, this once with the key."""

    key: str = Field(
        description="Keep it: it is not stored and cannot be shown again.", examples=["sv_0123..."]
    )


def router() -> APIRouter:
    """/api/v1/keys, for admins."""
    routes = APIRouter(prefix="/api/v1/keys", tags=["keys"], dependencies=[Depends(require(*ADMINS))])

    @routes.post(
        "",
        status_code=201,
        operation_id="create_key",
        summary="Make an API key",
        responses=responses(401, 403, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(NewKeyModel)}}),
    )
    def create_key(
        by: AdminCaller,
        body: Annotated[Body, Depends(raw_body((JSON,), _LARGEST))],
        context: ContextDependency,
        response: Response,
    ) -> CreatedKeyModel:
        """The answer is the only time the key is shown; the service stores a digest of it."""
        response.headers["Cache-Control"] = "no-store"
        wanted = parsed(NewKeyModel, body.content)
        with unit_of_work(context.main) as tx:
            row, key = key_changes.make_key(tx, context.clock, by, name=wanted.name, role=wanted.role)
        return CreatedKeyModel(**KeyModel.model_validate(row).model_dump(), key=key)

    @routes.get(
        "", operation_id="list_keys", summary="List the API keys", responses=responses(401, 403, 422, 503)
    )
    def list_keys(context: ContextDependency, page: PagingDependency) -> PageModel[KeyModel]:
        """Revoked keys stay in the list, so that their names can be looked up."""
        after = page.after(str)
        with reading(context.main) as tx:
            rows = staff.page_of_keys(tx, None if after is None else str(after[0]), page.limit + 1)
        rows, cursor = page.cut(rows, lambda row: (row.id,))
        return PageModel(items=[KeyModel.model_validate(row) for row in rows], next=cursor)

    @routes.delete(
        "/{key}",
        status_code=204,
        operation_id="revoke_key",
        summary="Revoke an API key",
        responses=responses(401, 403, 404, 409, 422, 503),
    )
    def revoke_key(by: AdminCaller, key: str, context: ContextDependency) -> None:
        """It is refused from the next request on. The last admin key cannot be revoked."""
        with unit_of_work(context.main) as tx:
            key_changes.revoke_key(tx, context.clock, by, key)

    return routes
