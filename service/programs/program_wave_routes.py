"""The waves of a program over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.auth import READERS, OwnerCaller, require
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency
from service.http.problem import responses
from service.programs.program_waves import attach_wave, detach_wave
from service.store import program_waves, programs
from service.store.unit_of_work import reading
from service.surveys.wave_models import WaveSummaryModel, summary_of

_LARGEST = 4 * 1024  # bytes
ContextDependency = Annotated[Context, Depends(context_of)]
Label = Annotated[
    str,
    Field(
        pattern=r"^(baseline|end|one-month|three-months|other-[1-9][0-9]{0,2})$",
        description="baseline, end, one-month, three-months or other-1, other-2, ...",
        examples=["baseline"],
    ),
]


class LabelModel(BaseModel):
    """When in the program the wave runs."""

    model_config = ConfigDict(extra="forbid", strict=True)

    label: Label


class ProgramWaveModel(WaveSummaryModel):
    """A wave and its label in the program."""

    label: str = Field(examples=["baseline"])


def router() -> APIRouter:
    """/api/v1/programs/{program}/waves."""
    routes = APIRouter(prefix="/api/v1/programs/{program}/waves", tags=["programs"])

    @routes.get(
        "",
        dependencies=[Depends(require(*READERS))],
        operation_id="list_program_waves",
        summary="List the waves that judge a program",
        responses=responses(401, 403, 404, 422, 503),
    )
    def list_program_waves(
        program: str, context: ContextDependency, page: PagingDependency
    ) -> PageModel[ProgramWaveModel]:
        """In the order of their opening times."""
        with reading(context.main) as tx:
            rows = program_waves.waves_of_program(tx, programs.get_program(tx, program).id)
        found, cursor = page.part_of(rows)
        items = [ProgramWaveModel(**summary_of(row).model_dump(), label=label) for label, row in found]
        return PageModel(items=items, next=cursor)

    @routes.put(
        "/{wave}",
        operation_id="attach_wave",
        summary="Let a wave judge a program",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(LabelModel)}}),
    )
    def put_wave(
        by: OwnerCaller,
        program: str,
        wave: str,
        body: Annotated[Body, Depends(raw_body((JSON,), _LARGEST))],
        context: ContextDependency,
    ) -> ProgramWaveModel:
        """A wave of the program's survey, which asks what the program measures as its baseline does."""
        label = parsed(LabelModel, body.content).label
        row = attach_wave(context, by, program, wave, label)
        return ProgramWaveModel(**summary_of(row).model_dump(), label=label)

    @routes.delete(
        "/{wave}",
        status_code=204,
        operation_id="detach_wave",
        summary="Take a wave out of a program",
        responses=responses(401, 403, 404, 422, 503),
    )
    def remove_wave(by: OwnerCaller, program: str, wave: str, context: ContextDependency) -> None:
        """The wave itself stays as it is."""
        detach_wave(context, by, program, wave)

    return routes
