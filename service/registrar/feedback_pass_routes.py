"""Feedback links: one for each person on a roster, given out once, to the owner."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from service.accounts import audit
from service.accounts.audit import Actor
from service.accounts.auth import OwnerCaller
from service.http.body import CSV, JSON, Body, parsed, raw_body, request_body
from service.http.context import Context, context_of
from service.http.negotiate import CsvDependency
from service.http.problem import responses
from service.links import read_feedback_url
from service.registrar.invitation_routes import InvitationsModel, links_answer
from service.registrar.link_address import address_of_links
from service.store import feedback_periods, passes, surveys
from service.store.letting_out import month_of
from service.store.unit_of_work import unit_of_work

_LARGEST = 4 * 1024 * 1024


class PassesRequestModel(BaseModel):
    """Who gets feedback links, gets new ones, or has theirs taken away."""

    model_config = ConfigDict(extra="forbid", strict=True)

    survey: str = Field(description="The survey whose roster is meant.", examples=["psychological-safety"])
    renew: list[str] = Field(default_factory=list, description="People whose links were lost.")
    revoke: list[str] = Field(default_factory=list, description="People who have left.")


def router() -> APIRouter:
    """POST /api/v1/feedback/passes, for owners."""
    routes = APIRouter(prefix="/api/v1/feedback", tags=["feedback"])

    @routes.post(
        "/passes",
        operation_id="make_feedback_links",
        summary="Make feedback links for everybody on a roster who has none",
        response_model=InvitationsModel,
        responses={
            200: {"content": {CSV: {"example": "person,link\r\nada@example.org,https://pulse..."}}},
            **responses(401, 403, 404, 409, 413, 415, 422, 503),
        },
        openapi_extra=request_body({JSON: {"schema": PassesRequestModel.model_json_schema()}}),
    )
    def make_feedback_links(
        by: OwnerCaller,
        body: Annotated[Body, Depends(raw_body((JSON,), _LARGEST))],
        as_csv: CsvDependency,
        context: Annotated[Context, Depends(context_of)],
    ) -> Response:
        """The service keeps digests of the codes alone, so a link is shown once.

        A link stays good until it is renewed or revoked. Nobody can ask who has used theirs.
        """
        request = parsed(PassesRequestModel, body.content)
        return links_answer(make_links(context, request, by), as_csv)

    return routes


def make_links(context: Context, request: PassesRequestModel, by: Actor) -> list[tuple[str, str]]:
    """Each person who got a link, and the link, in the order of names.

    Raises NotFound for an unknown survey, and Conflict if no client would follow the links.
    """
    address = address_of_links(context, "/feedback", read_feedback_url)
    month = month_of(context.clock().date())
    with unit_of_work(context.main) as tx:
        survey = surveys.get_survey(tx, request.survey)
        made = passes.make_passes(tx, survey.id, month, request.renew, request.revoke)
        number, revoked = len(made.codes), len(set(request.revoke))
        audit.record(tx, context, by, "make feedback links", survey.id, number=number, revoked=revoked)
        tx.flush()
        # Before the links are good: what a month's statistics cost follows from how many one person had.
        with unit_of_work(context.box) as box:
            feedback_periods.note_links(box, month, made.links)
    return [(person, f"{address}#{code}") for person, code in made.codes]
