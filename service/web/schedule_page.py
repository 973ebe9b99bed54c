"""A survey's schedule: the form, the year that would follow, and what became of its dates."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from privacy.errors import BudgetExceeded, Invalid, Refused
from privacy.survey import Survey
from service.accounts.sessions import check_csrf
from service.distribution.schedule import CADENCES
from service.distribution.schedule_answers import YearModel, scheduled_model, year_model
from service.distribution.schedule_models import ScheduleModel
from service.distribution.schedules import (
    Scheduled,
    end_schedule,
    get_schedule,
    pause_schedule,
    resume_schedule,
    set_schedule,
    year_of_schedule,
)
from service.errors import Conflict, NotFound
from service.http.context import Context
from service.store import surveys
from service.store.unit_of_work import reading
from service.surveys.definition_file import load
from service.web.program_forms import (
    NO_FAULTS,
    ContextDependency,
    Faults,
    Owner,
    Reader,
    Sent,
    faults_of,
    read,
)
from service.web.render import page
from service.web.schedule_form import sent_for, shown, usual, wanted_of
from service.web.wave_terms import breakdowns_of

STEPS = {"pause": pause_schedule, "resume": resume_schedule}


def router() -> APIRouter:
    """/surveys/{survey}/schedule and what is done with it."""
    routes = APIRouter(prefix="/surveys/{survey}/schedule", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def show(request: Request, context: ContextDependency, _: Reader, survey: str) -> Response:
        return _page(request, context, survey, None)

    @routes.post("")
    def put(request: Request, context: ContextDependency, by: Owner, survey: str, sent: Sent) -> Response:
        dry_run = sent.get("do") != ["start"]
        definition, before = _found(context, survey)
        try:
            value = wanted_of(sent, definition, before.schedule if before else None)
            wanted = read(ScheduleModel, value).schedule(definition)
            year = set_schedule(context, by, survey, wanted, dry_run=dry_run)
        except (Invalid, Refused, BudgetExceeded, Conflict) as error:
            return _page(request, context, survey, sent, faults=faults_of(error))
        if dry_run:
            answer = year_model(year, context.settings.cap_epsilon, dry_run=True)
            return _page(request, context, survey, sent, answer=answer)
        return RedirectResponse(f"/surveys/{survey}/schedule", status_code=303)

    @routes.post("/{step}")
    def do(context: ContextDependency, by: Owner, survey: str, step: str, sent: Sent) -> Response:
        if step in STEPS:
            STEPS[step](context, by, survey)
        elif step == "end" and sent.get("sure") == ["yes"]:
            end_schedule(context, by, survey)
        elif step != "end":
            raise NotFound("a schedule is paused, resumed or ended")
        return RedirectResponse(f"/surveys/{survey}/schedule", status_code=303)

    return routes


def _found(context: Context, survey: str) -> tuple[Survey, Scheduled | None]:
    """A survey's definition, and its schedule if it has one. Raises NotFound."""
    with reading(context.main) as tx:
        definition, _ = load(surveys.get_survey(tx, survey).source)
    try:
        return definition, get_schedule(context, survey)
    except NotFound:
        return definition, None


def _page(
    request: Request,
    context: Context,
    survey: str,
    sent: Mapping[str, list[str]] | None,
    *,
    answer: YearModel | None = None,
    faults: Faults = NO_FAULTS,
) -> Response:
    definition, found = _found(context, survey)
    language = definition.languages[0]
    if sent is None:
        sent = usual(definition) if found is None else sent_for(found.schedule, definition)
        answer = _year(context, survey) if found is not None else None
    settings = context.settings
    values: dict[str, Any] = {
        "base": f"/surveys/{survey}",
        "survey_id": survey,
        "found": None if found is None else scheduled_model(found),
        "sent": shown(sent),
        "cadences": CADENCES,
        "language": language,
        "questions": [(one.id, one.text[language]) for one in definition.questions],
        "tables": list(breakdowns_of(definition).items()),
        "answer": answer,
        "problems": faults.problems,
        "mail_server": settings.smtp_host is not None,
        "chats": [name for name in ("slack", "teams") if getattr(settings, f"{name}_webhook") is not None],
    }
    return page(request, "pulses/schedule.html", faults.status, **values)


def _year(context: Context, survey: str) -> YearModel:
    return year_model(year_of_schedule(context, survey), context.settings.cap_epsilon, dry_run=True)
