"""The objectives of a program over HTTP."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.auth import READERS, OwnerCaller, require
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency
from service.http.problem import responses
from service.programs.objectives import add_objective, change_objective, delete_objective
from service.store import programs
from service.store.tables_programs import ObjectiveRow
from service.store.unit_of_work import reading
from service.surveys.action_models import Id, Text

_LARGEST = 16 * 1024  # bytes
ContextDependency = Annotated[Context, Depends(context_of)]
ObjectiveBody = Annotated[Body, Depends(raw_body((JSON,), _LARGEST))]
Number = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]


class MeasureModel(BaseModel):
    """What is measured."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["item", "theme", "index", "enps", "participation", "outside"]
    ref: Id | None = Field(
        default=None,
        description="A question's, a theme's or an outside figure's name; null for the other kinds.",
        examples=["speaking-up"],
    )


class NewObjectiveModel(BaseModel):
    """What the program is to change."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Text = Field(examples=["New colleagues ask for help without hesitating"])
    measure: MeasureModel
    baseline: Number | None = Field(default=None, description="Where it starts, if known; null for unknown.")
    target: Number = Field(description="In the measure's unit.", examples=[4.0])
    due: date
    direction: Literal["increase", "decrease"] = "increase"


class ChangedObjectiveModel(NewObjectiveModel):
    """What changes of an objective; what is left out stays as it is."""

    # Sent or left out: these defaults are never looked at.
    text: Text = ""
    measure: MeasureModel = MeasureModel(kind="index")
    target: Number = 0.0
    due: date = date(2000, 1, 1)


class ObjectiveModel(BaseModel):
    """An objective."""

    id: str = Field(examples=["o-h5jx2ozq7w3a"])
    text: str
    measure: MeasureModel
    baseline: float | None
    target: float
    due: date
    direction: Literal["increase", "decrease"]


def router() -> APIRouter:
    """/api/v1/programs/{program}/objectives."""
    routes = APIRouter(prefix="/api/v1/programs/{program}/objectives", tags=["programs"])

    @routes.get(
        "",
        dependencies=[Depends(require(*READERS))],
        operation_id="list_objectives",
        summary="List what a program is to change",
        responses=responses(401, 403, 404, 422, 503),
    )
    def list_objectives(
        program: str, context: ContextDependency, page: PagingDependency
    ) -> PageModel[ObjectiveModel]:
        """Those that are due first come first."""
        with reading(context.main) as tx:
            rows = programs.objectives_of(tx, programs.get_program(tx, program).id)
        found, cursor = page.part_of(rows)
        return PageModel(items=[_model(row) for row in found], next=cursor)

    @routes.post(
        "",
        status_code=201,
        operation_id="create_objective",
        summary="Add an objective",
        responses=responses(401, 403, 404, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(NewObjectiveModel)}}),
    )
    def create_objective(
        by: OwnerCaller, program: str, body: ObjectiveBody, context: ContextDependency
    ) -> ObjectiveModel:
        """Of something that the program's survey holds, or of a figure from outside, which may come later."""
        wanted = parsed(NewObjectiveModel, body.content)
        return _model(add_objective(context, by, program, wanted.model_dump()))

    @routes.patch(
        "/{objective}",
        operation_id="change_objective",
        summary="Change an objective",
        responses=responses(401, 403, 404, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(ChangedObjectiveModel)}}),
    )
    def patch_objective(
        by: OwnerCaller, program: str, objective: str, body: ObjectiveBody, context: ContextDependency
    ) -> ObjectiveModel:
        """What is left out stays as it is."""
        wanted = parsed(ChangedObjectiveModel, body.content)
        sent = {name: value for name, value in wanted.model_dump().items() if name in wanted.model_fields_set}
        return _model(change_objective(context, by, program, objective, sent))

    @routes.delete(
        "/{objective}",
        status_code=204,
        operation_id="delete_objective",
        summary="Delete an objective",
        responses=responses(401, 403, 404, 409, 422, 503),
    )
    def remove_objective(by: OwnerCaller, program: str, objective: str, context: ContextDependency) -> None:
        """One that no action refers to."""
        delete_objective(context, by, program, objective)

    return routes


def _model(row: ObjectiveRow) -> ObjectiveModel:
    return ObjectiveModel(**row.model_dump(exclude={"program_id"}))
