"""Whom a wave of a schedule asks: a draw among those who can be asked, or the reason why there is no wave."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random

import numpy as np

from privacy.planner import MERGE_AT
from service.distribution.crowd import Crowd, People
from service.distribution.rotation import draw
from service.distribution.schedule import Schedule

_NEVER = -1  # the turn of somebody who was never asked


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

    The others are numbers: of people on the ``roster``, of those ``needed`` for a wave, and of those who
    waited at least as long as anybody drawn and cannot be asked, because another wave asks them at that time,
    they are asked for enough within 28 days, or they have no room under the cap. Whoever is left out for one
    reason is not counted again for the next.
    """

    people: People
    roster: int
    needed: int = 0
    taken: int = 0
    burdened: int = 0
    without_room: int = 0
    reason: str | None = None


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
    one_in = wanted.schedule.people_one_in
    number = int(roster.sum())
    if any(wave.survey == wanted.survey for wave in crowd.overlapping(wanted.opens_at, wanted.closes_at)):
        return Drawn(np.zeros_like(roster), number, reason="another wave of this survey asks at that time")
    taken = roster & crowd.taken(wanted.opens_at, wanted.closes_at)
    burdened = roster & ~taken & crowd.burdened(wanted.opens_at.date(), wanted.minutes)
    spent = roster & crowd.without_room(wanted.day, wanted.micro_rho) & ~(taken | burdened)
    left_out = (taken | burdened | spent) if room else (taken | burdened)
    found, waited = roster & ~left_out, roster
    if one_in != 1:
        names = crowd.named(roster)
        drawn = draw(names, last_turn, frozenset(crowd.named(left_out)), one_in, chance)
        found = crowd.people(drawn)
        if len(drawn) == math.ceil(number / one_in):
            latest = max(last_turn.get(name, _NEVER) for name in drawn)
            waited = crowd.people(name for name in names if last_turn.get(name, _NEVER) <= latest)
    return _judged(
        Drawn(
            found,
            number,
            taken=int((taken & waited).sum()),
            burdened=int((burdened & waited).sum()),
            without_room=int((spent & waited).sum()),
        ),
        wanted.schedule,
    )


def _judged(drawn: Drawn, schedule: Schedule) -> Drawn:
    found, wanted = int(drawn.people.sum()), math.ceil(drawn.roster / schedule.people_one_in)
    needed = max(math.ceil(wanted / 2), min(int(schedule.terms.get("merge_at", MERGE_AT)), MERGE_AT))
    if found >= needed:
        return replace(drawn, needed=needed)
    why = [
        f"{number} {what}"
        for number, what in (
            (drawn.taken, "are asked by another wave at that time"),
            (drawn.burdened, "are asked for enough within 28 days"),
            (drawn.without_room, "have no room left under the cap of privacy loss"),
        )
        if number
    ]
    reason = f"{found} can be asked and {needed} are needed: {drawn.roster} are on the roster"
    reason += f", of whom {', '.join(why)}" if why else ""
    return replace(drawn, needed=needed, reason=reason)
