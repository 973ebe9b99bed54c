"""Surveys and their current definitions."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session, col, select

from service.errors import Conflict, NotFound
from service.store.ids import storable
from service.store.tables_main import SurveyRow


def add_survey(
    tx: Session, survey_id: str, *, version: str, title: Mapping[str, str], source: str, day: date
) -> SurveyRow:
    """Store a new survey. Raises Conflict if one has this id."""
    if tx.get(SurveyRow, survey_id) is not None:
        raise Conflict("a survey with this id exists; put a new version of it, or choose another id")
    row = SurveyRow(id=survey_id, version=version, title=dict(title), source=source, created_on=day)
    tx.add(row)
    tx.flush()
    return row


def replace_definition(
    tx: Session, survey_id: str, *, version: str, title: Mapping[str, str], source: str
) -> SurveyRow:
    """Give a survey a new version of its definition; waves that were drafted keep theirs.

    The same text again changes nothing. Raises NotFound, and Conflict for another text under the version that
    is there: a version names one text.
    """
    row = lock_survey(tx, survey_id)
    if row.source == source:
        return row
    if row.version == version:
        raise Conflict("the definition has changed but its version has not; give it a new version")
    row.version, row.title, row.source = version, dict(title), source
    tx.add(row)
    tx.flush()
    return row


def get_survey(tx: Session, survey_id: str) -> SurveyRow:
    """The survey. Raises NotFound."""
    row = tx.get(SurveyRow, survey_id) if storable(survey_id) else None
    if row is None:
        raise _unknown()
    return row


def lock_survey(tx: Session, survey_id: str) -> SurveyRow:
    """The survey; nobody else changes it or its roster before this transaction ends. Raises NotFound."""
    if not storable(survey_id):
        raise _unknown()
    query = select(SurveyRow).where(col(SurveyRow.id) == survey_id).with_for_update(key_share=True)
    row = tx.exec(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise _unknown()
    return row


def page_of_surveys(tx: Session, after: str | None, limit: int) -> list[SurveyRow]:
    """Up to ``limit`` surveys whose ids come after ``after``, in the order of their ids."""
    query = select(SurveyRow).order_by(SurveyRow.id).limit(limit)
    if after is not None:
        query = query.where(col(SurveyRow.id) > after)
    return list(tx.exec(query))


def _unknown() -> NotFound:
    return NotFound("there is no such survey; list the surveys to see their ids")
