"""Channels of anonymous feedback as pages: the list, the form that makes and changes one."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from privacy.errors import Invalid, SottovoceError
from service.accounts.sessions import check_csrf
from service.errors import Conflict, ServiceError
from service.feedback import channels
from service.feedback.channel_terms import DAYS, LINES, LONGEST, LONGEST_LINE, PARTS
from service.store.tables_feedback import ChannelRow
from service.web.channel_form import (
    LABELS,
    SUGGESTED,
    fields_of,
    fields_of_wanted,
    places_of,
    rows_of,
    wanted_of,
)
from service.web.program_forms import NO_FAULTS, ContextDependency, Faults, Owner, Reader, Sent, faults_of
from service.web.render import page


def router() -> APIRouter:
    """/channels, /channels/new and /channels/{channel}/edit."""
    routes = APIRouter(prefix="/channels", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def list_channels(request: Request, context: ContextDependency, _: Reader) -> Response:
        return page(request, "channels/list.html", channels=channels.all_views(context))

    @routes.get("/new")
    def new(request: Request, _: Owner) -> Response:
        return _form(request, None, SUGGESTED)

    @routes.post("/new")
    def create(request: Request, context: ContextDependency, by: Owner, sent: Sent) -> Response:
        wanted = wanted_of(sent)
        try:
            made = channels.create(context, by, wanted)
        except (Invalid, Conflict) as error:
            return _form(request, None, fields_of_wanted(wanted), form_faults(error))
        return RedirectResponse(f"/channels/{made.row.id}", status_code=303)

    @routes.get("/{channel}/edit")
    def edit(request: Request, context: ContextDependency, _: Owner, channel: str) -> Response:
        row = channels.view(context, channel).row
        return _form(request, row, fields_of(row))

    @routes.post("/{channel}/edit")
    def change(request: Request, context: ContextDependency, by: Owner, channel: str, sent: Sent) -> Response:
        wanted = wanted_of(sent)
        try:
            channels.change(context, by, channel, wanted)
        except (Invalid, Conflict) as error:
            row = channels.view(context, channel).row
            return _form(request, row, fields_of_wanted(wanted), form_faults(error))
        return RedirectResponse(f"/channels/{channel}", status_code=303)

    return routes


def form_faults(error: SottovoceError) -> Faults:
    """What a refusal says at the fields of a form whose names are the whole places."""
    if isinstance(error, Invalid):
        return Faults(tuple(error.problems), 422)
    assert isinstance(error, ServiceError)  # noqa: S101 - narrows the type
    return faults_of(error)


def _form(
    request: Request, row: ChannelRow | None, fields: Mapping[str, str], faults: Faults = NO_FAULTS
) -> Response:
    return page(
        request,
        "channels/form.html",
        faults.status,
        channel=row,
        base="/channels/new" if row is None else f"/channels/{row.id}",
        sent=fields,
        parts=PARTS,
        lines=LINES,
        labels=LABELS,
        days=DAYS,
        longest={True: LONGEST_LINE, False: LONGEST},
        rows=rows_of(fields),
        places=places_of(fields),
        problems=faults.problems,
    )
