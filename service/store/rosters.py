"""Rosters: who a survey's next waves invite, and their public attributes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, update
from sqlmodel import Session, col, select

from service.store.drawn import among
from service.store.surveys import lock_survey
from service.store.tables_main import RosterRow

_AT_ONCE = 500  # addresses in a statement


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

    Waves that are open keep the people they opened with. Who could not be reached at an address cannot be
    reached there now, either.
    """
    lock_survey(tx, survey_id)
    connection = tx.connection()
    gone = delete(RosterRow).where(col(RosterRow.survey_id) == survey_id)
    before = connection.execute(
        gone.returning(col(RosterRow.person), col(RosterRow.email), col(RosterRow.unreachable))
    )
    came_back = {(person, (email or "").lower()) for person, email, unreachable in before if unreachable}
    if entries:
        rows = [
            {
                "survey_id": survey_id,
                "person": entry.person,
                "attributes": dict(entry.attributes),
                "email": entry.email,
                "language": entry.language,
                "unreachable": (entry.person, (entry.email or "").lower()) in came_back,
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
    """The people on the roster whose letters have an address to go to, from which none has come back."""
    query = select(RosterRow.person).where(col(RosterRow.survey_id) == survey_id)
    return set(tx.exec(query.where(col(RosterRow.email).is_not(None), col(RosterRow.unreachable).is_(False))))


def mark_unreachable(tx: Session, addresses: Collection[str]) -> int:
    """Note on all rosters that mail to these addresses came back; how many rows were not marked before."""
    lowered, marked = sorted({address.lower() for address in addresses}), 0
    for start in range(0, len(lowered), _AT_ONCE):
        query = update(RosterRow).where(func.lower(RosterRow.email).in_(lowered[start : start + _AT_ONCE]))
        query = query.where(col(RosterRow.unreachable).is_(False)).values(unreachable=True)
        marked += tx.connection().execute(query).rowcount
    return marked


def unreachable(tx: Session, survey_id: str) -> int:
    """How many people of a roster have an address that mail came back from."""
    query = select(func.count()).select_from(RosterRow).where(col(RosterRow.survey_id) == survey_id)
    return tx.exec(query.where(col(RosterRow.unreachable))).one()


def everybody(tx: Session) -> list[str]:
    """The people of all rosters, each once, in the order of their names."""
    return list(tx.exec(select(RosterRow.person).distinct().order_by(RosterRow.person)))
