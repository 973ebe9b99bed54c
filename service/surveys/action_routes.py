"""Actions over HTTP: what was decided after a wave, and how far it has come."""

from typing import Annotated

from fastapi import APIRouter, Depends

from service.accounts.auth import READERS, OwnerCaller, require
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency, day_of
from service.http.problem import responses
from service.store import actions, surveys
from service.store.tables_staff import ActionRow
from service.store.unit_of_work import reading
from service.surveys.action_models import (
    ActionModel,
    ChangedActionModel,
    NewActionModel,
    NewPulseModel,
    action_model,
)
from service.surveys.actions import add_action, change_action, delete_action
from service.surveys.pulses import ask_whether_it_helped, pulse_of

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
                tx,
                None if after is None else (day_of(after[0]), str(after[1])),
                page.limit + 1,
                survey_id=survey,
            )
            rows, cursor = page.cut(rows, lambda row: (row.created_on.isoformat(), row.id))
            items = [action_model(row, pulse_of(tx, row)) for row in rows]
        return PageModel(items=items, next=cursor)

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
        return action_model(add_action(context, by, survey, wanted.model_dump()), None)

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
        return _with_pulse(context, change_action(context, by, survey, action, wanted))

    @routes.delete(
        "/{action}",
        status_code=204,
        operation_id="delete_action",
        summary="Delete an action",
        responses=responses(401, 403, 404, 422, 503),
    )
    def remove_action(by: OwnerCaller, survey: str, action: str, context: ContextDependency) -> None:
        """Published or not. The wave that asks whether it helped stays."""
        delete_action(context, by, survey, action)

    @routes.post(
        "/{action}/pulse",
        status_code=201,
        operation_id="ask_whether_it_helped",
        summary="Ask everybody whether an action helped",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(NewPulseModel)}}),
    )
    def post_pulse(
        by: OwnerCaller, survey: str, action: str, body: ActionBody, context: ContextDependency
    ) -> ActionModel:
        """Drafts a wave of one question to the same roster, for an action that is published or done."""
        wanted = parsed(NewPulseModel, body.content).model_dump()
        return _with_pulse(context, ask_whether_it_helped(context, by, survey, action, wanted))

    return routes


def _with_pulse(context: Context, row: ActionRow) -> ActionModel:
    with reading(context.main) as tx:
        return action_model(row, pulse_of(tx, row))
