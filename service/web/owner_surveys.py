"""Writing, choosing, changing and looking at survey definitions, and uploading rosters."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from privacy.errors import Invalid, Problem
from service.accounts.sessions import StaffSession, check_csrf, require_session
from service.errors import Conflict, TooLarge
from service.http.context import Context, context_of
from service.locale.catalogues import RIGHT_TO_LEFT, Translations
from service.store import rosters, surveys, waves
from service.store.unit_of_work import reading
from service.surveys.definition_file import FILE_BYTES, load, load_shipped, shipped
from service.surveys.roster_file import columns_of
from service.surveys.roster_routes import store_roster
from service.surveys.roster_summary import summarise
from service.surveys.survey_routes import add_definition, replace_definition, text_of
from service.web.owner_home import summary, title_of
from service.web.render import page

ContextDependency = Annotated[Context, Depends(context_of)]
Owner = Annotated[StaffSession, Depends(require_session("admin", "owner"))]
Reader = Annotated[StaffSession, Depends(require_session("admin", "owner", "analyst"))]
Source = Annotated[str, Form()]
_ROSTER_BYTES = 16 * 1024 * 1024


def router() -> APIRouter:
    """/surveys/..."""
    routes = APIRouter(prefix="/surveys", dependencies=[Depends(check_csrf)])

    @routes.get("/new")
    def new(request: Request, _: Owner, template: str | None = None) -> Response:
        source = ""
        if template is not None and template in shipped():
            source = shipped()[template].read_text()
        return _editor(request, None, source)

    @routes.post("/new")
    def create(
        request: Request,
        context: ContextDependency,
        by: Owner,
        source: Source = "",
        file: UploadFile | None = None,
    ) -> Response:
        return _stored(request, context, by, None, source=source, file=file)

    @routes.get("/{survey}")
    def show(request: Request, context: ContextDependency, _: Reader, survey: str) -> Response:
        with reading(context.main) as tx:
            row = surveys.get_survey(tx, survey)
            definition, warnings = load(row.source)
            roster = summarise(definition, rosters.attributes_of(tx, survey))
            found = waves.page_of_waves(tx, survey_id=survey, states=(), after=None, limit=1000)
        return page(
            request,
            "owner/survey.html",
            survey=row,
            title=title_of(row),
            definition=definition,
            warnings=warnings,
            roster=roster,
            waves=[summary(one) for one in found],
        )

    @routes.get("/{survey}/definition")
    def edit(request: Request, context: ContextDependency, _: Owner, survey: str) -> Response:
        with reading(context.main) as tx:
            row = surveys.get_survey(tx, survey)
        return _editor(request, survey, row.source)

    @routes.post("/{survey}/definition")
    def replace(
        *,
        request: Request,
        context: ContextDependency,
        by: Owner,
        survey: str,
        source: Source = "",
        file: UploadFile | None = None,
    ) -> Response:
        return _stored(request, context, by, survey, source=source, file=file)

    @routes.get("/{survey}/preview")
    def preview(
        request: Request, context: ContextDependency, _: Reader, survey: str, language: str | None = None
    ) -> Response:
        with reading(context.main) as tx:
            row = surveys.get_survey(tx, survey)
        definition, _warnings = load(row.source)
        spoken = language if language in definition.languages else definition.languages[0]
        return page(
            request,
            "owner/preview.html",
            survey=row,
            definition=definition,
            language=spoken,
            rtl=spoken in RIGHT_TO_LEFT,
            respondent=Translations(spoken, "respondent").gettext,
        )

    @routes.get("/{survey}/roster")
    def roster(request: Request, context: ContextDependency, _: Owner, survey: str) -> Response:
        return _roster_page(request, context, survey)

    @routes.post("/{survey}/roster")
    def put_roster(
        request: Request, context: ContextDependency, by: Owner, survey: str, file: UploadFile
    ) -> Response:
        try:
            content = content_of(file, _ROSTER_BYTES)
            store_roster(context, by, survey, content, is_csv=True)
        except (Invalid, TooLarge) as error:
            status = error.status if isinstance(error, TooLarge) else 422
            return _roster_page(request, context, survey, problems_of(error), status)
        return RedirectResponse(f"/surveys/{survey}", status_code=303)

    return routes


def problems_of(error: Exception) -> tuple[Problem, ...]:
    """The faults to list on a page that stays where it is."""
    if isinstance(error, Invalid):
        return error.problems
    return (Problem("refused", "form", str(error), ""),)


def _stored(
    request: Request,
    context: Context,
    by: StaffSession,
    survey: str | None,
    *,
    source: str,
    file: UploadFile | None,
) -> Response:
    # A form sends its text with CRLF; the line numbers are the same.
    text = source.replace("\r\n", "\n")
    try:
        if file is not None and file.filename:
            text = text_of(content_of(file, FILE_BYTES))
        if survey is None:
            row, _, _ = add_definition(context, by, text)
        else:
            row, _, _ = replace_definition(context, by, survey, text)
    except (Invalid, Conflict, TooLarge) as error:
        status = error.status if isinstance(error, Conflict | TooLarge) else 422
        return _editor(request, survey, text, problems_of(error), status)
    return RedirectResponse(f"/surveys/{row.id}", status_code=303)


def content_of(file: UploadFile, most: int) -> bytes:
    """What was uploaded. Raises TooLarge."""
    content = file.file.read(most + 1)
    if len(content) > most:
        raise TooLarge(f"the file has more than {most} bytes; nothing was stored")
    return content


def _editor(
    request: Request,
    survey: str | None,
    source: str,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    marked: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.line:
            marked.setdefault(problem.line, []).append(problem)
    lines = list(enumerate(source.splitlines(), start=1)) if marked else []
    return page(
        request,
        "owner/editor.html",
        status,
        survey=survey,
        source=source,
        problems=problems,
        marked=marked,
        lines=lines,
        shipped=[] if survey else [(name, load_shipped(name).title["en"]) for name in shipped()],
    )


def _roster_page(
    request: Request,
    context: Context,
    survey: str,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    with reading(context.main) as tx:
        row = surveys.get_survey(tx, survey)
    definition, _ = load(row.source)
    values: dict[str, Any] = {"columns": columns_of(definition), "title": title_of(row)}
    return page(request, "owner/roster.html", status, survey=row, problems=problems, **values)
