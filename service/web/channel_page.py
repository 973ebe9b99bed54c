"""One channel: what senders read, who handles it, the state of its keys; opening and closing it."""

import hashlib

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from privacy.errors import Invalid
from service.accounts.sessions import check_csrf
from service.errors import Conflict, NotFound
from service.feedback import channels
from service.feedback.channel_terms import PARTS
from service.http.context import Context
from service.store import staff_users
from service.store.unit_of_work import reading
from service.web.channel_form import LABELS
from service.web.channel_pages import form_faults
from service.web.program_forms import NO_FAULTS, ContextDependency, Faults, Owner, Reader, Sent, texts_of
from service.web.render import page


def router() -> APIRouter:
    """/channels/{channel} and what changes it."""
    routes = APIRouter(prefix="/channels", dependencies=[Depends(check_csrf)])

    @routes.get("/{channel}")
    def show(request: Request, context: ContextDependency, _: Reader, channel: str) -> Response:
        return _page(request, context, channel)

    @routes.post("/{channel}/state")
    def set_state(
        request: Request, context: ContextDependency, by: Owner, channel: str, sent: Sent
    ) -> Response:
        try:
            channels.change(context, by, channel, texts_of(sent, ("state",)))
        except (Invalid, Conflict) as error:
            return _page(request, context, channel, form_faults(error))
        return RedirectResponse(f"/channels/{channel}", status_code=303)

    @routes.post("/{channel}/handlers")
    def name(request: Request, context: ContextDependency, by: Owner, channel: str, sent: Sent) -> Response:
        texts = texts_of(sent, ("user", "name"))
        try:
            channels.name_handler(context, by, channel, texts["user"], texts["name"])
        except (Invalid, Conflict, NotFound) as error:
            return _page(request, context, channel, form_faults(error))
        return RedirectResponse(f"/channels/{channel}", status_code=303)

    @routes.post("/{channel}/handlers/{user}/remove")
    def remove(  # noqa: PLR0917 - one argument a part of the request
        request: Request, context: ContextDependency, by: Owner, channel: str, user: str, sent: Sent
    ) -> Response:
        lose = texts_of(sent, ("lose",))["lose"] == "yes"
        try:
            channels.remove_handler(context, by, channel, user, lose=lose)
        except Conflict as error:
            return _page(request, context, channel, form_faults(error), losing=user)
        return RedirectResponse(f"/channels/{channel}", status_code=303)

    return routes


def fingerprint(point: bytes) -> str:
    """What people compare of a public key by phone: the first 16 bytes of its SHA-256, as the inbox shows."""
    digits = hashlib.sha256(point).hexdigest()[:32]
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _page(
    request: Request, context: Context, channel: str, faults: Faults = NO_FAULTS, losing: str = ""
) -> Response:
    view = channels.view(context, channel)
    with reading(context.main) as tx:
        people = {user.id: user for user in staff_users.all_users(tx)}
    handling = {handler.user_id for handler in view.handlers}
    return page(
        request,
        "channels/show.html",
        faults.status,
        channel=view.row,
        view=view,
        base=f"/channels/{channel}",
        name=view.row.notice["name"]["en"],
        parts=PARTS,
        labels=LABELS,
        fingerprint=fingerprint,
        people=people,
        free=[user for user in people.values() if user.id not in handling and not user.disabled],
        losing=losing,
        problems=faults.problems,
        places={"user": "Member of staff", "name": "Name that senders are told"},
    )
