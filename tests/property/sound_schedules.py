"""A strategy for schedules of which nothing is impossible, and what a schedule of no fuss is."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise

from hypothesis import strategies as st

from service.distribution.cadence import planned_days
from service.distribution.schedule import CADENCES, MONTHS, REMINDER_ROOM, Pause, Reminder, Schedule

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Riyadh"]
CALENDARS = [None, "DE", "DE-BY", "US", "FR", "SA"]
DAYS = st.dates(date(2023, 1, 1), date(2031, 12, 31))
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minutes: time(minutes // 60, minutes % 60))
# Daylight saving begins and ends in the small hours.
TIMES = MINUTES | st.sampled_from([time(1, 30), time(2), time(2, 15), time(2, 30), time(3)])


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Sound schedules of every cadence, with holidays, pauses and reminders."""
    cadence = draw(st.sampled_from(CADENCES))
    plain = Schedule(
        cadence,
        draw(DAYS),
        zone=draw(st.sampled_from(ZONES)),
        opens=draw(TIMES),
        closes=draw(TIMES),
        same_weekday=cadence in MONTHS and draw(st.booleans()),
        holidays=draw(st.sampled_from(CALENDARS)),
        on_holiday=draw(st.sampled_from(["move", "skip"])),
        pauses=tuple(draw(st.lists(_pauses(), max_size=3))),
    )
    if cadence == "dates":
        gaps = draw(st.lists(st.integers(3, 200), min_size=1, max_size=12))
        days = [plain.starts_on + timedelta(days=sum(gaps[:number])) for number in range(len(gaps))]
        plain = replace(plain, dates=tuple(draw(st.permutations(days))))
    gaps = [(after - before).days for before, after in pairwise(islice(planned_days(plain), 60))]
    most = min([*gaps, 30]) - (plain.closes > plain.opens)
    plain = replace(plain, open_days=draw(st.integers(2, most)))
    if draw(st.booleans()):
        plain = replace(plain, ends_on=plain.starts_on + timedelta(days=draw(st.integers(200 * 12, 5_000))))
    return replace(plain, mail=True, reminders=draw(_reminders(plain)))


@st.composite
def _pauses(draw: st.DrawFn) -> Pause:
    first = draw(DAYS)
    return Pause(
        first, first + timedelta(days=draw(st.integers(0, 40))), draw(st.sampled_from(["", "break"]))
    )


@st.composite
def _reminders(draw: st.DrawFn, schedule: Schedule) -> tuple[Reminder, ...]:
    """Any two or fewer, as minutes after the opening that leave a day around each and time to answer."""
    opening = datetime.combine(schedule.starts_on, schedule.opens)
    closing = datetime.combine(schedule.starts_on + timedelta(days=schedule.open_days), schedule.closes)
    latest = (closing - opening - REMINDER_ROOM) // timedelta(minutes=1)
    day = 24 * 60
    if latest < day:
        return ()
    first = draw(st.integers(day, latest))
    minutes = [first]
    if first + day <= latest and draw(st.booleans()):
        minutes.append(draw(st.integers(first + day, latest)))
    moments = [opening + timedelta(minutes=number) for number in minutes]
    return tuple(Reminder((one.date() - opening.date()).days, one.time()) for one in moments)
