"""API keys as pages, for admins."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from service.accounts.api_keys import ROLES, Role
from service.accounts.key_changes import make_key, revoke_key
from service.accounts.sessions import StaffSession, check_csrf, require_session
from service.http.context import Context, context_of
from service.store import staff
from service.store.unit_of_work import reading, unit_of_work
from service.web.render import page

ContextDependency = Annotated[Context, Depends(context_of)]
Admin = Annotated[StaffSession, Depends(require_session("admin"))]
_MOST = 1000
KeyName = Annotated[str, Form(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


def router() -> APIRouter:
    """/staff/keys, for admins."""
    routes = APIRouter(prefix="/staff/keys", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def show(request: Request, context: ContextDependency, _: Admin) -> Response:
        return _keys_page(request, context)

    @routes.post("")
    def make(
        request: Request,
        context: ContextDependency,
        admin: Admin,
        name: KeyName,
        role: Annotated[Role, Form()],
    ) -> Response:
        with unit_of_work(context.main) as tx:
            _, key = make_key(tx, context.clock, admin, name=name, role=role)
        return _keys_page(request, context, key)

    @routes.post("/{key}/revoke")
    def revoke(context: ContextDependency, admin: Admin, key: str) -> Response:
        with unit_of_work(context.main) as tx:
            revoke_key(tx, context.clock, admin, key)
        return RedirectResponse("/staff/keys", status_code=303)

    return routes


def _keys_page(request: Request, context: Context, made: str = "") -> Response:
    with reading(context.main) as tx:
        keys = staff.page_of_keys(tx, None, _MOST)
    return page(request, "accounts/keys.html", keys=keys, roles=ROLES, made=made)
