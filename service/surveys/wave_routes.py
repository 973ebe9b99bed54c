"""Waves over HTTP: drafts are made, changed and deleted; every wave can be read with its plan."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from privacy.manifest_reader import read_manifest
from service.accounts.auth import READERS, OwnerCaller, require
from service.clock import today
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.cursor import PageModel, Paging, PagingDependency
from service.http.problem import responses
from service.store import drawn, ledger, surveys, waves
from service.store.tables_main import WaveRow
from service.store.unit_of_work import reading
from service.surveys.drafts import change_draft, delete_draft, draft_wave
from service.surveys.ledger_room import room_of
from service.surveys.planning import promise_value
from service.surveys.wave_bodies import ChangedWaveModel, NewWaveModel
from service.surveys.wave_models import State, WaveModel, WaveSummaryModel, model_of, summary_of

_LARGEST = 64 * 1024  # bytes; a hundred tables fit
ContextDependency = Annotated[Context, Depends(context_of)]
TermsBody = Annotated[Body, Depends(raw_body((JSON,), _LARGEST))]


def router() -> APIRouter:
    """/api/v1/surveys/{survey}/waves, /api/v1/waves and /api/v1/waves/{wave}."""
    routes = APIRouter(prefix="/api/v1", tags=["waves"])
    reader = [Depends(require(*READERS))]

    @routes.post(
        "/surveys/{survey}/waves",
        status_code=201,
        operation_id="draft_wave",
        summary="Draft a wave",
        responses=responses(401, 403, 404, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(NewWaveModel)}}),
    )
    def post_wave(by: OwnerCaller, survey: str, body: TermsBody, context: ContextDependency) -> WaveModel:
        """The answer shows its plan: what it will show, what it costs, and whether the ledger has room."""
        wanted = parsed(NewWaveModel, body.content)
        return describe(context, draft_wave(context, survey, wanted.wishes(), by))

    @routes.get(
        "/surveys/{survey}/waves",
        dependencies=reader,
        operation_id="list_waves_of_survey",
        summary="List a survey's waves",
        responses=responses(401, 403, 404, 422, 503),
    )
    def list_survey_waves(
        survey: str,
        context: ContextDependency,
        page: PagingDependency,
        state: Annotated[list[State] | None, Query(description="Only those in these states.")] = None,
    ) -> PageModel[WaveSummaryModel]:
        """In the order of their opening times."""
        with reading(context.main) as tx:
            surveys.get_survey(tx, survey)
        return _page(context, page, survey, state or [])

    @routes.get(
        "/waves",
        dependencies=reader,
        operation_id="list_waves",
        summary="List the waves of all surveys",
        responses=responses(401, 403, 422, 503),
    )
    def list_waves(
        context: ContextDependency,
        page: PagingDependency,
        state: Annotated[list[State] | None, Query(description="Only those in these states.")] = None,
    ) -> PageModel[WaveSummaryModel]:
        """In the order of their opening times."""
        return _page(context, page, None, state or [])

    @routes.get(
        "/waves/{wave}",
        dependencies=reader,
        operation_id="get_wave",
        summary="Read a wave and its plan",
        responses=responses(401, 403, 404, 422, 503),
    )
    def get_wave(wave: str, context: ContextDependency) -> WaveModel:
        """By its id or its 64 hex digits."""
        with reading(context.main) as tx:
            row = waves.find(tx, wave)
        return describe(context, row)

    @routes.patch(
        "/waves/{wave}",
        operation_id="change_wave",
        summary="Change a draft",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(ChangedWaveModel)}}),
    )
    def patch_wave(by: OwnerCaller, wave: str, body: TermsBody, context: ContextDependency) -> WaveModel:
        """What is left out stays as it is. A wave that has opened never changes."""
        wanted = parsed(ChangedWaveModel, body.content)
        return describe(context, change_draft(context, wave, wanted.wishes(), by))

    @routes.delete(
        "/waves/{wave}",
        status_code=204,
        operation_id="delete_wave",
        summary="Delete a draft",
        responses=responses(401, 403, 404, 409, 422, 503),
    )
    def delete_wave(by: OwnerCaller, wave: str, context: ContextDependency) -> None:
        """A wave that has opened is never deleted."""
        delete_draft(context, wave, by)

    return routes


def describe(context: Context, row: WaveRow) -> WaveModel:
    """The wave with its plan: the promise in its manifest, or for a draft what it would promise."""
    if row.wave is not None and row.manifest is not None:
        manifest = read_manifest(row.manifest, row.wave)
        return model_of(row, promise_value(manifest.policy, manifest.pairing), None)
    promise = row.plan["promise"]
    day, cap_epsilon = today(context.clock), context.settings.cap_epsilon
    with reading(context.main) as tx:
        charges = ledger.charges_of_roster(tx, row.survey_id, day, drawn.draw_of(tx, row.id))
    room = room_of(charges, promise["micro_rho"], cap_epsilon, day)
    return model_of(row, promise, (cap_epsilon, room))


def _page(
    context: Context, page: Paging, survey: str | None, states: list[State]
) -> PageModel[WaveSummaryModel]:
    after = page.after(str, str)
    with reading(context.main) as tx:
        rows = waves.page_of_waves(
            tx,
            survey_id=survey,
            states=tuple(states),
            after=None if after is None else (str(after[0]), str(after[1])),
            limit=page.limit + 1,
        )
    rows, cursor = page.cut(rows, lambda row: (row.opens_at, row.id))
    return PageModel(items=[summary_of(row) for row in rows], next=cursor)
