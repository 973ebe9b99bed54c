"""A wave's page: its contract word for word, opening it, its links, participation, closing it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from privacy.contract import Manifest
from privacy.errors import SottovoceError
from privacy.guarantee import guarantee_of, in_words, right_guess
from privacy.manifest_reader import read_manifest
from privacy.mechanism import micro_rho_for, sigma_of
from privacy.plan import design_of
from privacy.survey import Survey
from service.accounts.sessions import StaffSession, check_csrf, require_session
from service.charts.link_code import code_of
from service.errors import Conflict
from service.http.context import Context, context_of
from service.http.negotiate import CSV_TYPE, PDF, csv_bytes
from service.registrar.cards import cards_pdf, check_number, kiosk_pdf, make_kiosk_codes
from service.registrar.invitation_routes import make_links
from service.store import surveys, waves
from service.store.unit_of_work import reading
from service.surveys.definition_file import load
from service.surveys.drafts import delete_draft
from service.surveys.lifecycle import close_wave, open_wave
from service.surveys.wave_models import PlanModel
from service.surveys.wave_routes import describe
from service.web.owner_home import NEXT, readable, title_of
from service.web.render import page

ContextDependency = Annotated[Context, Depends(context_of)]
Owner = Annotated[StaffSession, Depends(require_session("admin", "owner"))]
Reader = Annotated[StaffSession, Depends(require_session("admin", "owner", "analyst", "auditor"))]

_LEAST_SIGMA = 100.0  # every design's noise is wider; docs/decisions/0004-count-gate.md


def router() -> APIRouter:
    """/waves/{wave}/..."""
    routes = APIRouter(prefix="/waves", dependencies=[Depends(check_csrf)])

    @routes.get("/{wave}")
    def show(request: Request, context: ContextDependency, _: Reader, wave: str) -> Response:
        return _page(request, context, wave)

    @routes.post("/{wave}/open")
    def open_now(
        request: Request,
        context: ContextDependency,
        by: Owner,
        wave: str,
        agreed: Annotated[str, Form()] = "",
    ) -> Response:
        if agreed != "yes":
            return _page(
                request, context, wave, "tick the box that you have read the contract, then open", 422
            )
        return _step(
            request, context, wave, lambda: open_wave(context, request.app.state.issuer_keys, wave, by)
        )

    @routes.post("/{wave}/close")
    def close_now(request: Request, context: ContextDependency, by: Owner, wave: str) -> Response:
        return _step(
            request, context, wave, lambda: close_wave(context, request.app.state.issuer_keys, wave, by)
        )

    @routes.post("/{wave}/delete")
    def delete(request: Request, context: ContextDependency, by: Owner, wave: str) -> Response:
        try:
            survey = delete_draft(context, wave, by)
        except Conflict as error:
            return _page(request, context, wave, str(error), error.status)
        return RedirectResponse(f"/surveys/{survey}", status_code=303)

    @routes.post("/{wave}/links")
    def links(
        request: Request,
        context: ContextDependency,
        by: Owner,
        wave: str,
        form: Annotated[str, Form()] = "csv",
    ) -> Response:
        try:
            if form != "csv":
                check_number(context, wave)
            if form == "kiosk":
                return _file(kiosk_pdf(context, wave, make_kiosk_codes(context, wave, by)), "codes.pdf")
            made = make_links(context, wave, by)
        except Conflict as error:
            return _page(request, context, wave, str(error), error.status)
        if form == "pdf":
            return _file(cards_pdf(context, wave, made), "cards.pdf")
        if form == "cards":
            cards = [(person, link, code_of(link)) for person, link in made]
            return page(request, "owner/cards.html", cards=cards)
        return _file(csv_bytes(("person", "link"), made), "links.csv", CSV_TYPE)

    return routes


def _file(content: bytes, name: str, media_type: str = PDF) -> Response:
    """A file that is given out once, so it is offered to be stored."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


def _step(request: Request, context: Context, wave: str, step: Any) -> Response:
    try:
        row = step()
    except SottovoceError as error:
        return _page(request, context, wave, str(error), getattr(error, "status", 409))
    return RedirectResponse(f"/waves/{row.id}", status_code=303)


def _chances(manifest: Manifest | None, plan: PlanModel) -> list[str]:
    """How often a guess about somebody is right, in words; for a draft, rounded up a little further."""
    if manifest is not None:
        design = design_of(manifest.questions, manifest.attributes, manifest.policy)
        promised = guarantee_of(design, manifest.policy, manifest.pairing)
        return [relation["words"] for relation in promised.values()]
    loss, sigma = plan.loss, _LEAST_SIGMA
    if plan.chosen is not None:
        # The counts alone: the questions add to the length, and so to the noise.
        squared = sum(count**2 for count in plan.chosen.weights["counts"])
        sigma = max(sigma, sigma_of(squared, loss.micro_rho))
    answers = micro_rho_for(loss.epsilon_answers, loss.delta)
    return [
        in_words(name, right_guess(micro_rho, sigma, gates * loss.delta_gate))
        for name, micro_rho, gates in (("presence", loss.micro_rho, 1), ("answers", answers, 2))
    ]


def _paired(plan: PlanModel, survey: Survey, language: str) -> list[str | None]:
    """What is compared with another wave, person by person; None is all questions together."""
    texts = {one.id: one.text[language] for one in survey.questions}
    texts |= {one.id: one.text[language] for one in survey.themes}
    measures = () if plan.pairing is None else plan.pairing.measures
    names = [one.question or one.theme for one in measures]
    return [None if name is None else texts.get(name, name) for name in names]


def _page(
    request: Request, context: Context, wave: str, problem: str | None = None, status: int = 200
) -> Response:
    with reading(context.main) as tx:
        row = waves.find(tx, wave)
        survey = surveys.get_survey(tx, row.survey_id)
    definition, _ = load(row.source)
    manifest = None if row.manifest is None or row.wave is None else read_manifest(row.manifest, row.wave)
    asked = manifest.questions if manifest is not None else definition.questions
    language = definition.languages[0]
    texts = {one.id: one.text[language] for one in definition.attributes}
    model = describe(context, row)
    return page(
        request,
        "owner/wave.html",
        status,
        problem=problem,
        wave=model,
        links_made=row.links_made,
        drawn=row.drawn,
        drawn_on=row.drawn_on,
        title=title_of(survey),
        survey=survey.id,
        next=NEXT[row.state],
        chances=_chances(manifest, model.plan),
        opens=readable(row.opens_at),
        closes=readable(row.closes_at),
        questions=asked,
        language=language,
        paired=_paired(model.plan, definition, language),
        tables=[" × ".join(texts.get(name, name) for name in table) for table in model.plan.tables if table],
        attributes=[
            one for one in definition.attributes if any(one.id in table for table in model.plan.tables)
        ],
    )
