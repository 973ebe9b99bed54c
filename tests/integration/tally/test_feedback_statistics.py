"""A month of conversations is reserved, drawn and published once, whatever is interrupted; then counts go."""

import asyncio
import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import select

from privacy.feedback_cells import cells_of
from privacy.mechanism import micro_rho_for
from service import jobs
from service.http.context import Context
from service.registrar.feedback_periods import Periods
from service.registrar.issuer_keys import IssuerKeys
from service.registrar.rsa import IssuerKey
from service.settings import Settings
from service.store import feedback_counts, feedback_periods, feedback_statistics, ledger
from service.store.tables_feedback import ChannelRow, FeedbackCountRow, FeedbackPeriodRow
from service.store.tables_main import LedgerRow
from service.store.unit_of_work import reading, unit_of_work
from service.tally.feedback_statistics import MonthlyStatistics
from tests.feedback_parts import Channel, add_channel


class Service:
    """A registrar's months and a tally's statistics on one pair of stores, at a time that can be moved."""

    def __init__(self, engines: SimpleNamespace, folder: Any, **settings: Any) -> None:
        self.now = datetime(2026, 3, 2, 8, tzinfo=UTC)
        self.engines = engines
        self.context = Context(Settings(data=folder, **settings), lambda: self.now, engines.main, engines.box)
        self.keys = IssuerKeys(folder / "issuer")
        self.channel: Channel = add_channel(engines.box)

    def tick(self) -> None:
        """What the registrar does once a day."""
        Periods(self.context, self.keys).tick()

    def publish(self) -> None:
        """What the tally does at each look."""
        MonthlyStatistics(self.engines.main, self.engines.box, lambda: self.now).publish_what_is_over()

    def happen(self, number: int, month: str = "2026-03", day: date = date(2026, 3, 5)) -> None:
        """The same event many times."""
        with unit_of_work(self.engines.box) as tx:
            for _ in range(number):
                feedback_counts.count(tx, month, day, self.channel.id, "opened", "")

    def published(self) -> list[dict[str, Any]]:
        with reading(self.engines.main) as tx:
            return [json.loads(content) for content in feedback_statistics.all_statistics(tx)]

    def entries(self) -> list[LedgerRow]:
        with reading(self.engines.main) as tx:
            return list(tx.exec(select(LedgerRow)))

    def counts(self) -> list[FeedbackCountRow]:
        with reading(self.engines.box) as tx:
            return list(tx.exec(select(FeedbackCountRow)))


@pytest.fixture
def made(engines: SimpleNamespace, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Service:
    """One issuer key serves, because making one takes long."""
    key = IssuerKey.generate()
    monkeypatch.setattr(IssuerKey, "generate", classmethod(lambda _: key))
    return Service(engines, tmp_path)


def test_a_month_is_published_once_when_the_next_is_over_and_its_counts_go(made: Service) -> None:
    made.tick()
    made.happen(600)
    made.now = datetime(2026, 4, 30, 23, tzinfo=UTC)
    made.publish()
    assert made.published() == []
    made.now = datetime(2026, 5, 1, 0, 1, tzinfo=UTC)
    made.publish()
    (month,) = made.published()
    assert (month["month"], month["conversations"]) == ("2026-03", 3)
    assert abs(month["channels"][0]["opened"] - 600) < 10 * month["margin"]
    assert made.counts() == []
    made.publish()
    assert made.published() == [month]
    (entry,) = made.entries()
    assert (entry.wave, entry.state) == (ledger.month_name("2026-03"), "committed")
    assert entry.micro_rho == micro_rho_for(1, 1e-6)


def test_a_tally_that_comes_months_late_publishes_every_month_that_was_reserved(made: Service) -> None:
    for month in (3, 4, 5, 6, 7, 8):
        made.now = datetime(2026, month, 2, tzinfo=UTC)
        made.tick()
        made.happen(600, f"2026-{month:02}", made.now.date())
    made.publish()
    assert [month["month"] for month in made.published()] == ["2026-06", "2026-05", "2026-04", "2026-03"]
    assert {row.month for row in made.counts()} == {"2026-07", "2026-08"}
    assert {month["conversations"] for month in made.published()} == {3}


def test_a_month_is_drawn_for_as_many_links_as_one_person_had(made: Service) -> None:
    made.tick()
    with unit_of_work(made.engines.box) as tx:
        feedback_periods.note_links(tx, "2026-03", 2)
    made.now = datetime(2026, 5, 1, 1, tzinfo=UTC)
    made.publish()
    assert made.published()[0]["conversations"] == 6


def test_killed_between_drawing_and_deleting_the_counts_it_does_not_draw_again(
    made: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.tick()
    made.happen(600)
    made.now = datetime(2026, 5, 1, 1, tzinfo=UTC)
    with monkeypatch.context() as patch:
        patch.setattr(feedback_counts, "forget_up_to", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            made.publish()
    before = made.published()
    assert made.counts()
    made.publish()
    assert made.published() == before
    assert made.counts() == []


def test_killed_while_it_is_stored_nothing_is_published_and_nothing_lost(
    made: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.tick()
    made.happen(600)
    made.now = datetime(2026, 5, 1, 1, tzinfo=UTC)
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "mark_month", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            made.publish()
    assert made.published() == []
    assert made.entries()[0].state == "reserved"
    made.publish()
    assert len(made.published()) == 1


def test_the_tally_is_started_once_a_day_and_for_a_month_that_is_over(
    made: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    async def run(_settings: Settings, *arguments: str) -> None:
        if arguments == ("watch", "--once"):
            started.append(made.now.date().isoformat())

    monkeypatch.setattr(jobs, "_run_tally", run)
    child = jobs.TallyChild(made.context.settings, made.engines.main, lambda: made.now)
    for day in (2, 2, 3):
        made.now = datetime(2026, 3, day, 9, tzinfo=UTC)
        asyncio.run(child())
    assert started == ["2026-03-02", "2026-03-03"]
    made.tick()
    made.now = datetime(2026, 5, 1, 9, tzinfo=UTC)
    for _ in range(2):
        asyncio.run(child())
    assert started[2:] == ["2026-05-01"] * 2, "a month waits until it is published"
    made.publish()
    asyncio.run(child())
    assert len(started) == 4


def test_what_happens_after_the_next_month_is_not_counted(made: Service) -> None:
    made.happen(1, day=date(2026, 4, 30))
    made.happen(1, day=date(2026, 5, 1))
    assert [row.number for row in made.counts()] == [1]


def test_a_month_without_room_under_the_cap_is_not_published_and_its_counts_go(
    engines: SimpleNamespace, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = IssuerKey.generate()
    monkeypatch.setattr(IssuerKey, "generate", classmethod(lambda _: key))
    service = Service(engines, tmp_path, feedback_epsilon=5, cap_epsilon=4)
    service.tick()
    service.happen(600)
    service.now = datetime(2026, 5, 1, 1, tzinfo=UTC)
    service.publish()
    assert service.entries() == service.published() == service.counts() == []


def test_everybody_is_charged_for_a_month_and_the_chain_holds(made: Service) -> None:
    made.tick()
    made.now = datetime(2026, 4, 1, 1, tzinfo=UTC)
    made.tick()
    with reading(made.engines.main) as tx:
        chain = ledger.entries(tx)
        assert ledger.chain_holds(chain)
        assert ledger.charges_of_person(tx, "anybody") == chain
        assert ledger.charges_of_roster(tx, "no-survey", date(2026, 4, 2)) == [chain]
        assert ledger.charges_of_everybody(tx, date(2027, 4, 2)) == [[]]
    assert [entry.wave for entry in chain] == [ledger.month_name("2026-03"), ledger.month_name("2026-04")]


def test_a_month_costs_nothing_before_there_is_a_channel_and_months_that_are_over_are_dropped(
    made: Service,
) -> None:
    with unit_of_work(made.engines.box) as tx:
        row = tx.get(ChannelRow, made.channel.id)
        assert row is not None
        row.state = "closed"
        tx.add(row)
    made.tick()
    assert made.entries() == []
    made.now = datetime(2026, 6, 2, tzinfo=UTC)
    made.tick()
    with reading(made.engines.box) as tx:
        left = sorted(row.month for row in tx.exec(select(FeedbackPeriodRow)))
    assert left == ["2026-03", "2026-04", "2026-06", "2026-07"], (
        "what they cost is drawn by a tally that is late"
    )
    files = {path.stem for path in (made.keys.path_of(b"").parent).iterdir()}
    with reading(made.engines.box) as tx:
        names = {row.month: row.name.hex() for row in tx.exec(select(FeedbackPeriodRow))}
    assert files == {names["2026-06"], names["2026-07"]}
    made.now = datetime(2027, 7, 2, tzinfo=UTC)
    made.tick()
    with reading(made.engines.box) as tx:
        assert min(row.month for row in tx.exec(select(FeedbackPeriodRow))) == "2026-06"


def test_every_cell_that_is_counted_is_one_that_is_published(made: Service) -> None:
    with reading(made.engines.box) as tx:
        channels = feedback_counts.channels_and_themes(tx)
    assert (made.channel.id, "theme", "bias") in cells_of(channels)
