"""Rosters: who a survey's next waves invite, and their public attributes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from service.store.drawn import among
from service.store.surveys import lock_survey
from service.store.tables_main import RosterRow


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One invited person.

    ``attributes`` gives level ids by attribute id, and the path in a hierarchy, ``Sales / Inside / Team A``,
    by the path's name; it leaves out what is unknown. ``email`` is where their letters go, and ``language``
    the one that these are in.
    """

    person: str
    attributes: Mapping[str, str]
    email: str | None = None
    language: str | None = None


def replace_roster(tx: Session, survey_id: str, entries: Sequence[RosterEntry]) -> None:
    """Make ``entries`` the roster. Raises NotFound if there is no such survey.

    Waves that are open keep the people they opened with.
    """
    lock_survey(tx, survey_id)
    connection = tx.connection()
    connection.execute(delete(RosterRow).where(col(RosterRow.survey_id) == survey_id))
    if entries:
        rows = [
            {
                "survey_id": survey_id,
                "person": entry.person,
                "attributes": dict(entry.attributes),
                "email": entry.email,
                "language": entry.language,
            }
            for entry in entries
        ]
        connection.execute(insert(RosterRow), rows)


def people_of(tx: Session, survey_id: str, draw: str | None = None) -> list[str]:
    """The people on the roster, or those of them who were drawn for wave ``draw``, in the order of names."""
    query = select(RosterRow.person).where(col(RosterRow.survey_id) == survey_id, among(draw))
    return list(tx.exec(query.order_by(RosterRow.person)))


def attributes_of(tx: Session, survey_id: str, draw: str | None = None) -> list[Mapping[str, str]]:
    """The attributes of each of the same people, without the person."""
    query = select(RosterRow.attributes).where(col(RosterRow.survey_id) == survey_id, among(draw))
    return list(tx.exec(query))


def with_email(tx: Session, survey_id: str) -> set[str]:
    """The people on the roster whose letters have an address to go to."""
    query = select(RosterRow.person)
    return set(tx.exec(query.where(col(RosterRow.survey_id) == survey_id, col(RosterRow.email).is_not(None))))


def everybody(tx: Session) -> list[str]:
    """The people of all rosters, each once, in the order of their names."""
    return list(tx.exec(select(RosterRow.person).distinct().order_by(RosterRow.person)))
