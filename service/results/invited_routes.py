"""A released wave for everybody who was invited to it, whether they answered or not."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from service.errors import NotFound
from service.http.body import JSON, Body, parsed, raw_body, request_body
from service.http.context import Context, context_of
from service.http.problem import responses
from service.results.invited_models import (
    InvitedRequestModel,
    InvitedResultsModel,
    PublishedActionModel,
    invited_results,
)
from service.results.released import read
from service.store import actions, invitations, waves
from service.store.unit_of_work import reading

_LARGEST = 4096  # bytes
_NO_WAVE = bytes(32)


def router() -> APIRouter:
    """POST /api/v1/waves/{wave}/results/invited."""
    routes = APIRouter(prefix="/api/v1", tags=["respondent"])

    # A POST, so that the code stands in no address and so in no log.
    @routes.post(
        "/waves/{wave}/results/invited",
        operation_id="get_invited_results",
        summary="Read what is shown of a wave, with an invitation to it",
        responses=responses(403, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": InvitedRequestModel.model_json_schema()}}),
    )
    def get_invited_results(
        wave: str,
        body: Annotated[Body, Depends(raw_body((JSON,), _LARGEST))],
        context: Annotated[Context, Depends(context_of)],
        response: Response,
    ) -> InvitedResultsModel:
        """With the published actions. The invitation is not used up, and nothing is noted of the reading.

        An unknown wave, one that has not opened and an unknown invitation get one and the same refusal.
        """
        response.headers["Cache-Control"] = "no-store"
        request = parsed(InvitedRequestModel, body.content)
        with reading(context.main) as tx:
            try:
                row = waves.find(tx, wave)
            except NotFound:
                row = None  # refused like an unknown invitation, after the same work
            name = _NO_WAVE if row is None or row.wave is None else row.wave
            person = invitations.person_of(tx, invitations.digest_of(name, request.invitation))
            if row is None or person is None:
                raise invitations.refusal()
            found = read(tx, row)
            done = [
                PublishedActionModel(**one.model_dump(include=set(PublishedActionModel.model_fields)))
                for one in actions.published_after(tx, row.survey_id, row.id)
            ]
        return invited_results(found, done)

    return routes
