"""The pages of signing in and out, and of one-time links."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup

from privacy.errors import Invalid, Problem
from service.accounts import audit
from service.accounts.cookies import cookie_key
from service.accounts.joining import Joining, enter, join
from service.accounts.one_time_links import OneTimeLink, read_link
from service.accounts.second_factor import provisioning_uri, qr_svg, readable_secret, totp_secret
from service.accounts.sessions import (
    SessionDependency,
    StaffSession,
    check_csrf,
    end_session,
    require_session,
)
from service.accounts.signing_in import check_credentials, signed_in
from service.errors import NotSignedIn
from service.http.context import Context, context_of
from service.store.unit_of_work import reading, unit_of_work
from service.web.form_token import check_form, form_page
from service.web.render import page

ContextDependency = Annotated[Context, Depends(context_of)]
Text = Annotated[str, Form(max_length=1000)]


def router() -> APIRouter:
    """/sign-in, /sign-out and /join/{token}."""
    routes = APIRouter()
    checked = [Depends(check_form)]

    @routes.get("/sign-in")
    def ask(
        request: Request,
        context: ContextDependency,
        session: SessionDependency,
        next: str = "/",  # noqa: A002
    ) -> Response:
        if session is not None:
            return RedirectResponse(own_path(next), status_code=303)
        if request.headers.get("sec-fetch-site") == "cross-site":
            return continue_page(request, f"/sign-in?next={quote(own_path(next))}")
        return _sign_in_page(request, context, 200, next)

    @routes.post("/sign-in", dependencies=checked)
    def sign_in(
        request: Request,
        context: ContextDependency,
        *,
        email: Text,
        password: Text,
        code: Text,
        next: Text = "/",  # noqa: A002
    ) -> Response:
        try:
            user = check_credentials(context, email, password, code)
        except NotSignedIn as error:
            return _sign_in_page(request, context, 401, next, str(error))
        response = RedirectResponse(own_path(next), status_code=303)
        with unit_of_work(context.main) as tx:
            signed_in(tx, context, user, response, "password")
        return response

    @routes.post("/sign-out", dependencies=[Depends(check_csrf)])
    def sign_out(
        context: ContextDependency, session: Annotated[StaffSession, Depends(require_session())]
    ) -> Response:
        response = RedirectResponse("/sign-in", status_code=303)
        with unit_of_work(context.main) as tx:
            end_session(tx, context, session, response)
            audit.record(tx, context, session, "sign out", session.user_id)
        return response

    @routes.get("/join/{token}")
    def show_link(request: Request, context: ContextDependency, token: str) -> Response:
        with reading(context.main) as tx:
            link = read_link(tx, context.clock, token)
        if link.purpose == "enter":
            return form_page(request, "accounts/enter.html", person=link.user.name if link.user else "")
        return _join_page(request, context, token, link)

    @routes.post("/join/{token}", dependencies=checked)
    def use_link(
        request: Request,
        context: ContextDependency,
        token: str,
        *,
        email: Text = "",
        name: Text = "",
        password: Text = "",
        code: Text = "",
    ) -> Response:
        with reading(context.main) as tx:
            link = read_link(tx, context.clock, token)
        if link.purpose == "enter":
            response: Response = RedirectResponse("/", status_code=303)
            enter(context, token, response)
            return response
        try:
            cookies = Response()
            codes = join(context, token, link, Joining(email, name, password, code), cookies)
        except Invalid as error:
            return _join_page(request, context, token, link, email=email, name=name, problems=error.problems)
        response = page(request, "accounts/recovery_codes.html", codes=codes)
        response.raw_headers += [pair for pair in cookies.raw_headers if pair[0] == b"set-cookie"]
        return response

    return routes


def own_path(text: str) -> str:
    """``text`` if it is a path of this service, else the first page: nobody is sent elsewhere."""
    fits = (
        text.startswith("/") and not text.startswith(("//", "/\\")) and text.isascii() and text.isprintable()
    )
    return text if fits and " " not in text and "\\" not in text else "/"


def continue_page(request: Request, path: str) -> Response:
    """A page that goes on by itself: this site asks then, so the browser sends its strict cookie."""
    return page(request, "accounts/continue.html", address=path)


def _sign_in_page(
    request: Request, context: Context, status: int, next_path: str, refusal: str = ""
) -> Response:
    return form_page(
        request,
        "accounts/sign_in.html",
        status,
        next=own_path(next_path),
        refusal=refusal,
        issuer=context.settings.oidc_issuer,
    )


def _join_page(
    request: Request,
    context: Context,
    token: str,
    link: OneTimeLink,
    *,
    email: str = "",
    name: str = "",
    problems: tuple[Problem, ...] = (),
) -> Response:
    secret = totp_secret(cookie_key(context.settings), token)
    account = link.user.email if link.user is not None else email or "administrator"
    return form_page(
        request,
        "accounts/join.html",
        422 if problems else 200,
        known=link.user,
        email=link.user.email if link.user is not None else email,
        person=name or (link.user.name if link.user is not None else ""),
        problems={problem.place: problem for problem in problems},
        secret=readable_secret(secret),
        # The markup is made of numbers alone: nothing of the account's text stands in it.
        picture=Markup(qr_svg(provisioning_uri(secret, account))),  # noqa: S704
    )
