"""Forms that are sent before anybody is signed in: a cookie and a field that belong together."""

import hmac
import secrets
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from privacy.canonical import b64u
from service.accounts.cookies import cookie_key, read_cookie, set_cookie, sign
from service.accounts.sessions import check_origin
from service.errors import NotAllowed
from service.http.context import Context, context_of
from service.web.render import page

_COOKIE = "form"
_BYTES = 16


def form_page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page whose form carries a token that goes with the cookie of the same answer."""
    context = context_of(request)
    nonce = read_cookie(request, _COOKIE) or b64u(secrets.token_bytes(_BYTES))
    response = page(request, name, status, **values, csrf=_token(context, nonce))
    set_cookie(response, context, _COOKIE, nonce)
    return response


async def check_form(request: Request) -> None:
    """FastAPI dependency: the form came from a page of this service. Raises NotAllowed."""
    check_origin(request)
    nonce = read_cookie(request, _COOKIE)
    sent = (await request.form()).get("csrf")
    expected = None if nonce is None else _token(context_of(request), nonce)
    if (
        expected is None
        or not isinstance(sent, str)
        or not hmac.compare_digest(sent.encode(), expected.encode())
    ):
        raise NotAllowed(
            "the form is too old, or your browser keeps no cookies; reload the page and try again"
        )


def _token(context: Context, nonce: str) -> str:
    return sign(cookie_key(context.settings), "form token", nonce)
