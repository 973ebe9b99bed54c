"""The audit log as a page, newest first, for auditors and admins."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from service.accounts.sessions import require_session
from service.http.context import Context, context_of
from service.store import audit_log, staff, staff_users
from service.store.unit_of_work import reading
from service.web.render import page

_ROWS = 100


def router() -> APIRouter:
    """/audit."""
    routes = APIRouter(dependencies=[Depends(require_session("admin", "auditor"))])

    @routes.get("/audit")
    def show(
        request: Request,
        context: Annotated[Context, Depends(context_of)],
        before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    ) -> Response:
        with reading(context.main) as tx:
            rows = audit_log.page_of_entries(tx, before, _ROWS + 1)
            names = {user.id: f"{user.name}, {user.email}" for user in staff_users.all_users(tx)}
            names |= {key.id: key.name for key in staff.page_of_keys(tx, None, 1000)}
        shown = rows[:_ROWS]
        return page(
            request,
            "accounts/audit.html",
            rows=shown,
            names=names,
            older=shown[-1].position if len(rows) > _ROWS else None,
            newest=before is None,
        )

    return routes
