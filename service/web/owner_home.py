"""The first page of staff: surveys, their waves, and what to do next."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from service.accounts.sessions import require_session
from service.http.context import context_of
from service.store import surveys, waves
from service.store.tables_main import SurveyRow, WaveRow
from service.store.unit_of_work import reading
from service.web.render import page

_MOST = 1000
NEXT = {
    "draft": "Read its contract and open it, or let it open at its time.",
    "open": "Send the links. It closes by itself; nobody can see answers before.",
    "closed": "Wait for the tally; results appear by themselves.",
    "released": "Read the results, and tell those who were invited what you do about them.",
}


def router() -> APIRouter:
    """/"""
    routes = APIRouter()

    @routes.get("/", dependencies=[Depends(require_session())])
    def home(request: Request) -> Response:
        if request.state.staff.role == "auditor":
            return RedirectResponse("/ledger", status_code=303)
        with reading(context_of(request).main) as tx:
            found = surveys.page_of_surveys(tx, None, _MOST)
            rows = waves.page_of_waves(tx, survey_id=None, states=(), after=None, limit=_MOST)
        by_survey: dict[str, list[WaveRow]] = {}
        for row in rows:
            by_survey.setdefault(row.survey_id, []).append(row)
        listed = [(title_of(one), one, [summary(row) for row in by_survey.get(one.id, [])]) for one in found]
        return page(request, "owner/home.html", surveys=listed)

    return routes


def title_of(row: SurveyRow) -> str:
    """A survey's title in its first language."""
    return next(iter(row.title.values()), row.id)


def summary(row: WaveRow) -> dict[str, Any]:
    """A wave as lists show it."""
    return {
        "id": row.id,
        "state": row.state,
        "opens": readable(row.opens_at),
        "closes": readable(row.closes_at),
        "next": NEXT[row.state],
    }


def readable(moment: str) -> str:
    """A time of the store, 2026-03-02T08:00:00Z, as pages print it."""
    return f"{moment[:10]} {moment[11:16]} UTC"
