"""A survey's letters: what they say, and words of its own."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from privacy.errors import Invalid
from service.accounts.sessions import check_csrf
from service.distribution.letter_routes import Which
from service.distribution.letter_words import Template
from service.distribution.letters import PLACES
from service.distribution.own_letters import drop_letter, letters_of, preview, put_letter
from service.distribution.trial_letter import send_trial
from service.errors import Conflict, Unavailable
from service.http.context import Context
from service.web.program_forms import (
    NO_FAULTS,
    ContextDependency,
    Faults,
    Owner,
    Reader,
    Sent,
    faults_of,
    texts_of,
)
from service.web.render import page


def router() -> APIRouter:
    """/surveys/{survey}/letters and /surveys/{survey}/letters/{kind}/{language}."""
    routes = APIRouter(prefix="/surveys/{survey}/letters", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def show(request: Request, context: ContextDependency, _: Reader, survey: str) -> Response:
        letters = letters_of(context, survey)
        return page(request, "pulses/letters.html", base=f"/surveys/{survey}", letters=letters)

    @routes.get("/{kind}/{language}")
    def edit(
        request: Request, context: ContextDependency, _: Owner, survey: str, kind: str, language: str
    ) -> Response:
        return _one(request, context, Which(survey, kind, language))

    @routes.post("/{kind}/{language}")
    def change(request: Request, context: ContextDependency, by: Owner, sent: Sent) -> Response:
        survey, kind, language = (request.path_params[name] for name in ("survey", "kind", "language"))
        back = RedirectResponse(f"/surveys/{survey}/letters", status_code=303)
        if sent.get("do") == ["usual"]:
            drop_letter(context, by, survey, kind=kind, language=language)
            return back
        template = Template(**texts_of(sent, ("subject", "text")))
        to = texts_of(sent, ("to",))["to"]
        which = Which(survey, kind, language)
        try:
            if sent.get("do") == ["store"]:
                put_letter(context, by, survey, template, kind=kind, language=language)
                return back
            if sent.get("do") == ["trial"]:
                send_trial(context, by, survey, to, template, kind=kind, language=language)
                return _one(request, context, which, template, to=to, trial_sent=True)
        except (Invalid, Conflict, Unavailable) as error:
            return _one(request, context, which, template, faults_of(error), to=to)
        return _one(request, context, which, template, to=to)

    return routes


def _one(
    request: Request,
    context: Context,
    which: Which,
    template: Template | None = None,
    faults: Faults = NO_FAULTS,
    *,
    to: str = "",
    trial_sent: bool = False,
) -> Response:
    survey, kind, language = which.survey, which.kind, which.language
    letter = None
    if not faults.problems:
        try:
            letter = preview(context, survey, template, kind=kind, language=language)
        except Invalid as error:
            if template is None:
                raise
            faults = faults_of(error)
    if template is None:
        letters = letters_of(context, survey)
        template = next(one.template for one in letters if (one.kind, one.language) == (kind, language))
    return page(
        request,
        "pulses/letter.html",
        faults.status,
        base=f"/surveys/{survey}/letters",
        kind=kind,
        language=language,
        template=template,
        letter=letter,
        places=", ".join(f"{{{name}}}" for name in PLACES),
        problems=faults.problems,
        to=to,
        trial_sent=trial_sent,
        mail_server=context.settings.smtp_host is not None,
    )
