"""Which other waves ask the same people at the same time: told of a draft, so that somebody can move it."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlmodel import Session

from service.store import asked, invitations, rosters

_MOST_NAMED = 3


def overlap_advice(
    tx: Session,
    people: Collection[str],
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
    *,
    but: str | None = None,
) -> list[str]:
    """What a plan notes of a wave for ``people``: a sentence for each wave that asks some of them meanwhile.

    Waves that are open count, and drafts that may still open; ``but`` is the wave itself.
    """
    found, wanted = [], frozenset(people)
    for wave, survey, others in _meanwhile(tx, opens_at, closes_at, now, but):
        shared = len(wanted.intersection(others))
        if shared:
            found.append(
                f"{shared} of {len(people)} people are asked by wave {wave} of {survey} at the same time"
            )
    more = len(found) - _MOST_NAMED
    return found[:_MOST_NAMED] + (
        [f"and {more} more waves ask some of them at that time"] if more > 0 else []
    )


def _meanwhile(
    tx: Session, opens_at: datetime, closes_at: datetime, now: datetime, but: str | None
) -> Iterator[tuple[str, str, Collection[str]]]:
    """Id, survey and people of the waves that are or may be open at some time of that."""
    for row in asked.open_now(tx):
        if datetime.fromisoformat(row.closes_at) > opens_at:
            yield row.id, row.survey_id, invitations.people_of(tx, row.id)
    for draft in asked.drafted(tx, now, but=but):
        if draft.opens_at < closes_at and opens_at < draft.closes_at:
            drawn = rosters.people_of(tx, draft.survey_id) if draft.people is None else draft.people
            yield draft.id, draft.survey_id, drawn
