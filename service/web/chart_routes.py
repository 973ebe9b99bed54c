"""Charts as files: SVG, PNG and CSV."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from service.accounts.sessions import require_session
from service.charts.draw import draw
from service.charts.files import png
from service.charts.shapes import Chart
from service.errors import NotFound
from service.http.negotiate import CSV_TYPE, csv_bytes
from service.results.released import Released
from service.results.rows import language_of
from service.web import results_figures as figures
from service.web.results_pages import (
    READS,
    found_wave,
    group_named,
    table_named,
    theme_named,
    waves_of_survey,
)

Name = Literal["distribution", "themes", "items", "heatmap", "differences", "trend", "participation"]
Kind = Literal["svg", "png", "csv"]


def router() -> APIRouter:
    """/results/{wave}/charts/{name}.{svg,png,csv}"""
    routes = APIRouter(dependencies=[Depends(require_session(*READS))])

    @routes.get("/results/{wave}/charts/{name}.{kind}")
    def get_chart(
        *,
        request: Request,
        wave: str,
        name: Name,
        kind: Kind,
        by: Annotated[str | None, Query()] = None,
        theme: Annotated[str | None, Query()] = None,
        against: Annotated[str | None, Query()] = None,
        language: Annotated[str | None, Query()] = None,
    ) -> Response:
        found = found_wave(request, wave)
        spoken = language_of(found, language)
        if name == "differences":
            chart: Chart = _differences(found, by, theme, against, spoken)
        else:
            chart = _chart(request, found=found, name=name, by=by, theme=theme, language=spoken)
        return chart_file(chart, name, kind)

    return routes


def chart_file(chart: Chart, name: str, kind: Kind) -> Response:
    """A chart as a file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    if kind == "csv":
        header, rows = chart.table()
        return Response(csv_bytes(header, rows), media_type=CSV_TYPE, headers=headers)
    picture = draw(chart, alone=True)
    if kind == "svg":
        return Response(picture, media_type="image/svg+xml", headers=headers)
    return Response(png(picture), media_type="image/png", headers=headers)


def _chart(
    request: Request, *, found: Released, name: Name, by: str | None, theme: str | None, language: str
) -> Chart:
    match name:
        case "distribution":
            return figures.distribution(found, language)
        case "themes":
            return figures.themes(found, language)
        case "items":
            return figures.items(found, language)
        case "trend":
            return figures.trend(waves_of_survey(request, found), theme_named(found, theme))
        case "participation":
            chart = figures.taken_part(found, _table(found, by), language)
            if chart is None:
                raise NotFound("this breakdown is of no roster attribute, so nobody knows who was invited")
            return chart
    return figures.heatmap(found, _table(found, by), language)


def _differences(
    found: Released, by: str | None, theme: str | None, against: str | None, language: str
) -> Chart:
    table = _table(found, by)
    other = group_named(figures.groups(found, table, language), against)
    return figures.differences(found, table, theme_named(found, theme), language, other)


def _table(found: Released, by: str | None) -> tuple[str, ...]:
    table = table_named(found, by)
    if table is None:
        raise NotFound("this wave has no breakdown, so it has no groups to draw")
    return table
