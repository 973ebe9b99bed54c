"""Programs over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from service.accounts.auth import READERS, OwnerCaller, require
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency, day_of
from service.http.problem import responses
from service.programs.program_models import (
    ChangedProgramModel,
    NewProgramModel,
    ProgramModel,
    program_model,
)
from service.programs.programs import add_program, change_program, delete_program
from service.store import programs
from service.store.programs import ProgramState
from service.store.unit_of_work import reading

_LARGEST = 64 * 1024  # bytes
ContextDependency = Annotated[Context, Depends(context_of)]
ProgramBody = Annotated[Body, Depends(raw_body((JSON,), _LARGEST))]


def router() -> APIRouter:
    """/api/v1/programs and /api/v1/programs/{program}."""
    routes = APIRouter(prefix="/api/v1/programs", tags=["programs"])
    reader = [Depends(require(*READERS))]

    @routes.get(
        "",
        dependencies=reader,
        operation_id="list_programs",
        summary="List the programs",
        responses=responses(401, 403, 422, 503),
    )
    def list_programs(
        context: ContextDependency,
        page: PagingDependency,
        state: Annotated[list[ProgramState] | None, Query(description="Only those in these states.")] = None,
        survey: Annotated[str | None, Query(description="Only those that this survey judges.")] = None,
    ) -> PageModel[ProgramModel]:
        """In the order of their first days."""
        after = page.after(str, str)
        with reading(context.main) as tx:
            rows = programs.page_of_programs(
                tx,
                None if after is None else (day_of(after[0]), str(after[1])),
                page.limit + 1,
                states=state or (),
                survey_id=survey,
            )
        rows, cursor = page.cut(rows, lambda row: (row.starts_on.isoformat(), row.id))
        return PageModel(items=[program_model(row) for row in rows], next=cursor)

    @routes.post(
        "",
        status_code=201,
        operation_id="create_program",
        summary="Add a program",
        responses=responses(401, 403, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(NewProgramModel)}}),
    )
    def create_program(by: OwnerCaller, body: ProgramBody, context: ContextDependency) -> ProgramModel:
        """It is planned at first. With faults, each is listed and nothing is stored."""
        wanted = parsed(NewProgramModel, body.content)
        return program_model(add_program(context, by, wanted.model_dump()))

    @routes.get(
        "/{program}",
        dependencies=reader,
        operation_id="get_program",
        summary="Read a program",
        responses=responses(401, 403, 404, 422, 503),
    )
    def get_program(program: str, context: ContextDependency) -> ProgramModel:
        """What it is for, when it runs and whom it is compared with."""
        with reading(context.main) as tx:
            return program_model(programs.get_program(tx, program))

    @routes.patch(
        "/{program}",
        operation_id="change_program",
        summary="Change a program, or move it on",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(ChangedProgramModel)}}),
    )
    def patch_program(
        by: OwnerCaller, program: str, body: ProgramBody, context: ContextDependency
    ) -> ProgramModel:
        """What is left out stays as it is. States follow each other: planned, running, ended, reviewed."""
        wanted = parsed(ChangedProgramModel, body.content).model_dump(exclude_unset=True)
        return program_model(change_program(context, by, program, wanted))

    @routes.delete(
        "/{program}",
        status_code=204,
        operation_id="delete_program",
        summary="Delete a program",
        responses=responses(401, 403, 404, 409, 422, 503),
    )
    def remove_program(by: OwnerCaller, program: str, context: ContextDependency) -> None:
        """Only a planned one without objectives, outside figures, waves and actions."""
        delete_program(context, by, program)

    return routes
