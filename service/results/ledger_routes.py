"""The privacy ledger: all of it for staff, a person's own total for whoever holds their invitation."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from service.accounts.auth import ANALYSTS, require
from service.clock import today
from service.errors import NotFound
from service.http.body import JSON, Body, parsed, raw_body, request_body
from service.http.context import Context, context_of
from service.http.cursor import PagingDependency
from service.http.problem import responses
from service.results.ledger_models import LedgerModel, OwnLedgerModel, OwnRequestModel, entry_of, own_of
from service.store import invitations, ledger, waves
from service.store.unit_of_work import reading

ContextDependency = Annotated[Context, Depends(context_of)]
_LARGEST = 4096
_NO_WAVE = bytes(32)


def router() -> APIRouter:
    """GET /api/v1/ledger and POST /api/v1/ledger/own."""
    routes = APIRouter(prefix="/api/v1/ledger", tags=["ledger"])

    @routes.get(
        "",
        dependencies=[Depends(require(*ANALYSTS))],
        operation_id="get_ledger",
        summary="Read the privacy ledger",
        responses=responses(401, 403, 422, 503),
    )
    def get_ledger(context: ContextDependency, page: PagingDependency) -> LedgerModel:
        """One entry a wave, oldest first, chained by hash."""
        after = page.after(int)
        with reading(context.main) as tx:
            chain = ledger.entries(tx)
            rows = ledger.page_of_rows(tx, 0 if after is None else int(after[0]), page.limit + 1)
            charged = ledger.populations(tx, rows)
        rows, cursor = page.cut(rows, lambda row: (row.position,))
        return LedgerModel(
            items=[entry_of(row, charged) for row in rows],
            next=cursor,
            verified=ledger.chain_holds(chain),
            head=chain[-1].digest if chain else None,
        )

    # A POST, so that the code stands in no address and so in no log.
    @routes.post(
        "/own",
        operation_id="get_own_ledger",
        summary="Read what was charged to the person with an invitation",
        responses=responses(403, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": OwnRequestModel.model_json_schema()}}),
    )
    def get_own(
        body: Annotated[Body, Depends(raw_body((JSON,), _LARGEST))],
        context: ContextDependency,
        response: Response,
    ) -> OwnLedgerModel:
        """Over every wave that ever invited them, answered or not; nothing is told of whether they did."""
        response.headers["Cache-Control"] = "no-store"
        request = parsed(OwnRequestModel, body.content)
        with reading(context.main) as tx:
            try:
                wave = waves.find(tx, request.wave).wave or _NO_WAVE
            except NotFound:
                wave = _NO_WAVE  # refused like an unknown invitation, after the same work
            person = invitations.person_of(tx, invitations.digest_of(wave, request.invitation))
            charges = ledger.charges_of_person(tx, person or "")
        if person is None:
            raise invitations.refusal()
        return own_of(charges, today(context.clock), context.settings.cap_epsilon)

    return routes
