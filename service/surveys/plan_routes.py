"""Planning over HTTP: what a wave would say and cost, before anything is drafted or frozen."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from privacy.alternatives import check_something_shows
from privacy.errors import Invalid
from privacy.ledger import CAP_DELTA
from service.accounts.auth import OWNERS, require
from service.clock import today
from service.errors import Conflict
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.problem import responses
from service.store import ledger, rosters, surveys
from service.store.unit_of_work import reading
from service.surveys.definition_file import load
from service.surveys.ledger_room import room_of
from service.surveys.load_summary import load_advice
from service.surveys.plan_models import PlanAnswerModel, answer_of, room_model
from service.surveys.planning import alternatives_of, budget_of, check_within, chosen_value
from service.surveys.terms import Terms, usual_tables, wish_problems, wishes_of
from service.surveys.wave_bodies import TermsModel

_LARGEST = 64 * 1024
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # a plan has no times


class PlanRequestModel(TermsModel):
    """The terms to plan on; what is left out takes its usual value."""

    response_rate: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="The share of those invited that will answer; by default that of the survey's latest "
        "wave, or 0.6.",
    )


def router() -> APIRouter:
    """POST /api/v1/surveys/{survey}/plan."""
    routes = APIRouter(prefix="/api/v1/surveys", tags=["surveys"])

    @routes.post(
        "/{survey}/plan",
        dependencies=[Depends(require(*OWNERS))],
        operation_id="plan_survey",
        summary="Plan a wave",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(PlanRequestModel)}}),
    )
    def plan_survey(
        survey: str,
        body: Annotated[Body, Depends(raw_body((JSON,), _LARGEST))],
        context: Annotated[Context, Depends(context_of)],
        response: Response,
    ) -> PlanAnswerModel:
        """From the definition, the roster and the terms alone. Nothing is stored; draft a wave with them."""
        response.headers["Cache-Control"] = "no-store"
        wanted = parsed(PlanRequestModel, body.content)
        return plan_answer(context, survey, wanted.wishes())

    return routes


def plan_answer(context: Context, survey: str, wishes: dict[str, Any]) -> PlanAnswerModel:
    """What a wave of a survey would say and cost; ``wishes`` are fields of Terms, and ``response_rate``.

    Raises NotFound, Invalid, Refused if nothing would be shown, BudgetExceeded, Conflict without a roster.
    """
    wishes = dict(wishes)
    rate = wishes.pop("response_rate", None)
    cap_epsilon = context.settings.cap_epsilon
    with reading(context.main) as tx:
        definition, _ = load(surveys.get_survey(tx, survey).source)
        usual = {"opens_at": _SOME_DAY, "closes_at": _SOME_DAY, "tables": usual_tables(definition)}
        terms = Terms(**{**usual, **wishes})
        if problems := wish_problems(wishes_of(terms)):
            raise Invalid(problems)
        people = rosters.people_of(tx, survey)
        if not people:
            raise Conflict("the survey's roster is empty; upload one, then plan")
        day = today(context.clock)
        charges = ledger.charges_of_roster(tx, survey, day)
        budget = budget_of(charges, cap_epsilon, day)
        found = alternatives_of(tx, definition, terms, budget, rate)
        advice = load_advice(tx, context, definition, people, day)
    check_within(found[0], cap_epsilon, budget.cap)
    if not terms.allow_empty:
        check_something_shows(found)
    room = room_of(charges, found[0].micro_rho, cap_epsilon, day)
    chosen = chosen_value(found[0].plan)
    chosen["notes"] += advice
    return answer_of(definition, found, chosen, room_model(cap_epsilon, room, CAP_DELTA))
