"""The next twelve months of every schedule, gone through in memory as the scheduler will go through them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlmodel import Session

from service.distribution.coming import Coming, coming, undecided
from service.distribution.crowd import Asking, Crowd, crowd_of
from service.distribution.drawing import Drawn, Wanted, draw_for
from service.distribution.occurrences import due_how
from service.distribution.parts import Part, parts
from service.distribution.schedule import Schedule, schedule_of
from service.http.context import Context
from service.store import schedules, surveys

AHEAD = timedelta(days=366)
_MISSED = "half of its time is over already"


@dataclass(slots=True, eq=False)
class Held:
    """What a schedule's next waves go by: its parts, the turn that comes, and who was asked last in which."""

    schedule: Schedule
    parts: Sequence[Part]
    turn: int
    last_turns: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """What will become of a date. Without a wave ``reason`` says why; ``drawn`` says for whom, if it came to
    a draw."""

    coming: Coming
    reason: str | None = None
    turn: int | None = None
    part: Part | None = None
    drawn: Drawn | None = None
    wave: Asking | None = None

    @property
    def missed(self) -> bool:
        """Whether it is too late for it."""
        return self.reason == _MISSED


@dataclass(slots=True, eq=False)
class Ground:
    """All that a year follows from: who may be asked, the schedules by their surveys, the dates to come."""

    now: datetime
    crowd: Crowd
    held: Mapping[str, Held]
    dates: Sequence[Coming]
    own: str  # the survey whose schedule is looked at
    foreseen: list[Foreseen] = field(default_factory=list)


def ground_of(
    tx: Session, context: Context, survey_id: str, schedule: Schedule | None, since: date
) -> Ground:
    """Read what a year follows from; ``schedule``, if there is one, takes the place of the survey's own and
    speaks of the days from ``since`` on. Raises Invalid for a definition that has become unreadable.
    """
    now = context.clock()
    last = (now + AHEAD).date()
    rows = {row.survey_id: row for row in schedules.active(tx)}
    held, dates = {}, []
    for other in sorted({*rows, survey_id}):
        if other == survey_id and schedule is not None:
            taken = schedule
            decided = schedules.decided(tx, survey_id, since - timedelta(days=31))
            found = undecided(survey_id, schedule, since, decided, last)
        else:
            row = schedules.get(tx, other)
            taken, found = schedule_of(row.value), coming(tx, row, last)
        asked = parts(surveys.get_survey(tx, other).source, taken)
        held[other] = Held(taken, asked, schedules.next_turn(tx, other), schedules.last_turns(tx, other))
        dates += [one for one in found if one.occurrence.opens_at < now + AHEAD]
    dates.sort(key=lambda one: one.order)
    return Ground(now, crowd_of(tx, context, sorted(held)), held, dates, survey_id)


def foresee(ground: Ground, *, room: bool) -> Ground:
    """Decide every date in its turn, as the scheduler does. The result's crowd has the waves to come.

    Without ``room`` nobody is left out because of the cap, so that what does not fit shows. Chance is fixed:
    it says who is drawn, and here it matters only how many.
    """
    crowd = Crowd(
        ground.crowd.names,
        ground.crowd.rosters,
        ground.crowd.limits,
        list(ground.crowd.waves),
        ground.crowd.to_everybody,
    )
    held = {
        survey: Held(one.schedule, one.parts, one.turn, dict(one.last_turns))
        for survey, one in ground.held.items()
    }
    chance = Random(0)  # noqa: S311 - nobody is drawn by it in earnest
    found = [_foreseen(crowd, held[one.survey], one, ground.now, chance, room=room) for one in ground.dates]
    return Ground(ground.now, crowd, held, ground.dates, ground.own, found)


def _foreseen(
    crowd: Crowd, held: Held, one: Coming, now: datetime, chance: Random, *, room: bool
) -> Foreseen:
    occurrence = one.occurrence
    if occurrence.skipped is not None:
        return Foreseen(one, occurrence.skipped)
    if due_how(now, occurrence) == "missed":
        return Foreseen(one, _MISSED)
    part = held.parts[held.turn % len(held.parts)]
    opens_at, closes_at = occurrence.opens_at, occurrence.closes_at
    day = max(now, opens_at).date()
    wanted = Wanted(one.survey, one.schedule, opens_at, closes_at, day, part.minutes, part.micro_rho)
    drawn = draw_for(crowd, wanted, held.last_turns, chance, room=room)
    if drawn.reason is not None:
        return Foreseen(one, drawn.reason, drawn=drawn)
    wave = Asking(one.survey, opens_at, closes_at, day, part.minutes, part.micro_rho, drawn.people)
    crowd.waves.append(wave)
    turn = held.turn
    held.turn += 1
    held.last_turns.update(dict.fromkeys(crowd.named(drawn.people), turn))
    return Foreseen(one, turn=turn, part=part, drawn=drawn, wave=wave)
