"""The pages' application: everything that is not the API. Its errors are pages that say what to do."""

import json
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from privacy.errors import SottovoceError
from service.errors import NotSignedIn, TooLarge
from service.http import problem
from service.http.context import Context
from service.http.headers import SecurityHeaders
from service.registrar.issuer_keys import IssuerKeys
from service.web import (
    account_pages,
    action_pages,
    api_docs,
    assets,
    audit_pages,
    channel_page,
    channel_pages,
    channel_said_page,
    chart_routes,
    distribution_page,
    evidence_pages,
    feedback_links_page,
    feedback_statistics_page,
    inbox_pages,
    inbox_routes,
    key_pages,
    ledger_page,
    letters_page,
    oidc_pages,
    owner_home,
    owner_plan,
    owner_surveys,
    owner_waves,
    program_comparison_page,
    program_evaluation_page,
    program_objectives_page,
    program_outside_page,
    program_page,
    program_pages,
    program_participants_page,
    program_plan_page,
    report_routes,
    respondent,
    results_pages,
    schedule_page,
    sign_in,
    staff_pages,
    static_files,
)
from service.web.policy import PAGE_HEADERS
from service.web.render import html, page

_TOLD = {
    404: ("Page not found", "there is no page at this address; check the link you followed"),
    405: ("Not possible here", "this address cannot be used in this way; use the page's own buttons"),
}


def web_app(context: Context, keys: IssuerKeys) -> FastAPI:
    """An application that serves the pages of this process. ``keys`` open and close waves."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.context = context
    app.state.issuer_keys = keys
    problem.install(app)
    app.add_exception_handler(SottovoceError, _on_purpose)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _routing)
    for router in _routers():
        app.include_router(router)
    app.add_middleware(SecurityHeaders, refusal=_too_large)
    return app


def _routers() -> list[APIRouter]:
    return [
        respondent.router(),  # before the files, whose addresses its texts have
        static_files.router(),
        assets.router(),
        api_docs.router(),
        sign_in.router(),
        oidc_pages.router(),
        account_pages.router(),
        staff_pages.router(),
        key_pages.router(),
        audit_pages.router(),
        owner_home.router(),
        owner_surveys.router(),
        owner_plan.router(),
        schedule_page.router(),
        letters_page.router(),
        distribution_page.router(),
        owner_waves.router(),
        action_pages.router(),
        results_pages.router(),
        ledger_page.router(),
        chart_routes.router(),
        report_routes.router(),
        program_comparison_page.router(),  # before the programs, one of which its address could name
        program_pages.router(),
        program_page.router(),
        program_participants_page.router(),
        program_objectives_page.router(),
        program_outside_page.router(),
        program_plan_page.router(),
        program_evaluation_page.router(),
        evidence_pages.router(),
        feedback_statistics_page.router(),
        channel_pages.router(),
        channel_said_page.router(),
        feedback_links_page.router(),
        channel_page.router(),  # after those whose addresses a channel's could be
        inbox_pages.router(),
        inbox_routes.router(),
    ]


class PagesBesideApi:
    """Sends what is under /api to one application and everything else to the other."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api, self._pages = api, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry."""
        is_page = scope["type"] == "http" and not f"{scope['path']}/".startswith("/api/")
        await (self._pages if is_page else self._api)(scope, receive, send)


async def _on_purpose(request: Request, error: Exception) -> Response:
    assert isinstance(error, SottovoceError)  # noqa: S101 - narrows the type for the handler's signature
    is_page = not request.url.path.startswith(inbox_routes.PREFIX)
    if isinstance(error, NotSignedIn) and request.method == "GET" and is_page:
        return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", status_code=303)
    return _error_page(request, *problem.describe(error))


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    detail = "a field of the form is missing or of the wrong kind; go back and fill it in again"
    return _error_page(request, 422, problem.problem_body(422, "invalid", "Invalid input", detail))


async def _routing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == 400 and "exceeded maximum size" in str(error.detail):
        return _error_page(request, *problem.describe(TooLarge("the form has more than 1 MiB of text")))
    unread = ("Not understood", "the form could not be read; send it again")
    title, detail = _TOLD.get(error.status_code, unread)
    body = problem.problem_body(error.status_code, title.lower().replace(" ", "-"), title, detail)
    return _error_page(request, error.status_code, body)


def _too_large(error: TooLarge) -> tuple[dict[str, str], bytes]:
    """The refusal of a body that no application has read, so nobody knows who sent it."""
    values: dict[str, Any] = {"staff": None, "csrf": "", "path": "", "problems": [], "title": error.title}
    text = html("error.html", "en", "staff", detail=f"{error}; nothing was stored", **values)
    return {**PAGE_HEADERS, "Content-Type": "text/html; charset=utf-8"}, text.encode()


def _error_page(request: Request, status: int, body: bytes) -> Response:
    if request.url.path.startswith(inbox_routes.PREFIX):  # a page's script asks, and reads it
        return Response(body, status, {"Cache-Control": "no-store"}, problem.MEDIA_TYPE)
    value: dict[str, Any] = json.loads(body)
    return page(
        request,
        "error.html",
        status,
        title=value["title"],
        detail=value["detail"],
        problems=value.get("problems", []),
    )
