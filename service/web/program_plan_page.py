"""All the waves of a program at once: what each would cost, what a year would, and drafting them."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from privacy.errors import BudgetExceeded, Invalid, Problem, Refused
from privacy.pairing import EPSILON as PAIRING_EPSILON
from privacy.planner import MERGE_AT
from service.accounts.sessions import StaffSession, check_csrf
from service.errors import Conflict
from service.http.context import Context
from service.programs.program_view import BASELINE, END, LATER
from service.programs.wave_plan import plan_waves
from service.programs.wave_plan_models import OPEN_DAYS, WavePlanAnswerModel, WavePlanModel
from service.programs.wave_plan_routes import answer_of
from service.store import program_waves, programs
from service.store.unit_of_work import reading
from service.surveys.terms import EPSILON, RETENTION_DAYS, K
from service.web.program_detectable import CouldDetect, could_detect
from service.web.program_forms import (
    NO_FAULTS,
    ContextDependency,
    Faults,
    Owner,
    Sent,
    faults_of,
    number,
    read,
    texts_of,
)
from service.web.program_survey import survey_choices
from service.web.render import page

NUMBERS = ("epsilon", "k", "merge_at", "retention_days", "open_days")
TEXTS = (*NUMBERS, "first_opens_at", "others", "people", "rate", "pairing_epsilon")
USUAL = {BASELINE: None, END: 0, LATER[0]: 1, LATER[1]: 3}  # months after the program's end, by label


def router() -> APIRouter:
    """/programs/{program}/plan"""
    routes = APIRouter(prefix="/programs/{program}/plan", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def form(request: Request, context: ContextDependency, _: Owner, program: str) -> Response:
        return _page(request, context, program, None)

    @routes.post("")
    def plan(request: Request, context: ContextDependency, by: Owner, program: str, sent: Sent) -> Response:
        dry_run = sent.get("do") != ["draft"]
        try:
            answer = _planned(context, by, program, sent, dry_run=dry_run)
            found = could_detect(context, program, sent) if dry_run else None
        except (Invalid, Refused, BudgetExceeded, Conflict) as error:
            return _page(request, context, program, sent, faults=faults_of(error))
        if dry_run:
            return _page(request, context, program, sent, answer=answer, detectable=found)
        return RedirectResponse(f"/programs/{program}", status_code=303)

    return routes


def _planned(
    context: Context, by: StaffSession, program: str, sent: Mapping[str, list[str]], *, dry_run: bool
) -> WavePlanAnswerModel:
    wanted = read(WavePlanModel, _wanted(sent, _used(context, program)))
    plan = plan_waves(context, by, program, wanted.wish(), dry_run=dry_run)
    return answer_of(plan, context.settings.cap_epsilon, dry_run=dry_run)


def _used(context: Context, program: str) -> set[str]:
    """Labels of the waves that the program has."""
    with reading(context.main) as tx:
        return {label for label, _ in program_waves.waves_of_program(tx, program)}


def _wanted(sent: Mapping[str, list[str]], used: set[str]) -> dict[str, Any]:
    """WavePlanModel's fields; the waves in the order in which they open. Raises Invalid."""
    texts = texts_of(sent, TEXTS)
    value: dict[str, Any] = {
        name: number(texts[name], whole=name != "epsilon") for name in NUMBERS if texts[name]
    }
    if texts["first_opens_at"]:
        value["first_opens_at"] = f"{texts['first_opens_at']}:00Z"
    waves: list[dict[str, Any]] = [{"label": label} for label in USUAL if label in sent.get("wave", [])]
    labels = (f"other-{place}" for place in range(1, 1000) if f"other-{place}" not in used)
    months = [part.strip() for part in texts["others"].replace(";", ",").split(",") if part.strip()]
    others = [
        {"label": label, "months": number(month, whole=True)}
        for label, month in zip(labels, months, strict=False)
    ]
    if any(isinstance(one["months"], str) for one in others):
        message, remedy = "these are not whole months", "write them as 6, 12"
        raise Invalid([Problem("form", "others", message, remedy)])
    if paired := [_measure(one) for one in sent.get("paired", [])]:
        value["pairing"] = {"measures": paired}
        if texts["pairing_epsilon"]:
            value["pairing"]["epsilon"] = number(texts["pairing_epsilon"])
    return value | {"waves": sorted([*waves, *others], key=_when)}


def _measure(text: str) -> dict[str, str | None]:
    kind, _, ref = text.partition(":")
    return {"question": ref if kind == "item" else None, "theme": ref if kind == "theme" else None}


def _when(wave: Mapping[str, Any]) -> float:
    months = wave.get("months", USUAL.get(wave["label"]))
    return float(months) if isinstance(months, int) else -1.0


def _page(
    request: Request,
    context: Context,
    program: str,
    sent: Mapping[str, list[str]] | None,
    *,
    answer: WavePlanAnswerModel | None = None,
    detectable: CouldDetect | None = None,
    faults: Faults = NO_FAULTS,
) -> Response:
    with reading(context.main) as tx:
        row = programs.get_program(tx, program)
        attached = [label for label, _ in program_waves.waves_of_program(tx, program)]
        survey = survey_choices(tx, row.survey_id)
    usual = {"epsilon": EPSILON, "k": K, "merge_at": MERGE_AT, "retention_days": RETENTION_DAYS}
    if sent is None:
        sent = {name: [f"{value:g}"] for name, value in {**usual, "open_days": OPEN_DAYS}.items()}
        sent |= {"pairing_epsilon": [f"{PAIRING_EPSILON:g}"]}
        sent |= {"wave": [label for label in USUAL if label not in attached]}
    return page(
        request,
        "programs/plan.html",
        faults.status,
        base=f"/programs/{program}",
        name=row.name,
        program=row,
        attached=attached,
        labels=[label for label in USUAL if label not in attached],
        sent={**texts_of(sent, TEXTS), "wave": sent.get("wave", []), "paired": sent.get("paired", [])},
        measures=() if survey is None else survey.measures,
        answer=answer,
        detectable=detectable,
        problems=faults.problems,
    )
