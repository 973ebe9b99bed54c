"""Whether a program holds together and fits its survey: every fault, with what to do."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from privacy.errors import Problem
from privacy.survey import Attribute, Survey
from service.errors import NotFound
from service.store import rosters, surveys
from service.store.ids import storable
from service.store.tables_main import SurveyRow
from service.surveys.definition_file import load
from service.surveys.roster_summary import summarise

REST = {"kind": "rest"}
_TEXTS = ("name", "purpose", "owner", "sponsor")


def program_problems(tx: Session, values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a program that has all these columns."""
    problems = [
        Problem("not-text", name, "it has symbols that are not text", "use letters and signs")
        for name in _TEXTS
        if not storable(values[name])
    ]
    if values["ends_on"] <= values["starts_on"]:
        message, remedy = "the program ends before or as it starts", "choose a day after starts_on"
        problems.append(Problem("program-dates", "ends_on", message, remedy))
    if values["survey_id"] is None:
        return problems + _without_survey(values)
    survey = survey_of(tx, values["survey_id"])
    if survey is None:
        message, remedy = "there is no such survey", "name one that is listed at /api/v1/surveys"
        return [*problems, Problem("unknown-survey", "survey", message, remedy)]
    return problems + _group_problems(tx, survey, values)


def survey_of(tx: Session, survey_id: str) -> Survey | None:
    """The current definition of a survey, None if there is none of this id."""
    try:
        row: SurveyRow = surveys.get_survey(tx, survey_id)
    except NotFound:
        return None
    return load(row.source)[0]


def levels_of(tx: Session, survey: Survey, attribute: Attribute) -> Sequence[str]:
    """Ids of the levels of an attribute; those of a step of a hierarchy are the roster's."""
    if attribute.path is None:
        return [level.id for level in attribute.levels]
    sizes = summarise(survey, rosters.attributes_of(tx, survey.id)).attributes
    return [level.id for one in sizes if one.id == attribute.id for level in one.levels]


def _without_survey(values: Mapping[str, Any]) -> list[Problem]:
    asked = {
        "attribute": values["attribute"],
        "participants": values["participants"],
        "comparison": values["comparison"] != REST,
        "stratum": values["stratum"],
    }
    message = "it is of a survey, and the program has none"
    remedy = "name the survey whose waves judge the program"
    return [Problem("survey-needed", place, message, remedy) for place, sent in asked.items() if sent]


def _group_problems(tx: Session, survey: Survey, values: Mapping[str, Any]) -> list[Problem]:
    by_id = {attribute.id: attribute for attribute in survey.attributes}
    known = f"use {', '.join(by_id)}" if by_id else "add the attribute to the survey's definition first"
    participants, comparison = values["participants"], values["comparison"]
    against: Sequence[str] = comparison.get("levels", [])
    stratum: Mapping[str, str] | None = values["stratum"]
    name = values["attribute"]
    if name is None:
        places = {"participants": participants, "comparison.levels": against, "stratum": stratum}
        message = "nothing says who takes part"
        return [
            Problem("attribute-needed", place, message, f"name the attribute that says it; {known}")
            for place, sent in places.items()
            if sent
        ]
    message = "the survey has no such attribute"
    if name not in by_id:
        return [Problem("unknown-attribute", "attribute", message, known)]
    levels = levels_of(tx, survey, by_id[name])
    problems = [
        *_level_problems("participants", participants, levels),
        *_level_problems("comparison.levels", against, levels),
    ]
    if not participants:
        remedy = f"name at least one of {', '.join(levels)}"
        problems.append(
            Problem("participants-needed", "participants", "no level of those who take part", remedy)
        )
    shared = [level for level in against if level in participants]
    if shared:
        message = f"{', '.join(shared)} would be compared with itself"
        remedy = "name levels of people who do not take part, or compare with the rest"
        problems.append(Problem("comparison-overlaps", "comparison.levels", message, remedy))
    if levels and set(participants) >= set(levels):
        message = f"every level of {name} takes part, which leaves nobody to compare with"
        remedy = "leave out a level, such as a waiting list or those who did not join"
        problems.append(Problem("nobody-to-compare", "participants", message, remedy))
    return problems + _stratum_problems(tx, survey, by_id, name, stratum)


def _stratum_problems(
    tx: Session,
    survey: Survey,
    by_id: Mapping[str, Attribute],
    name: str,
    stratum: Mapping[str, str] | None,
) -> list[Problem]:
    if stratum is None:
        return []
    others = [other for other in by_id if other != name]
    remedy = f"use {', '.join(others)}" if others else "leave the stratum out"
    if stratum["attribute"] not in others:
        message = "the survey has no such attribute beside the one that says who takes part"
        return [Problem("unknown-attribute", "stratum.attribute", message, remedy)]
    levels = levels_of(tx, survey, by_id[stratum["attribute"]])
    return _level_problems("stratum.level", [stratum["level"]], levels)


def _level_problems(place: str, named: Sequence[str], levels: Sequence[str]) -> list[Problem]:
    problems = []
    if len(set(named)) != len(named):
        problems.append(Problem("level-twice", place, "a level is named twice", "name each once"))
    if not set(named) <= set(levels):
        message = "the attribute has no such level"
        remedy = f"use {', '.join(levels)}" if levels else "upload the roster first; the levels are its own"
        problems.append(Problem("unknown-level", place, message, remedy))
    return problems
