"""Signing in at the company's OpenID Connect issuer: there and back."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from service.accounts.cookies import read_cookie, remove_cookie, set_cookie
from service.accounts.oidc import CALLBACK, MINUTES, finish, read_pending, start
from service.accounts.oidc_users import user_of
from service.accounts.signing_in import signed_in
from service.errors import NotAllowed
from service.http.context import Context, context_of
from service.store.unit_of_work import unit_of_work
from service.web.sign_in import continue_page, own_path

_COOKIE = "oidc"
ContextDependency = Annotated[Context, Depends(context_of)]


def router() -> APIRouter:
    """/sign-in/oidc and its callback."""
    routes = APIRouter()

    @routes.get("/sign-in/oidc")
    def there(context: ContextDependency, next: str = "/") -> Response:  # noqa: A002
        address, pending = start(context.settings, context.clock, own_path(next))
        response = RedirectResponse(address, status_code=303)
        # The way back is a navigation from another site, on which only a lax cookie is sent.
        set_cookie(response, context, _COOKIE, pending.text(), same_site="lax", seconds=MINUTES * 60)
        return response

    @routes.get(CALLBACK)
    def back(
        request: Request,
        context: ContextDependency,
        state: str = "",
        code: str = "",
        iss: str | None = None,
    ) -> Response:
        kept = read_cookie(request, _COOKIE)
        pending = None if kept is None else read_pending(kept, context.clock)
        if pending is None or not hmac.compare_digest(pending.state.encode(), state.encode()):
            raise NotAllowed("this sign-in was not started in this browser, or too long ago; start again")
        if not code or iss not in (None, context.settings.oidc_issuer):
            raise NotAllowed("the issuer did not sign you in; start again, or ask your operator")
        identity = finish(context.settings, context.clock, pending, code)
        # Set here, the strict cookie is sent only with requests of this site: so the page goes on by itself.
        response = continue_page(request, own_path(pending.next))
        with unit_of_work(context.main) as tx:
            signed_in(tx, context, user_of(tx, context, identity), response, "OpenID Connect")
        remove_cookie(response, context, _COOKIE)
        return response

    return routes
