"""The planner as a page: what a wave would say and cost, its alternatives side by side, and drafting it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from privacy.contract import minute
from privacy.errors import BudgetExceeded, Invalid, Problem, Refused
from service.accounts.sessions import StaffSession, check_csrf, require_session, this_minute
from service.errors import Conflict
from service.http.context import Context, context_of
from service.store import surveys
from service.store.unit_of_work import reading
from service.surveys.definition_file import load
from service.surveys.drafts import draft_wave
from service.surveys.plan_routes import plan_answer
from service.surveys.wave_bodies import NewWaveModel, TermsModel
from service.web.owner_home import title_of
from service.web.owner_surveys import problems_of
from service.web.render import page
from service.web.wave_terms import NUMBERS, breakdowns_of, usual_numbers

ContextDependency = Annotated[Context, Depends(context_of)]
Owner = Annotated[StaffSession, Depends(require_session("admin", "owner"))]
TIMES = ("opens_at", "closes_at")
WEEK = timedelta(days=7)


def router() -> APIRouter:
    """/surveys/{survey}/plan"""
    routes = APIRouter(prefix="/surveys", dependencies=[Depends(check_csrf)])

    @routes.get("/{survey}/plan")
    def form(request: Request, context: ContextDependency, _: Owner, survey: str) -> Response:
        return _page(request, context, survey, {})

    @routes.post("/{survey}/plan")
    async def plan(request: Request, context: ContextDependency, by: Owner, survey: str) -> Response:
        sent = await request.form()
        fields = {key: value for key, value in sent.items() if isinstance(value, str)}
        fields["breakdowns"] = "\n".join(str(one) for one in sent.getlist("breakdown"))
        return await run_sync(_answer, request, context, by, survey, fields)

    return routes


def _answer(
    request: Request, context: Context, by: StaffSession, survey: str, fields: Mapping[str, str]
) -> Response:
    try:
        if fields.get("do") == "draft":
            row = draft_wave(context, survey, _wishes(NewWaveModel, fields), by)
            return RedirectResponse(f"/waves/{row.id}", status_code=303)
        answer = plan_answer(context, survey, _wishes(TermsModel, fields))
    except (Invalid, Refused, BudgetExceeded, Conflict) as error:
        status = 409 if isinstance(error, BudgetExceeded | Conflict) else 422
        return _page(request, context, survey, fields, problems=problems_of(error), status=status)
    return _page(request, context, survey, fields, answer=answer)


def _wishes(model: type[TermsModel], fields: Mapping[str, str]) -> dict[str, Any]:
    """The terms that a form asks for, with times if ``model`` has them. Raises Invalid with every fault."""
    value: dict[str, Any] = {}
    problems = []
    for name in NUMBERS:
        text = fields.get(name, "").strip()
        if not text:
            continue
        try:
            value[name] = float(text) if name == "epsilon" else int(text)
        except ValueError:
            problems.append(Problem("request", name, "it is not a number", "write it in digits"))
    for name in TIMES if model is NewWaveModel else ():
        text = fields.get(name, "").strip()
        value[name] = f"{text}:00Z" if text and "Z" not in text else text
    if fields.get("breakdowns") is not None and fields.get("chosen"):
        named = [line.split("&") for line in fields["breakdowns"].splitlines() if line]
        value["tables"] = [[], *named]
    if fields.get("allow_empty") == "yes":
        value["allow_empty"] = True
    if problems:
        raise Invalid(problems)
    try:
        return model.model_validate(value).wishes()
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        raise Invalid(
            Problem("request", ".".join(map(str, fault["loc"])), fault["msg"], "correct this field")
            for fault in faults
        ) from None


def _page(
    request: Request,
    context: Context,
    survey: str,
    fields: Mapping[str, str],
    *,
    answer: Any = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    with reading(context.main) as tx:
        row = surveys.get_survey(tx, survey)
    definition, _ = load(row.source)
    breakdowns = breakdowns_of(definition)
    now = this_minute(context.clock)
    usual = {
        "opens_at": minute(now + timedelta(minutes=5))[:16],
        "closes_at": minute(now + WEEK)[:16],
        **usual_numbers(),
        "breakdowns": "\n".join(breakdowns),
    }
    texts = {one.id: one.text[definition.languages[0]] for one in definition.attributes}
    values = {**usual, **fields}
    return page(
        request,
        "owner/plan.html",
        status,
        survey=row,
        title=title_of(row),
        values=values,
        tables=list(breakdowns.items()),
        wanted=values["breakdowns"].splitlines(),
        answer=answer,
        texts=texts,
        questions={one.id: one.text[definition.languages[0]] for one in definition.questions},
        problems=problems,
    )
