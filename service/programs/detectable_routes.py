"""The detectable effect of a program over HTTP, before launch."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from privacy.detectable import Kind, Shape
from privacy.pairing import EPSILON as PAIRING_EPSILON
from privacy.pairing import MOST_MEASURES
from privacy.plan import MARGINS
from service.accounts.auth import ANALYSTS, require
from service.http.context import Context, context_of
from service.http.problem import responses
from service.programs.detectable import MOST_PEOPLE, Terms, detectable_effects, sentence_of
from service.store.unit_of_work import reading
from service.surveys.terms import EPSILON

People = Annotated[
    int | None, Query(ge=1, le=MOST_PEOPLE, description="In the group; as on the roster if left out.")
]


class EffectModel(BaseModel):
    """The smallest true effect that would be found in 80 % of evaluations."""

    shape: Shape
    kind: Kind = Field(description="Of the item, theme or index of which least is known.")
    effect: float | None = Field(description="Scale points; null where a group is likely to be withheld.")
    shown: float = Field(description="The chance that every group it needs is shown.")
    sentence: str


class DetectableModel(BaseModel):
    """What each comparison of a program could detect."""

    people: int = Field(description="Invited who take part.")
    others: int
    rate: float = Field(description="The share of them that answers.")
    epsilon: float
    effects: list[EffectModel]


def router() -> APIRouter:
    """GET /api/v1/programs/{program}/detectable."""
    routes = APIRouter(prefix="/api/v1/programs", tags=["programs"])

    @routes.get(
        "/{program}/detectable",
        dependencies=[Depends(require(*ANALYSTS))],
        operation_id="get_detectable",
        summary="Read what a program's waves could detect",
        responses=responses(401, 403, 404, 409, 422, 503),
    )
    def get_detectable(
        *,
        program: str,
        context: Annotated[Context, Depends(context_of)],
        epsilon: Annotated[float, Query(gt=0, le=20, allow_inf_nan=False)] = EPSILON,
        rate: Annotated[
            float | None, Query(gt=0, le=1, description="The share that answers; as in the latest wave.")
        ] = None,
        people: People = None,
        others: People = None,
        paired_measures: Annotated[
            int, Query(ge=0, le=MOST_MEASURES, description="Measures of a pairing; 0 for none.")
        ] = 0,
        pairing_epsilon: Annotated[float, Query(gt=0, le=20, allow_inf_nan=False)] = PAIRING_EPSILON,
        margin: Annotated[
            float,
            Query(gt=0, le=4, allow_inf_nan=False, description="Widest of a mean on five points shown."),
        ] = MARGINS["scale"],
        alone: Annotated[bool, Query(description="Without the definition's own breakdowns.")] = False,
    ) -> DetectableModel:
        """From the definition, the roster and the numbers in the query alone, before anybody is asked."""
        terms = Terms(epsilon, rate, people, others, paired_measures, pairing_epsilon, margin, alone)
        with reading(context.main) as tx:
            found = detectable_effects(tx, program, terms)
        return DetectableModel(
            people=found.people,
            others=found.others,
            rate=found.rate,
            epsilon=found.epsilon,
            effects=[
                EffectModel(
                    shape=one.shape,
                    kind=one.kind,
                    effect=one.effect,
                    shown=round(one.shown, 4),
                    sentence=sentence_of(found, one),
                )
                for one in found.effects
            ],
        )

    return routes
