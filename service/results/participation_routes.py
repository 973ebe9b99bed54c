"""How many take part in a wave: for staff, and for everybody if its owner wished so."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlmodel import Session

from service.accounts.auth import ANALYSTS, require
from service.errors import NotFound
from service.http.body import JSON
from service.http.context import Context, context_of
from service.http.problem import responses
from service.results.participation_models import ParticipationModel, ThermometerModel, participation_model
from service.results.released import read
from service.store import distribution, waves
from service.store.unit_of_work import reading

ContextDependency = Annotated[Context, Depends(context_of)]
_NOT_KEPT = {"Cache-Control": "no-store"}


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
        summary="Read how many have drawn a token so far",
        response_model=ThermometerModel,
        responses={
            204: {"description": "Nothing is told of this wave, or there is none"},
            **responses(422, 503),
        },
    )
    def get_thermometer(wave: str, context: ContextDependency) -> Response:
        """Of an open wave whose owner wished that everybody sees it, from its second day on; else 204."""
        with reading(context.main) as tx:
            told = _told(tx, wave)
        # Not 404: the page of every other wave would have a fault in its console.
        if told is None:
            return Response(status_code=204, headers=_NOT_KEPT)
        return Response(told.model_dump_json(), media_type=JSON, headers=_NOT_KEPT)

    return routes


def _told(tx: Session, wave: str) -> ThermometerModel | None:
    """What everybody may read of a wave: the same nothing for one that is not there or not open."""
    try:
        row = waves.find(tx, wave)
    except NotFound:
        return None
    wished = distribution.get(tx, row.id).thermometer
    if not wished or row.state != "open" or None in (row.invited, row.drawn, row.drawn_on):
        return None
    return ThermometerModel.model_validate({"invited": row.invited, "drawn": row.drawn, "day": row.drawn_on})
