"""Planning all the waves of a program over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends

from privacy.contract import minute
from privacy.ledger import CAP_DELTA
from privacy.mechanism import epsilon_of
from service.accounts.auth import OwnerCaller
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.problem import responses
from service.programs.wave_plan import DraftedWave, WavePlan, plan_waves
from service.programs.wave_plan_models import DraftedWaveModel, WavePlanAnswerModel, WavePlanModel

_LARGEST = 64 * 1024  # bytes


def router() -> APIRouter:
    """POST /api/v1/programs/{program}/plan."""
    routes = APIRouter(prefix="/api/v1/programs", tags=["programs"])

    @routes.post(
        "/{program}/plan",
        operation_id="plan_program",
        summary="Draft all the waves that judge a program",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(WavePlanModel)}}),
    )
    def plan_program(
        by: OwnerCaller,
        program: str,
        body: Annotated[Body, Depends(raw_body((JSON,), _LARGEST))],
        context: Annotated[Context, Depends(context_of)],
    ) -> WavePlanAnswerModel:
        """All of them or none: their losses are held against the cap together, each on its day."""
        wanted = parsed(WavePlanModel, body.content)
        plan = plan_waves(context, by, program, wanted.wish(), dry_run=wanted.dry_run)
        return answer_of(plan, context.settings.cap_epsilon, dry_run=wanted.dry_run)

    return routes


def answer_of(plan: WavePlan, cap_epsilon: float, *, dry_run: bool) -> WavePlanAnswerModel:
    """The plan as the API shows it."""
    return WavePlanAnswerModel(
        program=plan.program,
        survey=plan.survey,
        dry_run=dry_run,
        cap_epsilon=cap_epsilon,
        cap_micro_rho=plan.cap,
        waves=[_wave(wave) for wave in plan.waves],
        largest_epsilon=plan.largest_epsilon,
        notes=list(plan.notes),
    )


def _wave(wave: DraftedWave) -> DraftedWaveModel:
    cost = wave.load.cost
    return DraftedWaveModel(
        label=wave.slot.label,
        id=wave.id,
        opens_at=minute(wave.slot.opens_at),
        closes_at=minute(wave.slot.closes_at),
        charged_on=cost.day,
        micro_rho=cost.micro_rho,
        pairing_micro_rho=cost.fixed,
        epsilon=epsilon_of(cost.micro_rho, CAP_DELTA),
        spent_micro_rho=wave.load.spent,
        year_epsilon=epsilon_of(wave.load.spent + cost.micro_rho, CAP_DELTA),
    )
