"""Whatever a schedule says, either something about it is named as impossible or its dates can be told."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from service.distribution.occurrences import occurrences
from service.distribution.schedule import Pause, Reminder, Schedule, schedule_of
from service.distribution.schedule_faults import schedule_problems
from service.surveys.definition_file import load_shipped
from tests.property.sound_schedules import MINUTES, schedules

SURVEY = load_shipped("flexible-work")
NAMES = [question.id for question in SURVEY.questions]
NUMBERS = st.integers(-2, 14) | st.sampled_from([-(10**18), 60, 366, 367, 10**18])
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31)) | st.dates()
LETTERS = st.characters(categories=["L", "N"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(LETTERS, max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
TERMS = [
    "epsilon",
    "k",
    "comment_k",
    "tables",
    "retention_days",
    "margins",
    "importance",
    "pairing",
    "opens_at",
]


def lists(inner: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.just(()) | st.lists(inner, max_size=3).map(tuple)


FIELDS = {
    "starts_on": DAYS,
    "zone": st.text(max_size=20),
    "opens": MINUTES,
    "closes": MINUTES,
    "open_days": NUMBERS,
    "ends_on": st.none() | DAYS,
    "dates": lists(DAYS),
    "same_weekday": st.booleans(),
    "holidays": st.sampled_from(["DE-XX", "US-CA"]) | st.text(max_size=8),
    "pauses": lists(st.builds(Pause, DAYS, DAYS)),
    "people_one_in": NUMBERS,
    "questions_per_wave": NUMBERS,
    "always": lists(st.sampled_from(NAMES) | st.text(max_size=5)),
    "lead_days": NUMBERS,
    "terms": st.dictionaries(st.sampled_from(TERMS), VALUES, max_size=2),
    "mail": st.booleans(),
    "reminders": lists(st.builds(Reminder, NUMBERS, MINUTES)),
    "announce": lists(st.sampled_from(["slack", "teams"])),
}


@st.composite
def altered(draw: st.DrawFn) -> Schedule:
    """A sound schedule of which some fields say something else."""
    names = draw(st.lists(st.sampled_from(sorted(FIELDS)), max_size=4, unique=True))
    return replace(draw(schedules()), **{name: draw(FIELDS[name]) for name in names})


@given(altered())
@settings(max_examples=400, deadline=None)
def test_a_schedule_has_a_fault_with_a_remedy_or_dates_that_do_not_overlap(schedule: Schedule) -> None:
    problems = schedule_problems(schedule, SURVEY)
    for problem in problems:
        assert problem.id
        assert problem.remedy
        assert str(problem).isprintable()
    assert len({(problem.id, problem.place) for problem in problems}) == len(problems)
    if problems:
        return
    assert schedule_of(schedule.value()) == schedule
    first = schedule.dates[0] if schedule.dates else schedule.starts_on
    found = occurrences(schedule, first, min(first, date(2190, 1, 1)) + timedelta(days=800))
    assert all(before.closes_at <= after.opens_at for before, after in pairwise(found))
