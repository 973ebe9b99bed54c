"""You said, we did: what handlers wrote of conversations, and whether everybody reads it."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from privacy.errors import Invalid
from service.accounts.sessions import check_csrf
from service.feedback import channels, said
from service.http.context import Context
from service.web.channel_pages import form_faults
from service.web.program_forms import NO_FAULTS, ContextDependency, Faults, Owner, Reader, Sent, texts_of
from service.web.render import page

_PUBLISHED: Mapping[str, bool | None] = {"yes": True, "no": False}


def router() -> APIRouter:
    """/channels/said and what changes an entry."""
    routes = APIRouter(prefix="/channels/said", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def show(request: Request, context: ContextDependency, _: Reader) -> Response:
        return _page(request, context)

    @routes.post("/{entry}")
    def change(request: Request, context: ContextDependency, by: Owner, entry: str, sent: Sent) -> Response:
        texts = texts_of(sent, ("state", "published"))
        published = _PUBLISHED.get(texts["published"])
        try:
            said.change(context, by, entry, state=texts["state"] or None, published=published)
        except Invalid as error:
            return _page(request, context, form_faults(error))
        return RedirectResponse("/channels/said", status_code=303)

    @routes.post("/{entry}/delete")
    def delete(context: ContextDependency, by: Owner, entry: str) -> Response:
        said.remove(context, by, entry)
        return RedirectResponse("/channels/said", status_code=303)

    return routes


def _page(request: Request, context: Context, faults: Faults = NO_FAULTS) -> Response:
    rows = [view.row for view in channels.all_views(context)]
    return page(
        request,
        "channels/said.html",
        faults.status,
        entries=said.all_of(context),
        names={row.id: row.notice["name"]["en"] for row in rows},
        themes={(row.id, theme["id"]): theme["text"]["en"] for row in rows for theme in row.themes},
        states=said.STATES,
        problems=faults.problems,
        places={},
    )
