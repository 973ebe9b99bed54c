"""Everybody who may be asked, and all that asks them: who cannot be asked by one wave more.

The scheduler draws people with it, and the preview of a year goes through the same steps in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from privacy.ledger import CAP_DELTA, YEAR
from privacy.mechanism import micro_rho_for
from service.http.context import Context
from service.store import asked, rosters
from service.store.letting_out import month_of
from service.store.load import WINDOW

People = NDArray[np.bool_]  # (crowd,): whether each of them is meant
Numbers = NDArray[np.int64]  # (crowd,): a number of each of them
_MONTHS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """A wave that asks ``people``: one that has opened, a draft, or one that is only planned.

    ``day`` is when it is charged ``micro_rho``, in millionths. ``running`` says that it is not over; ``id``
    is None for one that is only planned.
    """

    survey: str
    opens_at: datetime
    closes_at: datetime
    day: date
    minutes: int
    micro_rho: int
    people: People
    running: bool = True
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a person may be charged in a year, in millionths of rho, and asked for in 28 days."""

    micro_rho: int
    invitations: int
    minutes: int


@dataclass(slots=True, eq=False)
class Crowd:
    """``names`` are in their order; ``rosters`` say who of them is on which survey's."""

    names: Sequence[str]
    rosters: Mapping[str, People]
    limits: Limits
    waves: list[Asking] = field(default_factory=list)
    to_everybody: Sequence[tuple[date, int]] = ()  # what everybody was charged, and when

    def named(self, people: People) -> list[str]:
        """Their names, in their order."""
        return [self.names[int(place)] for place in np.flatnonzero(people)]

    def people(self, names: Iterable[str]) -> People:
        """Whoever of the crowd has one of these names."""
        wanted = frozenset(names)
        return np.array([name in wanted for name in self.names], dtype=np.bool_)

    def overlapping(self, opens_at: datetime, closes_at: datetime) -> list[Asking]:
        """The waves that are or will be open at some time from ``opens_at`` to ``closes_at``."""
        return [
            wave
            for wave in self.waves
            if wave.running and wave.opens_at < closes_at and opens_at < wave.closes_at
        ]

    def taken(self, opens_at: datetime, closes_at: datetime) -> People:
        """Whoever is asked by another wave at that time."""
        found = np.zeros(len(self.names), dtype=np.bool_)
        for wave in self.overlapping(opens_at, closes_at):
            found |= wave.people
        return found

    def spent(self, day: date) -> Numbers:
        """What each was charged, or will be, in the 365 days up to ``day``."""
        found = np.zeros(len(self.names), dtype=np.int64)
        for wave in self.waves:
            if day - YEAR < wave.day <= day:
                found[wave.people] += wave.micro_rho
        return found + sum(cost for charged, cost in self.to_everybody if day - YEAR < charged <= day)

    def without_room(self, day: date, micro_rho: int) -> People:
        """Whoever would be taken past the cap, on that day or by what is to come after it."""
        room = self.limits.micro_rho - micro_rho
        found = self.spent(day) > room
        for wave in self.waves:
            if day < wave.day < day + YEAR:
                found |= wave.people & (self.spent(wave.day) > room)
        return found

    def load(self, day: date) -> tuple[Numbers, Numbers]:
        """How many waves invite each in the 28 days up to ``day``, and for how many minutes in all."""
        invitations, minutes = (np.zeros(len(self.names), dtype=np.int64) for _ in range(2))
        for wave in self.waves:
            if day - WINDOW < wave.opens_at.date() <= day:
                invitations[wave.people] += 1
                minutes[wave.people] += wave.minutes
        return invitations, minutes

    def burdened(self, day: date, minutes: int) -> People:
        """Whoever a wave of ``minutes`` that opens on ``day`` would ask for too much within 28 days."""
        later = {wave.opens_at.date() for wave in self.waves}
        found = np.zeros(len(self.names), dtype=np.bool_)
        for end in {day, *(one for one in later if day < one < day + WINDOW)}:
            invited, asked_for = self.load(end)
            found |= invited >= self.limits.invitations
            found |= asked_for + minutes > self.limits.minutes
        return found


def crowd_of(tx: Session, context: Context, surveys: Sequence[str]) -> Crowd:
    """Everybody on these rosters, and all that asks or has asked them within a year."""
    now = context.clock()
    since = now.date() - YEAR
    on_rosters = {survey: rosters.people_of(tx, survey) for survey in surveys}
    names = sorted({name for people in on_rosters.values() for name in people})
    place = {name: number for number, name in enumerate(names)}
    settings = context.settings
    crowd = Crowd(
        names,
        {survey: _mask(place, people) for survey, people in on_rosters.items()},
        Limits(
            micro_rho_for(settings.cap_epsilon, CAP_DELTA), settings.load_invitations, settings.load_minutes
        ),
        to_everybody=_with_months_to_come(asked.charged_to_everybody(tx, since), context, now.date()),
    )
    crowd.waves += [_asking(wave, people) for wave, people in _opened(tx, surveys, since, place)]
    for draft in asked.drafted(tx, now):
        people = rosters.people_of(tx, draft.survey_id) if draft.people is None else draft.people
        crowd.waves.append(_asking(draft, _mask(place, people)))
    return crowd


def _with_months_to_come(
    charged: Sequence[tuple[date, int]], context: Context, today: date
) -> list[tuple[date, int]]:
    """Statistics of conversations go on to be charged each month as long as they were this month."""
    months = [*charged]
    if context.settings.feedback_epsilon and any(month_of(day) == month_of(today) for day, _ in charged):
        cost = micro_rho_for(context.settings.feedback_epsilon, CAP_DELTA)
        day = today
        for _ in range(_MONTHS):
            day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
            months.append((day, cost))
    return months


def _opened(
    tx: Session, surveys: Sequence[str], since: date, place: Mapping[str, int]
) -> list[tuple[asked.AskingWave, People]]:
    waves = asked.charged(tx, since)
    found = {position: np.zeros(len(place), dtype=np.bool_) for position in waves}
    alike: dict[str, list[int]] = {}  # people who were asked by the same waves, by the list of these
    for person, positions in asked.positions_of(tx, surveys, since):
        if person in place:
            alike.setdefault(positions, []).append(place[person])
    for positions, places in alike.items():
        for position in positions.split(","):
            found[int(position)][places] = True
    return [(wave, found[position]) for position, wave in waves.items()]


def _asking(wave: asked.AskingWave, people: People) -> Asking:
    return Asking(
        wave.survey_id,
        wave.opens_at,
        wave.closes_at,
        wave.day,
        wave.minutes,
        wave.micro_rho,
        people,
        running=wave.state in ("draft", "open"),
        id=wave.id,
    )


def _mask(place: Mapping[str, int], people: Iterable[str]) -> People:
    found = np.zeros(len(place), dtype=np.bool_)
    found[[place[name] for name in people if name in place]] = True
    return found
