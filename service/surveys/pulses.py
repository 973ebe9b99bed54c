"""Whether an action helped: a wave of one item to the same roster, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, cast

from sqlmodel import Session

from privacy.errors import Invalid, Problem
from privacy.rows import DECIMALS
from service.accounts import audit
from service.accounts.audit import Actor
from service.clock import today
from service.errors import Conflict, NotFound
from service.http.context import Context
from service.results.one_figure import row_in
from service.results.released import read
from service.results.selection import Selection
from service.store import actions, ledger, rosters, surveys, waves
from service.store.rosters import RosterEntry
from service.store.tables_main import WaveRow
from service.store.tables_staff import ActionRow
from service.store.unit_of_work import unit_of_work
from service.surveys.definition_file import load
from service.surveys.drafts import draft_within
from service.surveys.ledger_room import check_room
from service.surveys.pulse_definition import QUESTION, pulse_definition
from service.surveys.wave_models import State

EPSILON = 1.0  # an eighth of a usual wave's loss; for one item about everybody enough from 70 answers on
AFTER, OPEN = timedelta(days=30), timedelta(days=7)
FARTHEST = timedelta(days=366)
_HOUR = time(8, tzinfo=UTC)
Verdict = Literal["helped", "made it worse", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Pulse:
    """The wave that asks whether an action helped, and its mean once that is released and shown.

    ``value`` is from 1, much worse, to 5, much better. ``low`` and ``high`` are its 90 % interval, of the
    noise and of who did not answer together; ``margin`` is that of both.
    """

    wave: str
    survey: str
    state: State
    opens_at: str
    closes_at: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    margin: float | None = None
    verdict: Verdict | None = None


def ask_whether_it_helped(
    context: Context, by: Actor, survey: str, action: str, wanted: Mapping[str, Any]
) -> ActionRow:
    """Draft the wave; ``wanted`` are NewPulseModel's fields.

    Raises NotFound; Conflict for an action that is asked about already, that is neither published nor done,
    or whose survey has nobody on its roster; Invalid with every fault; BudgetExceeded where the loss would
    not fit under the cap on the day on which the wave opens.
    """
    with unit_of_work(context.main) as tx:
        source = surveys.lock_survey(tx, survey)
        row = actions.get_action(tx, survey, action)
        _check_askable(row)
        people = rosters.people_of(tx, survey)
        if not people:
            raise Conflict("the survey's roster is empty; upload one, then ask whether the action helped")
        definition, _ = load(source.source)
        theme = next((one.text for one in definition.themes if one.id == row.theme), None)
        asked = _stored(tx, context, row, definition.languages, theme)
        # Nothing is broken down, so nothing but who is asked is copied.
        rosters.replace_roster(tx, asked, [RosterEntry(person, {}) for person in people])
        opens = _opening(wanted["from_day"] or today(context.clock), today(context.clock))
        wave = draft_within(
            tx,
            context,
            asked,
            {"opens_at": opens, "closes_at": opens + OPEN, "tables": ((),), "epsilon": wanted["epsilon"]},
            by,
        )
        day = opens.date()
        charges = ledger.charges_of_roster(tx, asked, day)
        check_room(charges, wave.plan["promise"]["micro_rho"], context.settings.cap_epsilon, day)
        row = actions.change_action(tx, row, {"pulse_wave_id": wave.id})
        audit.record(tx, context, by, "ask whether it helped", row.id, survey=survey, wave=wave.id)
    return row


def pulse_of(tx: Session, row: ActionRow) -> Pulse | None:
    """What was asked about an action and what came of it; None where nothing was."""
    if row.pulse_wave_id is None:
        return None
    wave = waves.find(tx, row.pulse_wave_id)
    pulse = Pulse(wave.id, wave.survey_id, cast(State, wave.state), wave.opens_at, wave.closes_at)
    return pulse if wave.state != "released" else _answered(tx, wave, pulse)


def _answered(tx: Session, wave: WaveRow, pulse: Pulse) -> Pulse:
    release = read(tx, wave)
    found = row_in(release, Selection(QUESTION, None, None, "mean", (), None))
    if found is None or found["value"] is None:
        return pulse
    most = next(len(one.options) for one in release.manifest.questions if one.id == QUESTION)
    # The value is unbiased and may lie outside what can be answered.
    value, low, high = (
        round(min(max(1.0, found["value"] + part * found["combined"]), most), DECIMALS["mean"])
        for part in (0, -1, 1)
    )
    middle = (1 + most) / 2
    verdict: Verdict = "helped" if low > middle else "made it worse" if high < middle else "cannot tell"
    return replace(pulse, value=value, low=low, high=high, margin=found["combined"], verdict=verdict)


def _check_askable(row: ActionRow) -> None:
    if row.pulse_wave_id is not None:
        raise Conflict(f"it is asked already, by wave {row.pulse_wave_id}; an action is asked about once")
    if not (row.published or row.state == "done"):
        raise Conflict("the action is neither published nor done; publish it or mark it done, then ask")


def _opening(since: date, now: date) -> datetime:
    """30 days after ``since``, but not before tomorrow, so that somebody can still read the draft."""
    if not abs(since - now) <= FARTHEST:
        message = "it is more than a year from today"
        remedy = "give the day on which the action was done or published"
        raise Invalid([Problem("from-out-of-range", "from", message, remedy)])
    return datetime.combine(max(since + AFTER, now + timedelta(days=1)), _HOUR)


def _stored(tx: Session, context: Context, row: ActionRow, languages: Any, theme: Any) -> str:
    """The survey that asks, made or, where an earlier draft of its wave was deleted, brought up to date."""
    identifier = f"helped-{row.id.removeprefix('a-')}"
    try:
        version = str(int(surveys.get_survey(tx, identifier).version) + 1)
    except NotFound:
        version = ""
    source = pulse_definition(identifier, version or "1", languages, row.text, theme)
    survey, _ = load(source)
    if version:
        surveys.replace_definition(tx, identifier, version=version, title=survey.title, source=source)
    else:
        day = today(context.clock)
        surveys.add_survey(tx, identifier, version="1", title=survey.title, source=source, day=day)
    return identifier
