"""What owners and analysts read of a release: overview, groups, trend, differences, comments."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from service.accounts.sessions import StaffRole, require_session
from service.errors import NotFound
from service.http.context import context_of
from service.results.released import Released, read, released
from service.results.rows import language_of
from service.store import waves
from service.store.unit_of_work import reading
from service.web import results_figures as figures
from service.web.chart_markup import bar_markup, cell_text, chart_markup, heat_class
from service.web.render import page

READS: tuple[StaffRole, ...] = ("admin", "owner", "analyst")
_MOST_WAVES = 60  # in a trend
Language = Annotated[str | None, Query()]


def router() -> APIRouter:
    """/results and /results/{wave}/..."""
    routes = APIRouter(dependencies=[Depends(require_session(*READS))])

    @routes.get("/results")
    def list_released(request: Request) -> Response:
        with reading(context_of(request).main) as tx:
            found = waves.page_of_waves(tx, survey_id=None, states=("released",), after=None, limit=1000)
        return page(request, "results/list.html", waves=[_summary(row) for row in reversed(found)])

    @routes.get("/results/{wave}")
    def overview(request: Request, wave: str, language: Language = None) -> Response:
        found, values = _opened(request, wave, language)
        spoken = values["language"]
        shown = figures.distribution(found, spoken)
        content = found.value
        groups = [one for by in figures.breakdowns(found) for one in figures.counts(found, by, spoken)]
        return page(
            request,
            "results/overview.html",
            **values,
            answered=figures.counts(found, (), spoken)[0][1],
            board=content["board"],
            guarantee=content["guarantee"],
            groups_shown=sum(one.value is not None for _, one in groups),
            groups=len(groups),
            distribution=shown,
            bars=[(bar, bar_markup(bar)) for bar in shown.bars],
            themes=chart_markup(figures.themes(found, spoken)),
            items=chart_markup(figures.items(found, spoken)),
            promoters=_drawn(figures.promoters(found, spoken)),
            chosen=[chart_markup(one) for one in figures.chosen(found, spoken)],
        )

    @routes.get("/results/{wave}/groups")
    def groups(
        request: Request, wave: str, by: Annotated[str | None, Query()] = None, language: Language = None
    ) -> Response:
        found, values = _opened(request, wave, language)
        tables, table = _tables(found, by, values["language"])
        return page(
            request,
            "results/groups.html",
            **values,
            tables=tables,
            by="&".join(table or ()),
            heatmap=figures.heatmap(found, table, values["language"]) if table else None,
            counts=figures.counts(found, table, values["language"]) if table else [],
            taken_part=_drawn(figures.taken_part(found, table, values["language"])) if table else None,
            heat_class=heat_class,
            cell_text=cell_text,
        )

    @routes.get("/results/{wave}/differences")
    def differences(
        *,
        request: Request,
        wave: str,
        by: Annotated[str | None, Query()] = None,
        theme: Annotated[str | None, Query()] = None,
        against: Annotated[str | None, Query()] = None,
        language: Language = None,
    ) -> Response:
        found, values = _opened(request, wave, language)
        tables, table = _tables(found, by, values["language"])
        named = theme_named(found, theme)
        spoken = values["language"]
        options = figures.groups(found, table, spoken) if table else []
        other = group_named(options, against)
        drawn = figures.differences(found, table, named, spoken, other) if table else None
        return page(
            request,
            "results/differences.html",
            **values,
            tables=tables,
            by="&".join(table or ()),
            themes=_themes(found, values["language"]),
            theme=named or "",
            groups=options,
            against="&".join(other or ()),
            chart=_drawn(drawn),
        )

    @routes.get("/results/{wave}/trend")
    def trend(
        request: Request,
        wave: str,
        theme: Annotated[str | None, Query()] = None,
        language: Language = None,
    ) -> Response:
        found, values = _opened(request, wave, language)
        named = theme_named(found, theme)
        others = waves_of_survey(request, found)
        drawn = figures.trend(others, named)
        compared, notes = figures.wave_changes(others, named)
        return page(
            request,
            "results/trend.html",
            **values,
            themes=_themes(found, values["language"]),
            theme=named or "",
            chart=chart_markup(drawn),
            compared=chart_markup(compared),
            notes=notes,
        )

    @routes.get("/results/{wave}/comments")
    def comments(request: Request, wave: str, language: Language = None) -> Response:
        found, values = _opened(request, wave, language)
        texts = {one.id: one.text[values["language"]] for one in found.manifest.questions}
        groups = found.value["comments"] or []
        return page(
            request,
            "results/comments.html",
            **values,
            comments=[(texts.get(one["question"], ""), one["texts"]) for one in groups],
            least=found.manifest.policy.comment_k,
        )

    return routes


def waves_of_survey(request: Request, wave: Released) -> list[Released]:
    """The released waves of the same survey, in the order of their closing."""
    with reading(context_of(request).main) as tx:
        survey = waves.find(tx, wave.id).survey_id
        return [read(tx, row) for row in waves.latest_released(tx, survey, _MOST_WAVES)]


def found_wave(request: Request, wave: str) -> Released:
    """The release that a page is about. Raises NotFound, and Conflict until it is there."""
    with reading(context_of(request).main) as tx:
        return released(tx, wave)


def table_named(found: Released, by: str | None) -> tuple[str, ...] | None:
    """The breakdown of a query, attributes joined by "&"; the first one unless one is named.

    None where a wave has none; raises NotFound for one that it has not.
    """
    tables = figures.breakdowns(found)
    if by is None:
        return tables[0] if tables else None
    wanted = tuple(by.split("&"))
    if wanted not in tables:
        raise NotFound("this wave has no such breakdown; choose one that the page offers")
    return wanted


def group_named(options: list[tuple[str, str]], against: str | None) -> tuple[str, ...] | None:
    """The group of a query; None for everybody.

    One of another breakdown is left over from a form in which the breakdown was changed: everybody too.
    """
    if not against or against not in dict(options):
        return None
    return tuple(against.split("&"))


def theme_named(found: Released, theme: str | None) -> str | None:
    """The theme of a query; None for all items together. Raises NotFound for one that the wave has not."""
    if theme and theme not in found.themes:
        raise NotFound("this wave has no such theme; choose one that the page offers")
    return theme or None


def _opened(request: Request, wave: str, language: str | None) -> tuple[Released, dict[str, Any]]:
    found = found_wave(request, wave)
    spoken = language_of(found, language)
    return found, {
        "wave": found,
        "base": f"/results/{found.id}",
        "title": found.manifest.title[spoken],
        "closed": found.closed_at.date().isoformat(),
        "language": spoken,
        "k": found.manifest.policy.k,
        "has_comments": any(one.type == "text" for one in found.manifest.questions),
    }


def _tables(
    found: Released, by: str | None, language: str
) -> tuple[list[tuple[str, str]], tuple[str, ...] | None]:
    tables = [("&".join(one), figures.table_text(found, one, language)) for one in figures.breakdowns(found)]
    return tables, table_named(found, by)


def _themes(found: Released, language: str) -> list[tuple[str, str]]:
    texts = (
        (name, text.get(language, next(iter(text.values()), name))) for name, text in found.themes.items()
    )
    return [("", "All items together"), *texts]


def _drawn(chart: Any) -> Any:
    return None if chart is None else chart_markup(chart)


def _summary(row: Any) -> dict[str, Any]:
    title = json.loads(row.manifest)["survey"]["title"]
    return {"id": row.id, "title": next(iter(title.values())), "closed": row.closes_at[:10]}
