"""Schedules of surveys over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from service.accounts.auth import ANALYSTS, OwnerCaller, require
from service.distribution.schedule_answers import ScheduledModel, YearModel, scheduled_model, year_model
from service.distribution.schedule_models import ScheduleModel
from service.distribution.schedules import (
    end_schedule,
    get_schedule,
    pause_schedule,
    resume_schedule,
    set_schedule,
    year_of_schedule,
)
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.problem import responses
from service.store import surveys
from service.store.unit_of_work import reading
from service.surveys.definition_file import load

_LARGEST = 64 * 1024  # bytes
ContextDependency = Annotated[Context, Depends(context_of)]
ScheduleBody = Annotated[Body, Depends(raw_body((JSON,), _LARGEST))]


def router() -> APIRouter:
    """/api/v1/surveys/{survey}/schedule and what is done with it."""
    routes = APIRouter(prefix="/api/v1/surveys/{survey}/schedule", tags=["schedules"])
    analyst = [Depends(require(*ANALYSTS))]

    @routes.put(
        "",
        operation_id="set_schedule",
        summary="Have a survey's waves come by themselves",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(ScheduleModel)}}),
    )
    def put_schedule(
        by: OwnerCaller,
        survey: str,
        body: ScheduleBody,
        context: ContextDependency,
        dry_run: Annotated[bool, Query(description="Compute the year, and store nothing.")] = False,
    ) -> YearModel:
        """In place of the one there was; what was decided of its dates stays. The answer is its year."""
        wanted = parsed(ScheduleModel, body.content)
        with reading(context.main) as tx:
            definition, _ = load(surveys.get_survey(tx, survey).source)
        year = set_schedule(context, by, survey, wanted.schedule(definition), dry_run=dry_run)
        return year_model(year, context.settings.cap_epsilon, dry_run=dry_run)

    @routes.get(
        "",
        dependencies=analyst,
        operation_id="get_schedule",
        summary="Read a survey's schedule",
        responses=responses(401, 403, 404, 422, 503),
    )
    def read_schedule(survey: str, context: ContextDependency) -> ScheduledModel:
        """And what became of its dates."""
        return scheduled_model(get_schedule(context, survey))

    @routes.get(
        "/year",
        dependencies=analyst,
        operation_id="get_schedule_year",
        summary="List the next twelve months with their loss",
        responses=responses(401, 403, 404, 422, 503),
    )
    def read_year(survey: str, context: ContextDependency) -> YearModel:
        """Every date to come, whom it asks for how much, and what it costs them beside everything else."""
        return year_model(year_of_schedule(context, survey), context.settings.cap_epsilon, dry_run=True)

    @routes.post(
        "/pause",
        operation_id="pause_schedule",
        summary="Pause a schedule",
        responses=responses(401, 403, 404, 409, 422, 503),
    )
    def pause(by: OwnerCaller, survey: str, context: ContextDependency) -> ScheduledModel:
        """Drafts that have not opened are deleted; an open wave closes at its time."""
        return scheduled_model(pause_schedule(context, by, survey))

    @routes.post(
        "/resume",
        operation_id="resume_schedule",
        summary="Resume a paused schedule",
        responses=responses(401, 403, 404, 409, 422, 503),
    )
    def resume(by: OwnerCaller, survey: str, context: ContextDependency) -> ScheduledModel:
        """Dates that passed meanwhile are skipped."""
        return scheduled_model(resume_schedule(context, by, survey))

    @routes.delete(
        "",
        status_code=204,
        operation_id="end_schedule",
        summary="End a schedule",
        responses=responses(401, 403, 404, 409, 422, 503),
    )
    def end(by: OwnerCaller, survey: str, context: ContextDependency) -> None:
        """Drafts that have not opened are deleted; waves that have opened are as they are."""
        end_schedule(context, by, survey)

    return routes
