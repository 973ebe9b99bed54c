"""Whom a wave of a schedule asks: a draw among those who can be asked, or the reason why there is no wave."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

import numpy as np

from privacy.planner import MERGE_AT
from service.distribution.crowd import Crowd, People
from service.distribution.rotation import draw
from service.distribution.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wave for which people are to be drawn. ``day`` is when it is charged ``micro_rho``, in millionths."""

    survey: str
    schedule: Schedule
    opens_at: datetime
    closes_at: datetime
    day: date
    minutes: int
    micro_rho: int


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """``people`` are those drawn; ``reason`` says why there is no wave, and is None if there is one.

    The others are numbers of people on the roster that cannot be asked: another wave asks them at that time,
    they are asked for enough within 28 days, or they have no room under the cap. Whoever is left out for one
    reason is not counted again for the next.
    """

    people: People
    roster: int
    taken: int
    burdened: int
    without_room: int
    reason: str | None = None

    @property
    def roster_too_small(self) -> bool:
        """Whether there would be no wave even if everybody could be asked; the roster may still grow."""
        return self.reason is not None and not self.taken + self.burdened + self.without_room

    @property
    def all_of_them(self) -> bool:
        """Whether the whole roster is asked."""
        return int(self.people.sum()) == self.roster


def draw_for(
    crowd: Crowd,
    wanted: Wanted,
    last_turn: Mapping[str, int],
    chance: Random | None = None,
    *,
    room: bool = True,
) -> Drawn:
    """Draw for a wave, each person having been asked last in the turn ``last_turn``; without ``room`` the cap
    of privacy loss leaves nobody out.

    If fewer than half of those wanted can be asked, or fewer than a group needs, there is no wave.
    """
    roster = crowd.rosters[wanted.survey]
    schedule = wanted.schedule
    number = int(roster.sum())
    nobody = np.zeros_like(roster)
    if any(wave.survey == wanted.survey for wave in crowd.overlapping(wanted.opens_at, wanted.closes_at)):
        return Drawn(nobody, number, 0, 0, 0, "another wave of this survey asks at that time")
    taken = roster & crowd.taken(wanted.opens_at, wanted.closes_at)
    burdened = roster & ~taken & crowd.burdened(wanted.opens_at.date(), wanted.minutes)
    spent = roster & crowd.without_room(wanted.day, wanted.micro_rho) & ~(taken | burdened)
    left_out = (taken | burdened | spent) if room else (taken | burdened)
    if schedule.people_one_in == 1:
        found = roster & ~left_out
    else:
        names = draw(
            crowd.named(roster),
            last_turn,
            frozenset(crowd.named(left_out)),
            schedule.people_one_in,
            chance,
        )
        found = crowd.people(names)
    return _judged(Drawn(found, number, int(taken.sum()), int(burdened.sum()), int(spent.sum())), schedule)


def _judged(drawn: Drawn, schedule: Schedule) -> Drawn:
    found, wanted = int(drawn.people.sum()), math.ceil(drawn.roster / schedule.people_one_in)
    least = max(math.ceil(wanted / 2), min(int(schedule.terms.get("merge_at", MERGE_AT)), MERGE_AT))
    if found >= least:
        return drawn
    why = [
        f"{people} {what}"
        for people, what in (
            (drawn.taken, "are asked by another wave at that time"),
            (drawn.burdened, "are asked for enough within 28 days"),
            (drawn.without_room, "have no room left under the cap of privacy loss"),
        )
        if people
    ]
    of_them = f", of whom {', '.join(why)}" if why else ""
    reason = f"{found} can be asked and {least} are needed: {drawn.roster} are on the roster{of_them}"
    return Drawn(drawn.people, drawn.roster, drawn.taken, drawn.burdened, drawn.without_room, reason)
