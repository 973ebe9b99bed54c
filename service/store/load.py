"""How much people are asked for, over all surveys: invitations, and the minutes that answering them takes.

What counts is being invited, never answering. Days are those on which waves open, in UTC.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, func, select, union_all

from service.store.tables_main import InvitationRow, RosterRow, WaveRow
from service.store.tables_schedules import WavePersonRow

WINDOW = timedelta(days=28)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody is asked for within 28 days: waves that invite them, and minutes in all."""

    invitations: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A wave that invites somebody: the day on which it opens, and the minutes it takes."""

    day: date
    minutes: int


def loads(
    tx: Session, people: Collection[str], day: date, *, but: str | None = None, drafts: bool = True
) -> Mapping[str, Load]:
    """The most that each of these people is asked for within any 28 days that ``day`` lies in.

    Waves that have opened count, and with ``drafts`` those for which the people are drawn. The wave ``but``
    is left out, so that it can be added. Somebody who is asked for nothing has a load of 0.
    """
    lists = asked_of(tx, people, day, but=but, drafts=drafts)
    found = {asked: most(asked, day) for asked in set(lists.values())}
    return {person: found[lists[person]] if person in lists else Load() for person in people}


def asked_of(
    tx: Session, people: Collection[str], day: date, *, but: str | None = None, drafts: bool = True
) -> Mapping[str, tuple[Asked, ...]]:
    """What each of these people is asked for in all 28 days that ``day`` lies in, in no order.

    Whoever is asked for nothing is left out.
    """
    about = (
        col(WaveRow.opens_at) >= (day - WINDOW + _DAY).isoformat(),
        col(WaveRow.opens_at) < (day + WINDOW).isoformat(),
        col(WaveRow.id) != (but or ""),
    )
    waves = {
        wave_id: Asked(date.fromisoformat(opens_at[:10]), minutes)
        for wave_id, opens_at, minutes in tx.exec(
            select(WaveRow.id, WaveRow.opens_at, WaveRow.minutes).where(*about)
        )
    }
    invited: Any = select(col(InvitationRow.person), col(InvitationRow.wave_id)).join(
        WaveRow, col(WaveRow.id) == col(InvitationRow.wave_id)
    )
    drawn: Any = select(col(WavePersonRow.person), col(WavePersonRow.wave_id)).join(
        WaveRow, col(WaveRow.id) == col(WavePersonRow.wave_id)
    )
    each = union_all(
        invited.where(*about), drawn.where(*about, col(WaveRow.state) == "draft", drafts)
    ).subquery()
    # One row a person in the database: a list of waves that several of them share is read once.
    lists: Any = select(each.c.person, func.aggregate_strings(each.c.wave_id, ",")).group_by(each.c.person)
    shared: dict[str, tuple[Asked, ...]] = {}
    wanted = frozenset(people)
    found = {}
    for person, ids in tx.exec(lists):
        if person in wanted:
            if ids not in shared:
                shared[ids] = tuple(waves[wave_id] for wave_id in ids.split(","))
            found[person] = shared[ids]
    return found


def most(asked: Sequence[Asked], day: date) -> Load:
    """The most invitations and the most minutes in any 28 days that ``day`` lies in."""
    ends = {day, *(one.day for one in asked if day < one.day < day + WINDOW)}
    windows = [[one for one in asked if end - WINDOW < one.day <= end] for end in ends]
    return Load(max(map(len, windows)), max(sum(one.minutes for one in within) for within in windows))


def on_rosters(tx: Session) -> list[str]:
    """Everybody on any survey's roster, each once."""
    return list(tx.exec(select(RosterRow.person).distinct()))
