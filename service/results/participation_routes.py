"""How many take part in a wave: for staff, and for everybody if its owner wished so."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from service.accounts.auth import ANALYSTS, require
from service.errors import NotFound
from service.http.context import Context, context_of
from service.http.problem import responses
from service.results.participation_models import ParticipationModel, ThermometerModel, participation_model
from service.results.released import read
from service.store import distribution, waves
from service.store.unit_of_work import reading

ContextDependency = Annotated[Context, Depends(context_of)]


def router() -> APIRouter:
    """GET /api/v1/waves/{wave}/participation and /api/v1/waves/{wave}/thermometer."""
    routes = APIRouter(prefix="/api/v1")

    @routes.get(
        "/waves/{wave}/participation",
        tags=["results"],
        dependencies=[Depends(require(*ANALYSTS))],
        operation_id="get_participation",
        summary="Read how many take part in a wave",
        responses=responses(401, 403, 404, 422, 503),
    )
    def get_participation(wave: str, context: ContextDependency, response: Response) -> ParticipationModel:
        """While it is open once a day and in whole tens, in total; by group once it is released."""
        response.headers["Cache-Control"] = "no-store"
        with reading(context.main) as tx:
            row = waves.find(tx, wave)
            return participation_model(row, read(tx, row) if row.state == "released" else None)

    @routes.get(
        "/waves/{wave}/thermometer",
        tags=["respondent"],
        operation_id="get_thermometer",
        summary="Read how many have taken part so far",
        responses=responses(404, 422, 503),
    )
    def get_thermometer(wave: str, context: ContextDependency, response: Response) -> ThermometerModel:
        """Of an open wave whose owner wished that everybody sees it, from its second day on; else 404."""
        response.headers["Cache-Control"] = "no-store"
        with reading(context.main) as tx:
            try:
                row = waves.find(tx, wave)
            except NotFound:
                raise _nothing() from None
            wished = distribution.get(tx, row.id).thermometer
        if not wished or row.state != "open" or None in (row.invited, row.drawn, row.drawn_on):
            raise _nothing()
        return ThermometerModel.model_validate(
            {"invited": row.invited, "drawn": row.drawn, "day": row.drawn_on}
        )

    return routes


def _nothing() -> NotFound:
    # One and the same, so that nothing is told of waves that have not opened.
    return NotFound("nothing is told of how many take part in this wave")
