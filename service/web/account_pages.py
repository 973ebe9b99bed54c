"""A member of staff's own page: their sessions, and a new start with password and authenticator."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from service.accounts import audit
from service.accounts.one_time_links import address_of, make_link
from service.accounts.sessions import StaffSession, check_csrf, require_session, sessions_of
from service.accounts.signing_in import check_credentials
from service.errors import NotSignedIn
from service.http.context import Context, context_of
from service.store import sign_in, staff_sessions, staff_users
from service.store.unit_of_work import reading, unit_of_work
from service.web.render import page

ContextDependency = Annotated[Context, Depends(context_of)]
SignedIn = Annotated[StaffSession, Depends(require_session())]
Text = Annotated[str, Form(max_length=1000)]


def router() -> APIRouter:
    """/account, for everybody of staff."""
    routes = APIRouter(prefix="/account", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def show(request: Request, context: ContextDependency, session: SignedIn) -> Response:
        return _account_page(request, context, session)

    @routes.post("/end-session")
    def end_one(context: ContextDependency, session: SignedIn, which: Text) -> Response:
        with unit_of_work(context.main) as tx:
            for row in sessions_of(tx, context, session.user_id):
                if row.digest.hex() == which:
                    staff_sessions.end(tx, row.digest)
            audit.record(tx, context, session, "end session", session.user_id)
        return RedirectResponse("/account", status_code=303)

    @routes.post("/end-others")
    def end_others(context: ContextDependency, session: SignedIn) -> Response:
        with unit_of_work(context.main) as tx:
            staff_sessions.end_all(tx, session.user_id, but=session.digest)
            audit.record(tx, context, session, "end other sessions", session.user_id)
        return RedirectResponse("/account", status_code=303)

    @routes.post("/new-start")
    def new_start(
        request: Request, context: ContextDependency, session: SignedIn, password: Text, code: Text
    ) -> Response:
        try:
            check_credentials(context, session.email, password, code)
        except NotSignedIn as error:
            return _account_page(request, context, session, 403, str(error))
        with unit_of_work(context.main) as tx:
            token = make_link(tx, context.clock, staff_users.get_user(tx, session.user_id))
            audit.record(tx, context, session, "make link", session.user_id)
        return RedirectResponse(address_of("", token), status_code=303)

    return routes


def _account_page(
    request: Request, context: Context, session: StaffSession, status: int = 200, refusal: str = ""
) -> Response:
    with reading(context.main) as tx:
        user = staff_users.get_user(tx, session.user_id)
        sessions = sessions_of(tx, context, session.user_id)
        left = sign_in.recovery_codes_left(tx, session.user_id)
    return page(
        request,
        "accounts/account.html",
        status,
        refusal=refusal,
        has_password=user.password_hash is not None,
        codes_left=left,
        sessions=[
            {
                "name": row.digest.hex(),
                "created": _readable(row.created),
                "last_used": _readable(row.last_used),
                "expires": _readable(row.expires),
                "this": row.digest == session.digest,
            }
            for row in sessions
        ],
    )


def _readable(moment: str) -> str:
    return moment[:16].replace("T", " ")
