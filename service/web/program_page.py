"""One program: what it is for, who takes part, its waves; moving it on and deleting it."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from privacy.errors import Invalid
from service.accounts.sessions import check_csrf
from service.errors import Conflict
from service.http.context import Context
from service.programs import programs as use_cases
from service.programs.program_models import ChangedProgramModel
from service.programs.program_view import BASELINE, END, LATER
from service.programs.program_wave_routes import LabelModel
from service.programs.program_waves import attach_wave, detach_wave
from service.store import program_waves, programs, waves
from service.store.tables_programs import ProgramRow
from service.store.unit_of_work import reading
from service.web.owner_home import readable
from service.web.program_forms import (
    NO_FAULTS,
    ContextDependency,
    Faults,
    Owner,
    Reader,
    Sent,
    faults_of,
    read,
    texts_of,
)
from service.web.program_survey import SurveyChoices, survey_choices
from service.web.render import page

_MOST = 1000


def router() -> APIRouter:
    """/programs/{program} and what changes it."""
    routes = APIRouter(prefix="/programs", dependencies=[Depends(check_csrf)])

    @routes.get("/{program}")
    def show(request: Request, context: ContextDependency, _: Reader, program: str) -> Response:
        return _page(request, context, program)

    @routes.post("/{program}/state")
    def move_on(
        request: Request, context: ContextDependency, by: Owner, program: str, sent: Sent
    ) -> Response:
        try:
            wanted = read(ChangedProgramModel, texts_of(sent, ("state",)))
            use_cases.change_program(context, by, program, wanted.model_dump(exclude_unset=True))
        except (Invalid, Conflict) as error:
            return _page(request, context, program, faults_of(error))
        return RedirectResponse(f"/programs/{program}", status_code=303)

    @routes.post("/{program}/delete")
    def delete(request: Request, context: ContextDependency, by: Owner, program: str) -> Response:
        try:
            use_cases.delete_program(context, by, program)
        except Conflict as error:
            return _page(request, context, program, faults_of(error))
        return RedirectResponse("/programs", status_code=303)

    @routes.post("/{program}/waves")
    def use_wave(
        request: Request, context: ContextDependency, by: Owner, program: str, sent: Sent
    ) -> Response:
        try:
            label = read(LabelModel, texts_of(sent, ("label",))).label
            attach_wave(context, by, program, texts_of(sent, ("wave",))["wave"], label)
        except (Invalid, Conflict) as error:
            return _page(request, context, program, faults_of(error))
        return RedirectResponse(f"/programs/{program}", status_code=303)

    @routes.post("/{program}/waves/{wave}/remove")
    def remove_wave(context: ContextDependency, by: Owner, program: str, wave: str) -> Response:
        detach_wave(context, by, program, wave)
        return RedirectResponse(f"/programs/{program}", status_code=303)

    return routes


def _page(
    request: Request,
    context: Context,
    program: str,
    faults: Faults = NO_FAULTS,
) -> Response:
    with reading(context.main) as tx:
        row = programs.get_program(tx, program)
        survey = survey_choices(tx, row.survey_id)
        attached = program_waves.waves_of_program(tx, program)
        values = {
            "objectives": len(programs.objectives_of(tx, program)),
            "waves": [_wave(label, one) for label, one in attached],
            "free_waves": _free_waves(tx, row, {one.id for _, one in attached}),
        }
    return page(
        request,
        "programs/show.html",
        faults.status,
        base=f"/programs/{program}",
        name=row.name,
        program=row,
        survey=survey,
        attribute=_groups(row, survey),
        released=sum(one.state == "released" for _, one in attached),
        labels=_free_labels({label for label, _ in attached}),
        next_state=use_cases.next_state(row),
        problems=faults.problems,
        **values,
    )


def _wave(label: str, row: Any) -> dict[str, str]:
    opens, closes = readable(row.opens_at), readable(row.closes_at)
    return {"id": row.id, "label": label, "state": row.state, "opens": opens, "closes": closes}


def _groups(row: ProgramRow, survey: SurveyChoices | None) -> dict[str, Any] | None:
    """Who takes part and whom they are compared with, in words."""
    attribute = None if survey is None else survey.attribute(row.attribute)
    if survey is None or attribute is None:
        return None
    stratum = None if row.stratum is None else survey.attribute(row.stratum["attribute"])
    return {
        "text": attribute.text,
        "source": attribute.source,
        "participants": attribute.texts(row.participants),
        "comparison": attribute.texts(row.comparison.get("levels", [])),
        "people": sum(attribute.sizes.get(level, 0) for level in row.participants),
        "others": sum(
            people
            for level, people in attribute.sizes.items()
            if level in row.comparison.get("levels", attribute.sizes) and level not in row.participants
        ),
        "stratum": None
        if stratum is None or row.stratum is None
        else f"{stratum.text}: {stratum.texts([row.stratum['level']])[0]}",
    }


def _free_waves(tx: Session, row: ProgramRow, attached: set[str]) -> list[tuple[str, str]]:
    """Waves of the survey that the program does not use."""
    if row.survey_id is None:
        return []
    found = waves.page_of_waves(tx, survey_id=row.survey_id, limit=_MOST)
    return [(one.id, f"{readable(one.opens_at)} ({one.state})") for one in found if one.id not in attached]


def _free_labels(used: set[str]) -> list[str]:
    """What another wave can be: what none is yet, and any other time."""
    other = next(f"other-{number}" for number in range(1, 1000) if f"other-{number}" not in used)
    return [*(label for label in (BASELINE, END, *LATER) if label not in used), other]
