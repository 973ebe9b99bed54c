"""What was decided for a program, over HTTP. Actions are added and changed with their survey."""

from typing import Annotated

from fastapi import APIRouter, Depends

from service.accounts.auth import READERS, require
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency, day_of
from service.http.problem import responses
from service.store import actions, programs
from service.store.unit_of_work import reading
from service.surveys.action_models import ActionModel, action_model
from service.surveys.pulses import pulse_of


def router() -> APIRouter:
    """GET /api/v1/programs/{program}/actions."""
    routes = APIRouter(prefix="/api/v1/programs", tags=["programs"])

    @routes.get(
        "/{program}/actions",
        dependencies=[Depends(require(*READERS))],
        operation_id="list_actions_of_program",
        summary="List what was decided for a program",
        responses=responses(401, 403, 404, 422, 503),
    )
    def list_actions(
        program: str, context: Annotated[Context, Depends(context_of)], page: PagingDependency
    ) -> PageModel[ActionModel]:
        """In the order in which they were added, published or not."""
        after = page.after(str, str)
        with reading(context.main) as tx:
            programs.get_program(tx, program)
            rows = actions.page_of_actions(
                tx,
                None if after is None else (day_of(after[0]), str(after[1])),
                page.limit + 1,
                program_id=program,
            )
            rows, cursor = page.cut(rows, lambda row: (row.created_on.isoformat(), row.id))
            items = [action_model(row, pulse_of(tx, row)) for row in rows]
        return PageModel(items=items, next=cursor)

    return routes
