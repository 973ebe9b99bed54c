"""Rosters over HTTP: taken whole, in JSON or CSV, and never given back."""

from typing import Annotated

from fastapi import APIRouter, Depends

from service.accounts import audit
from service.accounts.audit import Actor
from service.accounts.auth import ANALYSTS, OwnerCaller, require
from service.http.body import CSV, JSON, Body, raw_body, request_body
from service.http.context import Context, context_of
from service.http.headers import MAX_BODY
from service.http.problem import responses
from service.store import rosters, surveys
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.definition_file import load
from service.surveys.load_summary import load_of
from service.surveys.roster_csv import read_csv
from service.surveys.roster_json import read_json
from service.surveys.roster_summary import RosterModel, summarise

_JSON_EXAMPLE = {"people": [{"person": "ada@example.org", "attributes": {"department": "engineering"}}]}
_JSON_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["people"],
    "properties": {
        "people": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["person"],
                "properties": {
                    "person": {
                        "type": "string",
                        "description": "The same text in every survey that invites them.",
                    },
                    "email": {
                        "type": ["string", "null"],
                        "description": "Where their letters go, unless the survey has an attribute email.",
                    },
                    "language": {
                        "type": ["string", "null"],
                        "description": "A language of the survey, for their letters; likewise.",
                    },
                    "attributes": {
                        "type": "object",
                        "description": "A level id for each roster attribute, and for each hierarchy the path"
                        " such as Sales / Inside / Team A; null or empty if not known.",
                        "additionalProperties": {"type": ["string", "null"]},
                    },
                },
            },
        }
    },
}


def router() -> APIRouter:
    """/api/v1/surveys/{survey}/roster."""
    routes = APIRouter(prefix="/api/v1/surveys", tags=["roster"])

    @routes.put(
        "/{survey}/roster",
        operation_id="replace_roster",
        summary="Store the roster of a survey's next waves",
        responses=responses(401, 403, 404, 413, 415, 422, 503),
        openapi_extra=request_body(
            {
                JSON: {"schema": _JSON_SCHEMA, "example": _JSON_EXAMPLE},
                CSV: {
                    "schema": {"type": "string"},
                    "example": "person,department\nada@example.org,engineering\n",
                },
            }
        ),
    )
    def replace_roster(
        by: OwnerCaller,
        survey: str,
        body: Annotated[Body, Depends(raw_body((JSON, CSV), MAX_BODY))],
        context: Annotated[Context, Depends(context_of)],
    ) -> RosterModel:
        """It takes the place of the roster before. With faults, each is listed and nothing is stored.

        A wave that is open keeps the people it opened with.
        """
        return store_roster(context, by, survey, body.content, is_csv=body.media_type == CSV)

    @routes.get(
        "/{survey}/roster",
        dependencies=[Depends(require(*ANALYSTS))],
        operation_id="get_roster",
        summary="Read how large a roster and its groups are",
        responses=responses(401, 403, 404, 422, 503),
    )
    def get_roster(survey: str, context: Annotated[Context, Depends(context_of)]) -> RosterModel:
        """Numbers alone: no address gives back who is on a roster."""
        with reading(context.main) as tx:
            definition, _ = load(surveys.get_survey(tx, survey).source)
            sizes = summarise(definition, rosters.attributes_of(tx, survey))
            asked = load_of(tx, context, definition, rosters.people_of(tx, survey))
        return RosterModel(**sizes.model_dump(), load=asked)

    return routes


def store_roster(context: Context, by: Actor, survey: str, content: bytes, *, is_csv: bool) -> RosterModel:
    """Store a roster in place of the one before. Raises NotFound, and Invalid with every fault."""
    with reading(context.main) as tx:
        definition, _ = load(surveys.get_survey(tx, survey).source)
    entries = (read_csv if is_csv else read_json)(content, definition)
    with unit_of_work(context.main) as tx:
        rosters.replace_roster(tx, survey, entries)
        audit.record(tx, context, by, "replace roster", survey, people=len(entries))
        asked = load_of(tx, context, definition, [entry.person for entry in entries])
    sizes = summarise(definition, (entry.attributes for entry in entries))
    return RosterModel(**sizes.model_dump(), load=asked)
