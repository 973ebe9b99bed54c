"""What staff do with actions: add, change, publish, delete, each noted in the audit log."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from privacy.errors import Invalid, Problem
from service.accounts import audit
from service.accounts.audit import Actor
from service.clock import today
from service.errors import NotFound
from service.http.context import Context
from service.store import actions, programs, surveys, waves
from service.store.ids import storable
from service.store.tables_staff import ActionRow
from service.store.unit_of_work import unit_of_work
from service.surveys.definition_file import load


def add_action(context: Context, by: Actor, survey: str, wanted: Mapping[str, Any]) -> ActionRow:
    """Store an action; ``wanted`` are NewActionModel's fields. Raises NotFound, Invalid with every fault."""
    with unit_of_work(context.main) as tx:
        values = _checked(tx, survey, wanted)
        row = actions.add_action(tx, survey, day=today(context.clock), values=values)
        audit.record(tx, context, by, "add action", row.id, survey=survey, published=row.published)
    return row


def change_action(
    context: Context, by: Actor, survey: str, action: str, wanted: Mapping[str, Any]
) -> ActionRow:
    """Change what ``wanted`` has of an action. Raises NotFound, and Invalid with every fault."""
    with unit_of_work(context.main) as tx:
        surveys.get_survey(tx, survey)
        row = actions.get_action(tx, survey, action)
        row = actions.change_action(tx, row, _checked(tx, survey, wanted, row))
        audit.record(tx, context, by, "change action", row.id, survey=survey, published=row.published)
    return row


def delete_action(context: Context, by: Actor, survey: str, action: str) -> None:
    """Remove an action, published or not. Raises NotFound."""
    with unit_of_work(context.main) as tx:
        row = actions.get_action(tx, survey, action)
        audit.record(tx, context, by, "delete action", row.id, survey=survey, published=row.published)
        actions.delete_action(tx, row)


def _checked(
    tx: Session, survey: str, wanted: Mapping[str, Any], row: ActionRow | None = None
) -> dict[str, Any]:
    """Columns for what was asked of a new action or of ``row``.

    Raises NotFound for the survey, and Invalid for what it has not.
    """
    definition, _ = load(surveys.get_survey(tx, survey).source)
    values = dict(wanted)
    problems = []
    languages = ", ".join(definition.languages)
    texts = values.get("text", {})
    if any(language not in definition.languages for language in texts):
        problems.append(
            _fault("unknown-language", "text", "the survey is not in one of these languages", languages)
        )
    if not all(storable(text) for text in (*texts.values(), values.get("owner", ""))):
        problems.append(_fault("not-text", "text", "it has symbols that are not text", "letters and signs"))
    themes = [theme.id for theme in definition.themes]
    if values.get("theme") is not None and values["theme"] not in themes:
        problems.append(_fault("unknown-theme", "theme", "the survey has no such theme", ", ".join(themes)))
    if "wave" in values:
        ref = values.pop("wave")
        values["wave_id"] = None if ref is None else _wave(tx, survey, ref)
        if ref is not None and values["wave_id"] is None:
            problems.append(
                _fault("unknown-wave", "wave", "the survey has no such wave", "a wave of this survey")
            )
    problems += _tie(tx, survey, values, row)
    if problems:
        raise Invalid(problems)
    return values


def _tie(tx: Session, survey: str, values: dict[str, Any], row: ActionRow | None) -> list[Problem]:
    """Puts the columns of the program and the objective into ``values``; what is wrong with them."""
    if not {"program", "objective"} & set(values):
        return []
    for name in ("program", "objective"):
        before = None if row is None else getattr(row, f"{name}_id")
        values[f"{name}_id"] = values.pop(name, before)
    program, objective = values["program_id"], values["objective_id"]
    if program is None:
        if objective is None:
            return []
        message = "an objective belongs to a program, and none is named"
        return [Problem("program-needed", "program", message, "name its program, or leave the objective out")]
    try:
        found = programs.get_program(tx, program)
    except NotFound:
        found = None
    if found is None or found.survey_id != survey:
        message = "this survey judges no such program"
        return [Problem("unknown-program", "program", message, "use one of GET /api/v1/programs?survey=")]
    known = [one.id for one in programs.objectives_of(tx, program)]
    if objective is not None and objective not in known:
        message = "the program has no such objective"
        return [_fault("unknown-objective", "objective", message, ", ".join(known))]
    return []


def _wave(tx: Session, survey: str, ref: str) -> str | None:
    try:
        row = waves.find(tx, ref)
    except NotFound:
        return None
    return row.id if row.survey_id == survey else None


def _fault(kind: str, place: str, message: str, known: str) -> Problem:
    return Problem(kind, place, message, f"use {known}" if known else "leave it out")
