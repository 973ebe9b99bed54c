"""How much a survey's people are asked for, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from service.accounts.auth import ANALYSTS, require
from service.clock import today
from service.http.context import Context, context_of
from service.http.problem import responses
from service.store import rosters, surveys
from service.store.unit_of_work import reading
from service.surveys.definition_file import load
from service.surveys.load_models import SurveyLoadModel
from service.surveys.load_summary import load_of


def router() -> APIRouter:
    """GET /api/v1/surveys/{survey}/load."""
    routes = APIRouter(prefix="/api/v1/surveys", tags=["roster"])

    @routes.get(
        "/{survey}/load",
        dependencies=[Depends(require(*ANALYSTS))],
        operation_id="get_load",
        summary="Read how much the people on a roster are asked for",
        responses=responses(401, 403, 404, 422, 503),
    )
    def get_load(
        survey: str, context: Annotated[Context, Depends(context_of)], response: Response
    ) -> SurveyLoadModel:
        """By all surveys together: waves that invite them count, answered or not.

        Waves that have opened and drafts for which people are drawn are added up.
        """
        response.headers["Cache-Control"] = "no-store"
        return survey_load(context, survey)

    return routes


def survey_load(context: Context, survey: str) -> SurveyLoadModel:
    """The load of a survey's roster today. Raises NotFound."""
    with reading(context.main) as tx:
        definition, _ = load(surveys.get_survey(tx, survey).source)
        found = load_of(tx, context, definition, rosters.people_of(tx, survey))
    return SurveyLoadModel(**found.model_dump(), survey=survey, day=today(context.clock))
