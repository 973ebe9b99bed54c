"""A program's evidence report from the store: its evaluation, its published actions, who is compared."""

from sqlmodel import Session

from privacy.survey import Survey
from service.programs.evaluated import evaluation_of
from service.programs.evidence import ActionTaken, Evidence, evidence_of
from service.programs.fit import survey_of
from service.store import actions, programs
from service.store.tables_programs import ProgramRow
from service.store.tables_staff import ActionRow
from service.surveys.pulses import pulse_of


def read_evidence(tx: Session, program: str, language: str | None = None) -> Evidence:
    """The report of a program. Raises NotFound, and Invalid for a language that its survey is not in."""
    row = programs.get_program(tx, program)
    survey = None if row.survey_id is None else survey_of(tx, row.survey_id)
    evaluation = evaluation_of(tx, program, language)
    aims = {one.id: one.text for one in programs.objectives_of(tx, program)}
    taken = [_taken(tx, one, survey, aims, evaluation.language) for one in actions.published_for(tx, program)]
    return evidence_of(
        row,
        evaluation,
        taken,
        compared_with=compared_with(row, survey, evaluation.language),
        languages=(evaluation.language,) if survey is None else survey.languages,
    )


def compared_with(row: ProgramRow, survey: Survey | None, language: str) -> str:
    """Who is compared with whom, as a sentence."""
    if row.attribute is None or survey is None:
        return "Everybody who was asked, before against after."
    people = _texts(survey, row.attribute, row.participants, language)
    others = "everybody else"
    if row.comparison["kind"] == "levels":
        others = _texts(survey, row.attribute, row.comparison["levels"], language)
    within = ""
    if row.stratum is not None:
        within = f", within {_texts(survey, row.stratum['attribute'], [row.stratum['level']], language)}"
    return f"Those who take part ({people}) against {others}{within}."


def _texts(survey: Survey, attribute: str, levels: list[str], language: str) -> str:
    found = {
        level.id: level.text.get(language, level.id)
        for one in survey.attributes
        if one.id == attribute
        for level in one.levels
    }
    return ", ".join(found.get(level, level) for level in levels)


def _taken(
    tx: Session, row: ActionRow, survey: Survey | None, aims: dict[str, str], language: str
) -> ActionTaken:
    themes = {} if survey is None else {one.id: one.text.get(language, one.id) for one in survey.themes}
    return ActionTaken(
        id=row.id,
        text=row.text.get(language, next(iter(row.text.values()))),
        state=row.state,
        owner=row.owner,
        due=row.due,
        objective=None if row.objective_id is None else aims.get(row.objective_id),
        theme=None if row.theme is None else themes.get(row.theme, row.theme),
        pulse=pulse_of(tx, row),
    )
