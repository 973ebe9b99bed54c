"""The audit log over HTTP, for admins."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.auth import ADMINS, require
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency
from service.http.problem import responses
from service.store import audit_log
from service.store.unit_of_work import reading


class AuditEntryModel(BaseModel):
    """What somebody of staff did."""

    model_config = ConfigDict(from_attributes=True)

    position: int = Field(examples=[1])
    at: str = Field(description="The minute, UTC.", examples=["2026-03-02T08:00:00Z"])
    actor: str = Field(
        description="A member of staff (`u-`), an API key (`k-`), `schedule` or `machine`.",
        examples=["u-h5jx2ozq7w3a"],
    )
    action: str = Field(examples=["open wave"])
    subject: str = Field(description="What it was done to.", examples=["w-h5jx2ozq7w3a"])
    detail: dict[str, Any] = Field(description="Never anything of a respondent.")
    previous: str = Field(description="The digest of the entry before; 64 zeros for the first.")
    digest: str = Field(description="SHA-256 over all the other fields, in hex.")


def router() -> APIRouter:
    """GET /api/v1/audit."""
    routes = APIRouter(prefix="/api/v1", tags=["audit"], dependencies=[Depends(require(*ADMINS))])

    @routes.get(
        "/audit",
        operation_id="get_audit",
        summary="Read what staff did",
        responses=responses(401, 403, 422, 503),
    )
    def get_audit(
        context: Annotated[Context, Depends(context_of)], page: PagingDependency
    ) -> PageModel[AuditEntryModel]:
        """Newest first. Each entry holds the digest of the one before it, so that none can be changed."""
        after = page.after(int)
        with reading(context.main) as tx:
            rows = audit_log.page_of_entries(tx, None if after is None else int(after[0]), page.limit + 1)
        rows, cursor = page.cut(rows, lambda row: (row.position,))
        return PageModel(items=[AuditEntryModel.model_validate(row) for row in rows], next=cursor)

    return routes
