"""How people hear of a wave: what is wished while it is a draft, and what became of it."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from privacy.errors import Invalid
from service.accounts.sessions import check_csrf
from service.distribution.hearing import hearing_of, wish
from service.distribution.hearing_routes import WishModel, hearing_model
from service.errors import Conflict
from service.http.context import Context
from service.web.program_forms import (
    NO_FAULTS,
    ContextDependency,
    Faults,
    Owner,
    Reader,
    Sent,
    faults_of,
    read,
    texts_of,
)
from service.web.render import page

REMINDERS = ("reminder1", "reminder2")


def router() -> APIRouter:
    """/waves/{wave}/distribution."""
    routes = APIRouter(prefix="/waves/{wave}/distribution", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def show(request: Request, context: ContextDependency, _: Reader, wave: str) -> Response:
        return _page(request, context, wave, None)

    @routes.post("")
    def put(request: Request, context: ContextDependency, by: Owner, wave: str, sent: Sent) -> Response:
        times = [f"{text}:00Z" for text in texts_of(sent, REMINDERS).values() if text]
        value = {
            "mail": bool(sent.get("mail")),
            "reminders": times,
            "announce": sent.get("announce", []),
            "thermometer": bool(sent.get("thermometer")),
        }
        try:
            wish(context, by, wave, read(WishModel, value).wish())
        except (Invalid, Conflict) as error:
            return _page(request, context, wave, sent, faults_of(error))
        return RedirectResponse(f"/waves/{wave}/distribution", status_code=303)

    return routes


def _page(
    request: Request,
    context: Context,
    wave: str,
    sent: Mapping[str, list[str]] | None,
    faults: Faults = NO_FAULTS,
) -> Response:
    hearing = hearing_of(context, wave)
    model = hearing_model(hearing)
    if sent is None:
        times = [f"{moment:%Y-%m-%dT%H:%M}" for moment in model.reminders]
        sent = {name: [text] for name, text in zip(REMINDERS, times, strict=False)}
        sent |= {"mail": ["yes"] if model.mail else [], "announce": list(model.announce)}
        sent |= {"thermometer": ["yes"] if model.thermometer else []}
    settings = context.settings
    return page(
        request,
        "pulses/distribution.html",
        faults.status,
        wave=hearing.wave,
        hearing=model,
        sent={
            **texts_of(sent, REMINDERS),
            **{name: sent.get(name, []) for name in ("mail", "announce", "thermometer")},
        },
        chats=[name for name in ("slack", "teams") if getattr(settings, f"{name}_webhook") is not None],
        problems=faults.problems,
    )
