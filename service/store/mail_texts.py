"""A survey's own words of its letters."""

from sqlmodel import Session, col, select

from service.store.tables_schedules import MailTextRow


def texts_of(tx: Session, survey_id: str) -> list[MailTextRow]:
    """Every letter that a survey has words of its own for."""
    query = select(MailTextRow).where(col(MailTextRow.survey_id) == survey_id)
    return list(tx.exec(query.order_by(MailTextRow.kind, MailTextRow.language)))


def put(tx: Session, survey_id: str, kind: str, language: str, *, subject: str, text: str) -> None:
    """Store the words of a letter in place of those before."""
    row = tx.get(MailTextRow, (survey_id, kind, language))
    if row is None:
        row = MailTextRow(survey_id=survey_id, kind=kind, language=language, subject=subject, text=text)
    row.subject, row.text = subject, text
    tx.add(row)
    tx.flush()


def drop(tx: Session, survey_id: str, kind: str, language: str) -> bool:
    """Go back to the usual words; whether there were others."""
    row = tx.get(MailTextRow, (survey_id, kind, language))
    if row is None:
        return False
    tx.delete(row)
    tx.flush()
    return True
