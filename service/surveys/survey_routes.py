"""Surveys over HTTP: a definition is stored whole or every fault in it comes back."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from privacy.errors import Invalid, Problem
from privacy.survey import Survey
from service.accounts import audit
from service.accounts.audit import Actor
from service.accounts.auth import ANALYSTS, OwnerCaller, require
from service.clock import today
from service.http.body import JSON, Body, parsed, raw_body, request_body
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency
from service.http.problem import FaultModel, responses
from service.store import surveys
from service.store.tables_main import SurveyRow
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.definition_file import FILE_BYTES, load
from service.surveys.roster_file import columns_of

YAML_TYPES = ("application/yaml", "application/x-yaml", "text/yaml")
_MOST_BYTES = 2 * FILE_BYTES  # JSON may need escapes; the text itself is held to FILE_BYTES

ContextDependency = Annotated[Context, Depends(context_of)]
DefinitionBody = Annotated[Body, Depends(raw_body((JSON, *YAML_TYPES), _MOST_BYTES))]


class DefinitionModel(BaseModel):
    """A survey definition, as docs/definitions.md describes it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    definition: str = Field(
        description="The YAML text.", examples=['id: pulse\nversion: "1"\ntitle: {en: Pulse}\n...']
    )


class SurveySummaryModel(BaseModel):
    """A survey in a list."""

    id: str = Field(examples=["psychological-safety"])
    version: str = Field(examples=["1.0"])
    title: dict[str, str] = Field(description="By language.", examples=[{"en": "Psychological safety"}])
    created_on: date


class SurveyModel(SurveySummaryModel):
    """A survey with its current definition."""

    languages: list[str] = Field(examples=[["en", "de"]])
    questions: list[str] = Field(description="Ids, in order.", examples=[["blame", "easier"]])
    themes: list[str] = Field(description="Ids.", examples=[["learning"]])
    attributes: list[str] = Field(description="Ids.", examples=[["department", "tenure"]])
    roster_attributes: list[str] = Field(
        description="The roster's columns beside the person: attributes, and the paths of hierarchies.",
        examples=[["department"]],
    )
    definition: str = Field(description="The YAML text, as it was sent.")
    warnings: list[FaultModel] = Field(
        description="What may identify people; the definition is stored all the same."
    )


def router() -> APIRouter:
    """/api/v1/surveys and /api/v1/surveys/{survey}."""
    routes = APIRouter(prefix="/api/v1/surveys", tags=["surveys"])
    analyst = [Depends(require(*ANALYSTS))]
    sent = request_body(
        {
            JSON: {"schema": DefinitionModel.model_json_schema()},
            YAML_TYPES[0]: {"schema": {"type": "string"}},
        }
    )

    @routes.post(
        "",
        status_code=201,
        operation_id="create_survey",
        summary="Store a new survey",
        responses=responses(401, 403, 409, 413, 415, 422, 503),
        openapi_extra=sent,
    )
    def create_survey(by: OwnerCaller, body: DefinitionBody, context: ContextDependency) -> SurveyModel:
        """The definition's own id names the survey. With faults, each is listed with its line."""
        return _model(*add_definition(context, by, _source(body)))

    @routes.put(
        "/{survey}",
        operation_id="replace_survey",
        summary="Store a new version of a survey's definition",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=sent,
    )
    def replace_survey(
        by: OwnerCaller, survey: str, body: DefinitionBody, context: ContextDependency
    ) -> SurveyModel:
        """Waves that are drafted or opened already keep the version they were drafted with."""
        return _model(*replace_definition(context, by, survey, _source(body)))

    @routes.get(
        "",
        dependencies=analyst,
        operation_id="list_surveys",
        summary="List the surveys",
        responses=responses(401, 403, 422, 503),
    )
    def list_surveys(context: ContextDependency, page: PagingDependency) -> PageModel[SurveySummaryModel]:
        """In the order of their ids."""
        after = page.after(str)
        with reading(context.main) as tx:
            rows = surveys.page_of_surveys(tx, None if after is None else str(after[0]), page.limit + 1)
        rows, cursor = page.cut(rows, lambda row: (row.id,))
        return PageModel(items=[SurveySummaryModel(**_summary(row)) for row in rows], next=cursor)

    @routes.get(
        "/{survey}",
        dependencies=analyst,
        operation_id="get_survey",
        summary="Read a survey and its definition",
        responses=responses(401, 403, 404, 422, 503),
    )
    def get_survey(survey: str, context: ContextDependency) -> SurveyModel:
        """The current version."""
        with reading(context.main) as tx:
            row = surveys.get_survey(tx, survey)
        return _model(row, *load(row.source))

    return routes


Stored = tuple[SurveyRow, Survey, tuple[Problem, ...]]  # with the warnings about the definition


def add_definition(context: Context, by: Actor, source: str) -> Stored:
    """Store a new survey. Raises Invalid with every fault, and Conflict if there is one of this id."""
    survey, warnings = load(source)
    with unit_of_work(context.main) as tx:
        row = surveys.add_survey(
            tx,
            survey.id,
            version=survey.version,
            title=survey.title,
            source=source,
            day=today(context.clock),
        )
        audit.record(tx, context, by, "create survey", row.id, version=row.version)
    return row, survey, warnings


def replace_definition(context: Context, by: Actor, survey: str, source: str) -> Stored:
    """Store a new version. Raises NotFound, Conflict, and Invalid with every fault."""
    definition, warnings = load(source)
    if definition.id != survey:
        message, remedy = "it is not the survey's id", "keep the id, or store it as a new survey"
        raise Invalid([Problem("other-id", "id", message, remedy)])
    with unit_of_work(context.main) as tx:
        row = surveys.replace_definition(
            tx, survey, version=definition.version, title=definition.title, source=source
        )
        audit.record(tx, context, by, "replace survey", row.id, version=row.version)
    return row, definition, warnings


def _source(body: Body) -> str:
    if body.media_type == JSON:
        return parsed(DefinitionModel, body.content).definition
    return text_of(body.content)


def text_of(content: bytes) -> str:
    """A definition's file as text. Raises Invalid with the line that is not UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        remedy = "save it as text in UTF-8"
        raise Invalid([Problem("not-utf-8", "file", "it is not text in UTF-8", remedy, line)]) from None


def _summary(row: SurveyRow) -> dict[str, Any]:
    return {"id": row.id, "version": row.version, "title": row.title, "created_on": row.created_on}


def _model(row: SurveyRow, survey: Survey, warnings: tuple[Problem, ...]) -> SurveyModel:
    return SurveyModel(
        **_summary(row),
        languages=list(survey.languages),
        questions=[question.id for question in survey.questions],
        themes=[theme.id for theme in survey.themes],
        attributes=[attribute.id for attribute in survey.attributes],
        roster_attributes=list(columns_of(survey)),
        definition=row.source,
        warnings=[FaultModel.model_validate(warning, from_attributes=True) for warning in warnings],
    )
