"""Staff, for admins: who they are, inviting them, their roles, and shutting somebody out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from privacy.errors import Invalid, Problem
from service.accounts.sessions import STAFF_ROLES, StaffRole, StaffSession, check_csrf, require_session
from service.accounts.staff_changes import change_role, invite, new_link, set_disabled
from service.errors import Conflict
from service.http.context import Context, context_of
from service.store import staff_users
from service.store.unit_of_work import reading, unit_of_work
from service.web.render import page

ContextDependency = Annotated[Context, Depends(context_of)]
Admin = Annotated[StaffSession, Depends(require_session("admin"))]
Text = Annotated[str, Form(max_length=1000)]


def router() -> APIRouter:
    """/staff, for admins."""
    routes = APIRouter(prefix="/staff", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def show(request: Request, context: ContextDependency, _: Admin) -> Response:
        return _staff_page(request, context)

    @routes.post("/invite")
    def post_invitation(
        request: Request,
        context: ContextDependency,
        admin: Admin,
        *,
        email: Text,
        name: Text,
        role: Annotated[StaffRole, Form()],
    ) -> Response:
        try:
            with unit_of_work(context.main) as tx:
                link = invite(tx, context.clock, admin, email=email, name=name, role=role)
        except Invalid as error:
            return _staff_page(request, context, 422, email=email, person=name, problems=error.problems)
        except Conflict as error:
            known = Problem("known", "email", str(error), "find them in the list below")
            return _staff_page(request, context, 409, email=email, person=name, problems=(known,))
        return _link_page(request, context, email, link)

    @routes.post("/{user}/link")
    def post_link(request: Request, context: ContextDependency, admin: Admin, user: str) -> Response:
        with unit_of_work(context.main) as tx:
            email, link = new_link(tx, context.clock, admin, user)
        return _link_page(request, context, email, link)

    @routes.post("/{user}/role")
    def post_role(
        context: ContextDependency, admin: Admin, user: str, role: Annotated[StaffRole, Form()]
    ) -> Response:
        with unit_of_work(context.main) as tx:
            change_role(tx, context.clock, admin, user, role)
        return RedirectResponse("/staff", status_code=303)

    @routes.post("/{user}/disable")
    def post_disable(context: ContextDependency, admin: Admin, user: str) -> Response:
        with unit_of_work(context.main) as tx:
            set_disabled(tx, context.clock, admin, user, True)
        return RedirectResponse("/staff", status_code=303)

    @routes.post("/{user}/enable")
    def post_enable(context: ContextDependency, admin: Admin, user: str) -> Response:
        with unit_of_work(context.main) as tx:
            set_disabled(tx, context.clock, admin, user, False)
        return RedirectResponse("/staff", status_code=303)

    return routes


def _staff_page(
    request: Request,
    context: Context,
    status: int = 200,
    *,
    email: str = "",
    person: str = "",
    problems: tuple[Problem, ...] = (),
) -> Response:
    with reading(context.main) as tx:
        users = staff_users.all_users(tx)
    return page(
        request,
        "accounts/staff.html",
        status,
        users=users,
        roles=STAFF_ROLES,
        email=email,
        person=person,
        problems={problem.place: problem for problem in problems},
    )


def _link_page(request: Request, context: Context, email: str, link: str) -> Response:
    return page(request, "accounts/link.html", email=email, link=f"{context.settings.link_base}/join/{link}")
