"""The evidence report of a program: a page that prints on one sheet, a PDF, and files for others to check."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import TypeAdapter

from service.accounts.sessions import require_session
from service.charts.report import Block, report_pdf
from service.http.body import JSON
from service.http.context import context_of
from service.http.negotiate import CSV_TYPE
from service.programs.evidence import Evidence
from service.programs.evidence_csv import evidence_csv
from service.programs.evidence_reading import read_evidence
from service.store.unit_of_work import reading
from service.web.evidence_words import blocks_of
from service.web.render import page
from service.web.results_pages import READS

_EVIDENCE = TypeAdapter(Evidence)
_LETTERS = 60  # of a footer's name
Language = Annotated[str | None, Query()]


def router() -> APIRouter:
    """/programs/{program}/report as a page, .pdf, .csv and .json."""
    routes = APIRouter(prefix="/programs", dependencies=[Depends(require_session(*READS))])

    @routes.get("/{program}/report")
    def show(request: Request, program: str, language: Language = None) -> Response:
        found = evidence(request, program, language)
        return page(
            request,
            "programs/report.html",
            base=f"/programs/{program}",
            name=found.name,
            evidence=found,
            blocks=blocks_of(found),
            picture=_picture,
        )

    @routes.get("/{program}/report.pdf")
    def get_pdf(request: Request, program: str, language: Language = None) -> Response:
        found = evidence(request, program, language)
        return _file(found, "pdf", evidence_pdf(found), "application/pdf")

    @routes.get("/{program}/report.csv")
    def get_csv(request: Request, program: str, language: Language = None) -> Response:
        found = evidence(request, program, language)
        return _file(found, "csv", evidence_csv(found), CSV_TYPE)

    @routes.get("/{program}/report.json")
    def get_json(request: Request, program: str, language: Language = None) -> Response:
        found = evidence(request, program, language)
        return _file(found, "json", _EVIDENCE.dump_json(found), JSON)

    return routes


def evidence(request: Request, program: str, language: str | None) -> Evidence:
    """The report of a program. Raises NotFound, and Invalid for a language that its survey is not in."""
    with reading(context_of(request).main) as tx:
        return read_evidence(tx, program, language)


def evidence_pdf(found: Evidence) -> bytes:
    """The report on one sheet, where what it says fits. Its date is that of what it tells."""
    name = found.name if len(found.name) <= _LETTERS else f"{found.name[: _LETTERS - 1]}…"
    return report_pdf(
        {
            "title": found.name,
            "language": found.language,
            "closed": f"{_told_on(found)}T00:00:00+00:00",
            "footer": f"Evidence report: {name}, as of {_told_on(found)}",
            "dense": True,
            "blocks": blocks_of(found),
        }
    )


def _picture(one: Block) -> Markup:
    return Markup(one["svg"])  # noqa: S704 - numbers alone, drawn by service.charts


def _told_on(found: Evidence) -> date:
    return found.as_of or found.starts_on


def _file(found: Evidence, kind: str, content: bytes, media_type: str) -> Response:
    name = f"evidence-{_told_on(found)}.{kind}"
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
