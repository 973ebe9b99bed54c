"""Whether a wave leaves everybody within what a person may be asked for, and from which day on it would."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlmodel import Session

from service.errors import Conflict
from service.http.context import Context
from service.settings import Settings
from service.store.load import WINDOW, Asked, Load, asked_of, most


@dataclass(frozen=True, slots=True)
class LoadRoom:
    """``over`` of ``people`` would be asked for more than the cap by one more wave.

    ``fits_from`` is the first day on which it may open: the day that was asked about if nobody is over, None
    if the wave alone is more than the cap.
    """

    people: int
    over: int
    fits_from: date | None


def cap_of(settings: Settings) -> Load:
    """The most that a person may be asked for within 28 days."""
    return Load(settings.load_invitations, settings.load_minutes)


def room_for(asked: Collection[Sequence[Asked]], minutes: int, day: date, cap: Load) -> LoadRoom:
    """The room for a wave of ``minutes`` that opens on ``day``; ``asked`` has a list for each person."""
    if not _fits(Load(), minutes, cap):
        return LoadRoom(len(asked), len(asked), None)
    over = [tuple(one) for one in asked if not _fits(most(one, day), minutes, cap)]
    first_days = (_first_day(one, minutes, day, cap) for one in set(over))
    return LoadRoom(len(asked), len(over), max(first_days, default=day))


def room_now(
    tx: Session, people: Collection[str], minutes: int, day: date, cap: Load, *, but: str | None = None
) -> LoadRoom:
    """The same for these people, by the waves that have opened but ``but``; drafts may never open."""
    found = asked_of(tx, people, day, but=but, drafts=False)
    return room_for([found.get(person, ()) for person in people], minutes, day, cap)


def check_load(
    tx: Session, context: Context, wave_id: str, people: Collection[str], *, minutes: int, opens: datetime
) -> None:
    """Whether a wave that opens at ``opens`` leaves ``people`` within the cap. Hold ``ledger.lock`` first.

    Raises Conflict with how many people are over, and the first day on which the wave fits.
    """
    cap, day = cap_of(context.settings), opens.astimezone(UTC).date()
    room = room_now(tx, people, minutes, day, cap, but=wave_id)
    if room.over:
        raise Conflict(words_of(room, cap))


def words_of(room: LoadRoom, cap: Load) -> str:
    """What is wrong and what to do, in numbers: who the people are is not told."""
    limit = f"{cap.invitations} invitations or {cap.minutes} minutes within {WINDOW.days} days"
    people = f"{room.over} of {room.people} people would be asked for more than {limit}, over all surveys"
    if room.fits_from is None:
        return f"{people}: the wave alone is more; ask fewer questions, or raise SOTTOVOCE_LOAD_MINUTES"
    later = f"let it open from {room.fits_from.isoformat()} on"
    return f"{people}; {later}, ask fewer questions, or let a schedule draw people"


def _fits(load: Load, minutes: int, cap: Load) -> bool:
    return load.invitations < cap.invitations and load.minutes + minutes <= cap.minutes


def _first_day(asked: Sequence[Asked], minutes: int, day: date, cap: Load) -> date:
    """The first day from ``day`` on that fits; there is room again 28 days after something at the latest."""
    days = sorted(one.day + WINDOW for one in asked if one.day + WINDOW > day)
    return next(one for one in days if _fits(most(asked, one), minutes, cap))
