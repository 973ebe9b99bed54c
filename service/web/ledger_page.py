"""The privacy ledger for staff: what each wave cost whom, and whether the chain holds."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.accounts.sessions import require_session
from service.http.context import context_of
from service.results.ledger_models import entry_of
from service.store import ledger
from service.store.unit_of_work import reading
from service.web.render import page

_MOST = 1000


def router() -> APIRouter:
    """/ledger, for everybody of staff."""
    routes = APIRouter(dependencies=[Depends(require_session())])

    @routes.get("/ledger")
    def show(request: Request) -> Response:
        context = context_of(request)
        with reading(context.main) as tx:
            chain = ledger.entries(tx)
            rows = ledger.page_of_rows(tx, max(0, len(chain) - _MOST), _MOST)
            populations = ledger.populations(tx, rows)
        entries = [entry_of(row, populations) for row in reversed(rows)]
        return page(
            request,
            "results/ledger.html",
            entries=entries,
            holds=ledger.chain_holds(chain),
            cap=context.settings.cap_epsilon,
        )

    return routes
