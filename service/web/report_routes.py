"""A release as a report to print."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from service.accounts.sessions import require_session
from service.charts.report import report_pdf
from service.results.rows import language_of
from service.web.report_value import report_value
from service.web.results_pages import READS, found_wave


def router() -> APIRouter:
    """/results/{wave}/report.pdf"""
    routes = APIRouter(dependencies=[Depends(require_session(*READS))])

    @routes.get("/results/{wave}/report.pdf")
    def get_report(request: Request, wave: str, language: Annotated[str | None, Query()] = None) -> Response:
        found = found_wave(request, wave)
        name = f"report-{found.closed_at.date().isoformat()}.pdf"
        return Response(
            report_pdf(report_value(found, language_of(found, language))),
            media_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return routes
