"""Actions over HTTP: what was decided after a wave, and how far it has come."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends

from privacy.errors import Invalid, Problem
from service.accounts.auth import READERS, OwnerCaller, require
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency
from service.http.problem import responses
from service.store import actions, surveys
from service.store.tables_staff import ActionRow
from service.store.unit_of_work import reading
from service.surveys.action_models import ActionModel, ChangedActionModel, NewActionModel
from service.surveys.actions import add_action, change_action, delete_action

_LARGEST = 128 * 1024  # bytes; twenty texts fit
ContextDependency = Annotated[Context, Depends(context_of)]
ActionBody = Annotated[Body, Depends(raw_body((JSON,), _LARGEST))]


def router() -> APIRouter:
    """/api/v1/surveys/{survey}/actions."""
    routes = APIRouter(prefix="/api/v1/surveys/{survey}/actions", tags=["actions"])

    @routes.get(
        "",
        dependencies=[Depends(require(*READERS))],
        operation_id="list_actions",
        summary="List what was decided",
        responses=responses(401, 403, 404, 422, 503),
    )
    def list_actions(
        survey: str, context: ContextDependency, page: PagingDependency
    ) -> PageModel[ActionModel]:
        """In the order in which they were added, published or not."""
        after = page.after(str, str)
        with reading(context.main) as tx:
            surveys.get_survey(tx, survey)
            rows = actions.page_of_actions(
                tx, survey, None if after is None else (_day(after[0]), str(after[1])), page.limit + 1
            )
        rows, cursor = page.cut(rows, lambda row: (row.created_on.isoformat(), row.id))
        return PageModel(items=[_model(row) for row in rows], next=cursor)

    @routes.post(
        "",
        status_code=201,
        operation_id="create_action",
        summary="Add an action",
        responses=responses(401, 403, 404, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(NewActionModel)}}),
    )
    def create_action(
        by: OwnerCaller, survey: str, body: ActionBody, context: ContextDependency
    ) -> ActionModel:
        """Published, everybody who was invited reads it beside the results."""
        wanted = parsed(NewActionModel, body.content)
        return _model(add_action(context, by, survey, wanted.model_dump()))

    @routes.patch(
        "/{action}",
        operation_id="change_action",
        summary="Change an action",
        responses=responses(401, 403, 404, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(ChangedActionModel)}}),
    )
    def patch_action(
        by: OwnerCaller, survey: str, action: str, body: ActionBody, context: ContextDependency
    ) -> ActionModel:
        """What is left out stays as it is."""
        wanted = parsed(ChangedActionModel, body.content).model_dump(exclude_unset=True)
        return _model(change_action(context, by, survey, action, wanted))

    @routes.delete(
        "/{action}",
        status_code=204,
        operation_id="delete_action",
        summary="Delete an action",
        responses=responses(401, 403, 404, 422, 503),
    )
    def remove_action(by: OwnerCaller, survey: str, action: str, context: ContextDependency) -> None:
        """Published or not."""
        delete_action(context, by, survey, action)

    return routes


def _day(text: str | int) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        message, remedy = "not a cursor of this list", "send the value of next as it came, or leave it out"
        raise Invalid([Problem("cursor", "cursor", message, remedy)]) from None


def _model(row: ActionRow) -> ActionModel:
    columns = row.model_dump(exclude={"survey_id", "wave_id"})
    return ActionModel(**columns, survey=row.survey_id, wave=row.wave_id)
