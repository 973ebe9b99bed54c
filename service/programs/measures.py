"""What an objective may measure: whether its survey holds it, and between which values it lies."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from privacy.errors import Problem
from privacy.survey import Question, Survey
from service.programs.fit import survey_of
from service.store.ids import storable

_NAMED = ("item", "theme", "outside")  # kinds of measure that need a ref
_PERCENT, _POINTS = (0.0, 100.0), (-100.0, 100.0)


def objective_problems(
    tx: Session, program: Mapping[str, Any], objective: Mapping[str, Any], place: str = ""
) -> list[Problem]:
    """What is wrong with an objective that has all these columns, of a program that has all these.

    ``place`` takes the place of each fault's own.
    """
    kind, ref = objective["measure"]["kind"], objective["measure"]["ref"]
    problems = []
    if not storable(objective["text"]) or not storable(ref or ""):
        message = "it has symbols that are not text"
        problems.append(Problem("not-text", "text", message, "use letters and signs"))
    if (kind in _NAMED) != (ref is not None):
        problems.append(_ref_problem(kind))
    elif kind != "outside":
        problems += _survey_problems(tx, program["survey_id"], objective)
    problems += _direction_problems(objective)
    if objective["due"] < program["starts_on"]:
        message, remedy = "it is due before the program starts", "choose a day after starts_on of the program"
        problems.append(Problem("due-before-start", "due", message, remedy))
    return [Problem(one.id, place or one.place, one.message, one.remedy) for one in problems]


def items_of(survey: Survey, kind: str, ref: str | None) -> tuple[Question, ...]:
    """The questions that a measure is made of; none for participation and figures from outside."""
    if kind == "enps":
        return tuple(question for question in survey.questions if question.type == "nps")
    scales = tuple(question for question in survey.questions if question.type == "scale")
    if kind == "item":
        return tuple(question for question in scales if question.id == ref)
    if kind == "theme":
        return tuple(question for question in scales if question.theme == ref)
    return scales if kind == "index" else ()


def held_by(survey: Survey) -> str:
    """What an objective on this survey can measure, in words."""
    scales = items_of(survey, "index", None)
    themes = dict.fromkeys(question.theme for question in scales if question.theme is not None)
    parts = [
        f"item {', '.join(question.id for question in scales)}" if scales else "",
        f"theme {', '.join(themes)}" if themes else "",
        "index" if scales else "",
        "enps" if items_of(survey, "enps", None) else "",
        "participation",
    ]
    return "; ".join(part for part in parts if part)


def _ref_problem(kind: str) -> Problem:
    place = "measure.ref"
    if kind in _NAMED:
        what = {"item": "a question's id", "theme": "a theme's id", "outside": "the name of a figure"}[kind]
        return Problem("measure-ref", place, f"{kind} needs a name", f"give {what}")
    return Problem("measure-ref", place, f"{kind} is one thing and takes no name", "leave it out")


def _survey_problems(tx: Session, survey_id: str | None, objective: Mapping[str, Any]) -> list[Problem]:
    kind, ref = objective["measure"]["kind"], objective["measure"]["ref"]
    survey = None if survey_id is None else survey_of(tx, survey_id)
    if survey is None:
        message = f"{kind} is measured by a survey, and the program has none"
        remedy = "name the program's survey first, or measure a figure from outside"
        return [Problem("survey-needed", "measure", message, remedy)]
    if kind == "participation":
        return _range_problems(objective, *_PERCENT)
    items = items_of(survey, kind, ref)
    if not items:
        message = "the survey does not hold it"
        return [Problem("measure-not-in-survey", "measure", message, f"use {held_by(survey)}")]
    if kind == "enps":
        return _range_problems(objective, *_POINTS)
    lengths = {len(question.options) for question in items}
    if len(lengths) > 1:  # it has no mean; what is released of it is the share of favourable answers
        return _range_problems(objective, *_PERCENT)
    return _range_problems(objective, 1.0, float(max(lengths)))


def _range_problems(objective: Mapping[str, Any], low: float, high: float) -> list[Problem]:
    remedy = f"choose a number from {low:g} to {high:g}"
    return [
        Problem("out-of-range", name, "no value that the measure can have", remedy)
        for name in ("baseline", "target")
        if objective[name] is not None and not low <= objective[name] <= high
    ]


def _direction_problems(objective: Mapping[str, Any]) -> list[Problem]:
    baseline, target, direction = objective["baseline"], objective["target"], objective["direction"]
    if baseline is None or (target >= baseline if direction == "increase" else target <= baseline):
        return []
    message = f"the target lies on the other side of the baseline than {direction} says"
    return [Problem("target-against-direction", "target", message, "change the target or the direction")]
