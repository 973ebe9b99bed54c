"""Has the waves of schedules come by themselves: each date is decided once, by whichever process looks first.

It drafts; opening, closing and the tally go the way of every wave. It never sleeps: whoever runs it calls
``tick``. After a downtime a wave still opens while less than half of its time is over
(service/distribution/occurrences.py); a date that was missed stays missed.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from privacy.contract import minute
from privacy.errors import SottovoceError
from service.accounts import audit
from service.distribution.coming import WAITING, Coming, coming
from service.distribution.crowd import crowd_of
from service.distribution.drawing import Drawn, Wanted, draw_for
from service.distribution.occurrences import due_how
from service.distribution.parts import Part, part_of
from service.distribution.schedule import schedule_of
from service.errors import Conflict, Unavailable
from service.http.context import Context
from service.store import distribution, schedules, surveys, waves
from service.store.tables_schedules import OccurrenceRow
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.drafts import draft_within

_AGAIN = timedelta(minutes=5)  # after which a wave that could not be drafted is tried once more
_log = logging.getLogger("sottovoce.schedules")


@dataclass(frozen=True, slots=True)
class Conducted:
    """Ids of the waves that were drafted, and (survey, day) of the dates that were skipped or missed."""

    drafted: tuple[str, ...]
    passed: tuple[tuple[str, date], ...]


class Conductor:
    """Looks at every schedule. Two that run side by side decide each date once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._tried: dict[tuple[str, date], datetime] = {}  # dates whose waves could not be drafted

    def tick(self) -> Conducted:
        """Decide every date whose lead time has come. Raises Unavailable if the store fails."""
        now = self._context.clock()
        with reading(self._context.main) as tx:
            late = schedules.too_late(tx, now)
            due = _due(tx, now)
        rows = [self._give_up(wave_id, now) for wave_id in late]
        rows += [self._decide(one, now) for one in due if self._is_time(one, now)]
        made = [row for row in rows if row is not None]
        return Conducted(
            tuple(row.wave_id for row in made if row.wave_id is not None),
            tuple((row.survey_id, row.day) for row in made if row.state in ("skipped", "missed")),
        )

    def _is_time(self, one: Coming, now: datetime) -> bool:
        tried = self._tried.get((one.survey, one.occurrence.day))
        return tried is None or not tried <= now < tried + _AGAIN

    def _decide(self, one: Coming, now: datetime) -> OccurrenceRow | None:
        """What was decided of a date, None if another process was quicker or it has to be tried again."""
        place = one.survey, one.occurrence.day
        try:
            with unit_of_work(self._context.main) as tx:
                row = self._decided(tx, one, now) if _still_to_decide(tx, one) else None
        except Unavailable:
            raise
        except SottovoceError as error:
            fault = str(error)
        except Exception as error:
            # The class alone: a driver's text may quote values.
            fault = f"it failed with {type(error).__name__}; it will be tried again"
        else:
            self._tried.pop(place, None)
            return row
        self._tried[place] = now
        self._note(one, fault)
        return None

    def _decided(self, tx: Session, one: Coming, now: datetime) -> OccurrenceRow:
        day, skipped = one.occurrence.day, one.occurrence.skipped
        if skipped is not None:
            return schedules.decide(tx, one.survey, day, "skipped", reason=skipped)
        if due_how(now, one.occurrence) == "missed":
            before = schedules.occurrence(tx, one.survey, day)
            reason = _missed(None if before is None else before.fault)
            return schedules.decide(tx, one.survey, day, "missed", reason=reason)
        turn = schedules.next_turn(tx, one.survey)
        part = part_of(surveys.lock_survey(tx, one.survey).source, one.schedule, turn)
        crowd = crowd_of(tx, self._context, [one.survey])
        if not crowd.names:
            raise Conflict("the survey's roster is empty; upload one")
        drawn = draw_for(crowd, _wanted(one, part, now), schedules.last_turns(tx, one.survey))
        if drawn.reason is not None:
            if drawn.roster < drawn.needed:  # it may still grow
                raise Conflict(f"{drawn.reason}; upload more of it, or draw more of them")
            return schedules.decide(tx, one.survey, day, "skipped", reason=drawn.reason)
        people = crowd.named(drawn.people)
        wave_id = self._draft(tx, one, part, people)
        return schedules.decide(
            tx, one.survey, day, "drafted", turn=turn, wave_id=wave_id, reason=_left_out(drawn)
        )

    def _draft(self, tx: Session, one: Coming, part: Part, people: list[str]) -> str:
        schedule, occurrence = one.schedule, one.occurrence
        times = {"opens_at": occurrence.opens_at, "closes_at": occurrence.closes_at}
        wishes = {**part.wishes, **times}
        wave = draft_within(
            tx, self._context, one.survey, wishes, audit.SCHEDULE, source=part.source, people=people
        )
        distribution.put(
            tx,
            wave.id,
            mail=schedule.mail,
            reminders=[minute(moment) for moment in occurrence.reminders],
            announce=schedule.announce,
            thermometer=schedule.thermometer,
        )
        return wave.id

    def _note(self, one: Coming, fault: str) -> None:
        """Keep for the owner why a wave could not be drafted, and say it once in the log."""
        day = one.occurrence.day
        with unit_of_work(self._context.main) as tx:
            if not _still_to_decide(tx, one):
                return
            before = schedules.occurrence(tx, one.survey, day)
            if before is None or before.fault != fault:
                schedules.decide(tx, one.survey, day, WAITING, fault=fault)
                _log.warning("schedule of %s, %s: %s", one.survey, day.isoformat(), fault)

    def _give_up(self, wave_id: str, now: datetime) -> OccurrenceRow | None:
        """Delete a draft that could not open in time; its date was missed."""
        with unit_of_work(self._context.main) as tx:
            schedules.lock(tx)
            row = schedules.of_wave(tx, wave_id)
            if row is None or wave_id not in schedules.too_late(tx, now):
                return None
            survey_id, day, reason = row.survey_id, row.day, _missed(row.fault)
            waves.delete_draft(tx, wave_id)
            found = schedules.decide(tx, survey_id, day, "missed", reason=reason)
            audit.record(tx, self._context, audit.SCHEDULE, "delete draft", wave_id)
            return found


def _due(tx: Session, now: datetime) -> list[Coming]:
    found: list[Coming] = []
    for row in schedules.active(tx):
        lead = timedelta(days=schedule_of(row.value).lead_days + 1)  # and one for the zone
        found += (one for one in coming(tx, row, (now + lead).date()) if one.due <= now)
    return sorted(found, key=lambda one: one.order)


def _still_to_decide(tx: Session, one: Coming) -> bool:
    """Whether nobody decided the date meanwhile, nor changed or ended its schedule; takes the lock."""
    schedules.lock(tx)
    row = schedules.find(tx, one.survey)
    if row is None or row.state != "active" or schedule_of(row.value) != one.schedule:
        return False
    decided = schedules.occurrence(tx, one.survey, one.occurrence.day)
    return decided is None or decided.state == WAITING


def _wanted(one: Coming, part: Part, now: datetime) -> Wanted:
    opens_at, closes_at = one.occurrence.opens_at, one.occurrence.closes_at
    day = max(now, opens_at).date()
    return Wanted(one.survey, one.schedule, opens_at, closes_at, day, part.minutes, part.micro_rho)


def _left_out(drawn: Drawn) -> str | None:
    number = drawn.taken + drawn.burdened + drawn.without_room
    return f"{number} of {drawn.roster} people could not be asked" if number else None


def _missed(fault: str | None) -> str:
    reason = fault or "nothing was running that could open it"
    return f"half of its time was over before it could open: {reason}"
