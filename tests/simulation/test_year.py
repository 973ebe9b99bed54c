"""A year of three surveys for 2,000 people, on a clock that is turned, with a scheduler that is killed.

What holds at its end, whatever was killed and however long nothing ran:

- every date of every schedule is decided once: one wave that opened on its day and closed, or a reason;
- every wave is charged once, and the ledger is what the preview of the year said before it began;
- nobody was asked for more than the load, nor charged more than the cap, in any window of either;
- nobody was asked by two waves at once;
- nobody got a letter twice, a third reminder, or one after they had drawn their token; everybody else got
  theirs, but for ten that each kill may leave in doubt;
- nothing says any more who drew a token.
"""

import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import select

from privacy import signatures
from privacy.ledger import CAP_DELTA, YEAR
from privacy.mechanism import micro_rho_for
from service.accounts.audit import SCHEDULE
from service.distribution.occurrences import occurrences
from service.distribution.schedule import Pause, Reminder, Schedule
from service.distribution.schedules import set_schedule, year_of_schedule
from service.http.context import Context
from service.store import box, rosters, surveys, tally_keys
from service.store.engine import open_engine
from service.store.rosters import RosterEntry
from service.store.schema import migrate
from service.store.tables_main import InvitationRow, IssuanceRow, LedgerRow, WaveRow
from service.store.tables_schedules import MailAgainRow, MailRoundRow, OccurrenceRow, WavePersonRow
from service.store.unit_of_work import reading, unit_of_work
from tests.integration.staff.conftest import DEFINITION
from tests.simulation.living import LIMITS, after, draws, settings_of

PEOPLE = 2000
START, END = datetime(2027, 1, 4, 10, tzinfo=UTC), datetime(2028, 1, 4, 10, tzinfo=UTC)
SEED = 11
EVENTS = 12_000  # in a life, at most
CLAIM = 10
TERMS = {"epsilon": 0.8, "allow_empty": True}
COMMON: dict[str, Any] = {"zone": "Europe/Berlin", "opens": time(9), "closes": time(18), "holidays": "DE-BY"}
SCHEDULES = {
    "weekly": Schedule(
        "weekly",
        date(2027, 1, 11),
        open_days=3,
        people_one_in=4,
        pauses=(Pause(date(2027, 8, 2), date(2027, 8, 20), "summer"),),
        mail=True,
        reminders=(Reminder(1, time(12)), Reminder(2, time(12))),
        terms=TERMS,
        **COMMON,
    ),
    "monthly": Schedule(
        "monthly", date(2027, 1, 12), open_days=2, people_one_in=3, same_weekday=True, terms=TERMS, **COMMON
    ),
    "quarterly": Schedule(
        "quarterly", date(2027, 2, 4), open_days=6, on_holiday="skip", mail=True, terms=TERMS, **COMMON
    ),
}


class Lives:
    """The processes that live the year."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.simulation.living", str(folder), END.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def live(self, moment: datetime, events: int) -> str:
        """One life; how it ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{moment.isoformat()} {events}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def end(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The year as it went: its stores, its journal, its preview, and how often it was killed."""
    folder = tmp_path_factory.mktemp("year")
    settings = settings_of(folder)
    main, box_engine = open_engine(settings.main_url), open_engine(settings.box_url)
    migrate(main, "main")
    migrate(box_engine, "box")
    found = SimpleNamespace(main=main, folder=folder, kills=0)
    found.context = Context(settings, lambda: START, main, box_engine)
    found.preview = _prepare(found.context, box_engine)
    lives, chance = Lives(folder), random.Random(SEED)
    moment, ended = START, ""
    while ended != "finished":
        ended = lives.live(moment, chance.randint(1, EVENTS))
        assert ended != "failed"
        moment = datetime.fromisoformat((folder / "clock").read_text())
        if ended == "killed":
            found.kills += 1
            if chance.random() < 0.5 and after(moment).date() == moment.date():
                moment = after(moment)  # nothing ran for six hours
    lives.end()
    yield found
    main.dispose()
    box_engine.dispose()


def _prepare(context: Context, box_engine: Any) -> dict[str, Any]:
    people = [
        RosterEntry(f"p{place:04}", {"unit": ("north", "south")[place % 2]}, f"p{place:04}@example.org")
        for place in range(PEOPLE)
    ]
    keys = [
        tally_keys.PublicTallyKey(
            f"k-{number}",
            signatures.point_of(signatures.new_key()),
            signatures.point_of(signatures.new_key()),
        )
        for number in range(90)
    ]
    with unit_of_work(box_engine) as tx:
        box.set_receipt_public_key(tx, signatures.point_of(signatures.new_key()))
    with unit_of_work(context.main) as tx:
        tally_keys.add_keys(tx, keys)
        for name in SCHEDULES:
            source = DEFINITION.replace("id: pulse", f"id: {name}", 1)
            surveys.add_survey(tx, name, version="1", title={"en": name}, source=source, day=START.date())
            rosters.replace_roster(tx, name, people)
    for name, schedule in SCHEDULES.items():
        set_schedule(context, SCHEDULE, name, schedule)  # type: ignore[arg-type]
    return {name: year_of_schedule(context, name) for name in SCHEDULES}


def rows(year: SimpleNamespace, table: Any) -> list[Any]:
    with reading(year.main) as tx:
        return list(tx.exec(select(table)))


def journal(year: SimpleNamespace, what: str) -> list[tuple[str, int, str]]:
    """(wave, round, person) of each letter, or of each token that was drawn, in their order."""
    lines = (year.folder / "journal").read_text().split("\n")[:-1]
    parts = [line.split() for line in lines]
    return [(wave, int(number), person) for kind, wave, number, person in parts if kind == what]


def test_it_was_killed_often_enough_to_mean_something(year: SimpleNamespace) -> None:
    assert year.kills > 15


def test_every_date_is_decided_once_and_its_wave_opened_and_closed_in_its_time(year: SimpleNamespace) -> None:
    waves = {row.id: row for row in rows(year, WaveRow)}
    decided = {(row.survey_id, row.day): row for row in rows(year, OccurrenceRow)}
    for name, schedule in SCHEDULES.items():
        foreseen = {wave.day: wave.state == "skipped" for wave in year.preview[name].waves}
        for one in occurrences(schedule, START.date(), (END - timedelta(days=7)).date()):
            row = decided[name, one.day]
            assert (row.state == "skipped") == foreseen[one.day], (name, row)
            if row.wave_id is not None and one.closes_at < END - timedelta(days=1):
                wave = waves[row.wave_id]
                assert wave.state == "closed"
                assert wave.opens_at[:10] == one.opens_at.date().isoformat()
    held = [row.wave_id for row in decided.values() if row.state == "drafted"]
    assert sorted(held) == sorted(waves)
    turns = defaultdict(list)
    for (name, _), row in sorted(decided.items()):
        if row.turn is not None:
            turns[name].append(row.turn)
    assert all(found == list(range(len(found))) for found in turns.values())
    assert len(turns["weekly"]) > 44


def test_the_ledger_is_what_the_preview_said(year: SimpleNamespace) -> None:
    survey = {row.id: row.survey_id for row in rows(year, WaveRow)}
    ledger = [(survey[row.wave_id], row.day, row.micro_rho) for row in rows(year, LedgerRow)]
    assert len(ledger) == len(set(ledger))
    foreseen = [
        (name, wave.opens_at.date(), wave.micro_rho)
        for name, seen in year.preview.items()
        for wave in seen.waves
        if wave.invited and wave.opens_at < END
    ]
    assert sorted(ledger) == sorted(foreseen)


def test_nobody_is_asked_twice_at_once_nor_for_more_than_the_load_or_the_cap(year: SimpleNamespace) -> None:
    waves = {row.id: row for row in rows(year, WaveRow)}
    charge = {row.wave_id: row for row in rows(year, LedgerRow)}
    asked = defaultdict(list)
    for row in rows(year, InvitationRow):
        asked[row.person].append(waves[row.wave_id])
    assert len(asked) == PEOPLE
    cap = micro_rho_for(8, CAP_DELTA)
    for mine in asked.values():
        mine.sort(key=lambda wave: wave.opens_at)
        assert all(one.closes_at <= other.opens_at for one, other in pairwise(mine))
        for last in mine:
            end = date.fromisoformat(last.opens_at[:10])
            window = [
                w for w in mine if end - timedelta(days=28) < date.fromisoformat(w.opens_at[:10]) <= end
            ]
            assert len(window) <= LIMITS["load_invitations"]
            assert sum(wave.minutes for wave in window) <= LIMITS["load_minutes"]
            spent = sum(charge[w.id].micro_rho for w in mine if end - YEAR < charge[w.id].day <= end)
            assert spent <= cap
    # Rotation is fair: nobody was left out of it for long.
    weekly = Counter(len([wave for wave in mine if wave.survey_id == "weekly"]) for mine in asked.values())
    assert max(weekly) - min(weekly) <= 3


def test_no_letter_comes_twice_and_no_reminder_after_the_token(year: SimpleNamespace) -> None:
    letters = journal(year, "letter")
    assert Counter(letters).most_common(1)[0][1] == 1
    reminders = Counter((wave, person) for wave, number, person in letters if number)
    assert max(reminders.values()) <= 2
    drawn: set[tuple[str, str]] = set()
    lines = (year.folder / "journal").read_text().split("\n")[:-1]
    for line in lines:
        kind, wave, number, person = line.split()
        if kind == "drawn":
            drawn.add((wave, person))
        elif int(number):
            assert (wave, person) not in drawn
    # Everybody who was to get a letter got one, but for those that a kill left in doubt.
    waves = {row.id: row for row in rows(year, WaveRow) if row.state == "closed"}
    mailed = {(row.wave_id, row.person) for row in rows(year, InvitationRow) if row.mailed}
    invited = {(wave, person) for wave, number, person in letters if number == 0}
    missing = {one for one in mailed - invited if one[0] in waves}
    assert len(missing) <= CLAIM * year.kills
    doubt = sum(row.claimed - row.settled for row in rows(year, MailRoundRow) if row.number == 0)
    assert len(missing) <= doubt <= CLAIM * year.kills
    silent = [one for one in mailed if not draws(*one) and one[0] in waves]
    reminded = sum(1 for one in silent if reminders[one])
    weekly = sum(1 for wave, _ in silent if waves[wave].survey_id == "weekly")
    assert reminded > 0.9 * weekly


def test_nothing_says_any_more_who_drew_a_token(year: SimpleNamespace) -> None:
    still_open = {row.id for row in rows(year, WaveRow) if row.state == "open"}
    assert {row.wave_id for row in rows(year, IssuanceRow)} <= still_open
    assert rows(year, MailAgainRow) == []
    drafts = {row.id for row in rows(year, WaveRow) if row.state == "draft"}
    assert {row.wave_id for row in rows(year, WavePersonRow)} <= drafts
    keys = list((year.folder / "keys" / "mail").glob("*.key"))
    assert len(keys) <= len(still_open) + year.kills  # a kill between key and commit leaves one of no wave
