"""Sends the letters that are due: each invitation once, reminders by issuance alone.

A letter is claimed in the store before it is handed over, ten at a time, so that a process that is killed
leaves ten in doubt at most and the next one never sends a letter again. The store keeps a position of a round
and nothing about a person (docs/decisions/0027).
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError

from sqlmodel import Session

from privacy.contract import minute
from privacy.errors import KeyUnusable
from service.distribution import quiet
from service.distribution.bounces import marked_name
from service.distribution.letter_texts import Desk, desk_of
from service.distribution.schedule import REMINDER_ROOM
from service.distribution.smtp import Letter, MailServer, MailServerDown, Outcome
from service.http.context import Context
from service.registrar.mail_keys import Codes, MailKeys
from service.store import mail_rounds, waves
from service.store.mail_rounds import Addressee, Claimed
from service.store.tables_main import WaveRow
from service.store.tables_schedules import MailAgainRow, MailRoundRow
from service.store.unit_of_work import reading, unit_of_work

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
MOST_ATTEMPTS = 8  # for an invitation that the mail server puts off; after a day and a half it is given up
_NO_KEY = "a key that codes of letters follow from cannot be used; the service's log says why"
_log = logging.getLogger("sottovoce.letters")


@dataclass(frozen=True, slots=True)
class _Counts:
    settled: int
    sent: int
    refused: int
    again: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Hand:
    """What the letters of a wave are written with, and the ``order`` in which a round goes through them.

    ``marks`` are what invitations that come back are known by. ``silent`` are the digests of who wants no
    reminders.
    """

    desk: Desk
    codes: Codes
    quiet: Codes
    marks: Codes
    silent: frozenset[bytes]
    order: tuple[bytes, ...]

    def silent_is(self, one: Addressee) -> bool:
        return bool(self.silent) and quiet.digest_of(self.quiet.code(one.person)) in self.silent

    def letter(self, one: Addressee, row: MailRoundRow) -> Letter | None:
        """Somebody's letter; None for an address that no message can be written to."""
        try:
            codes = self.codes.code(one.person), self.quiet.code(one.person)
            # A reminder that is known to have come back would tell whose token was not drawn.
            name = None if row.number else marked_name(self.marks, one.email)
            return Letter(one.email, self.desk.letter(one, *codes, row, name))
        except (ValueError, IndexError, MessageError):
            return None


class Post:
    """Goes through what is due. Several that run side by side never send the same letter."""

    def __init__(self, context: Context, keys: MailKeys) -> None:
        self._context = context
        self._keys = keys

    async def tick(self) -> None:
        """Send everything that is due at the clock's time."""
        for row in await asyncio.to_thread(self._due):
            await self._round(row)
        while rows := await asyncio.to_thread(self._take_again):
            await self._again(rows)

    def _now(self) -> datetime:
        return self._context.clock().replace(second=0, microsecond=0)

    def _due(self) -> list[MailRoundRow]:
        """Rounds to go through; a reminder that comes too late is done without a letter."""
        now, found = self._now(), []
        with unit_of_work(self._context.main) as tx:
            rows = mail_rounds.due(tx, minute(now))
            for row in rows:
                wave = waves.find(tx, row.wave_id)
                rounds = mail_rounds.rounds_of(tx, row.wave_id)
                if row.number and _comes_too_late(row, rounds, wave, now):
                    mail_rounds.finish(tx, row.wave_id, row.number)
                elif row.number == 0 or rounds[0].state == "done":
                    found.append(row)
        return found

    async def _round(self, row: MailRoundRow) -> None:
        try:
            hand = await asyncio.to_thread(self._hand, row.wave_id, whole_round=True)
            async with MailServer(self._context.settings) as server:
                claimed = await asyncio.to_thread(self._claim, hand, row)
                while claimed.number:
                    wanted = [one for one in claimed.letters if row.number == 0 or not hand.silent_is(one)]
                    claimed = await _finish(self._hand_over(server, hand, row, claimed.number, wanted))
        except MailServerDown as error:
            await asyncio.to_thread(self._put_off, row, str(error))
        except KeyUnusable as error:
            # The file's place is for the operator, not for whoever reads how letters are doing.
            _log.error("%s", error)
            await asyncio.to_thread(self._put_off, row, _NO_KEY)

    async def _hand_over(
        self, server: MailServer, hand: _Hand, row: MailRoundRow, number: int, wanted: Sequence[Addressee]
    ) -> Claimed:
        """Send the letters that were claimed, settle them, and claim the next in the same transaction.

        Raises MailServerDown once what was claimed is settled.
        """
        try:
            outcomes = await _sent(server, hand, row, wanted)
        except MailServerDown:
            later = [Outcome.LATER] * len(wanted)
            await asyncio.to_thread(self._settle, hand, row, _counted(number, wanted, later), go_on=False)
            raise
        counts = _counted(number, wanted, outcomes)
        return await asyncio.to_thread(self._settle, hand, row, counts, go_on=True)

    async def _again(self, rows: Sequence[MailAgainRow]) -> None:
        """Try invitations that were put off once more; they are this process's alone by now."""
        first, wanted = await asyncio.to_thread(self._put_off_before, rows)
        try:
            hand = await asyncio.to_thread(self._hand, first.wave_id, whole_round=False)
            async with MailServer(self._context.settings) as server:
                outcomes = await _sent(server, hand, first, wanted)
        except (MailServerDown, KeyUnusable):
            outcomes = [Outcome.LATER] * len(wanted)
        counts = _counted(len(rows), wanted, outcomes)
        attempts = {row.digest: row.attempts for row in rows}
        await asyncio.to_thread(self._settle_again, first, counts, attempts)

    def _hand(self, wave_id: str, *, whole_round: bool) -> _Hand:
        if self._context.settings.smtp_host is None:
            raise MailServerDown("no mail server is set; set SOTTOVOCE_SMTP_HOST")
        with reading(self._context.main) as tx:
            wave = waves.find(tx, wave_id)
            desk, silent = desk_of(tx, self._context, wave), mail_rounds.silent(tx)
            order = mail_rounds.order_of(tx, wave_id) if whole_round else ()
        codes = self._keys.codes(desk.wave)
        quiet_codes = quiet.codes_of(self._context)  # makes the key that marks follow from too
        return _Hand(desk, codes, quiet_codes, quiet.marks_of(self._context), frozenset(silent), order)

    def _put_off_before(self, rows: Sequence[MailAgainRow]) -> tuple[MailRoundRow, tuple[Addressee, ...]]:
        wave_id = rows[0].wave_id
        with reading(self._context.main) as tx:
            wanted = mail_rounds.addressees(tx, wave_id, [row.digest for row in rows])
            return mail_rounds.rounds_of(tx, wave_id)[0], wanted

    def _claim(self, hand: _Hand, row: MailRoundRow) -> Claimed:
        with unit_of_work(self._context.main) as tx:
            return _next(tx, hand, row)

    def _settle(self, hand: _Hand, row: MailRoundRow, counts: _Counts, *, go_on: bool) -> Claimed:
        with unit_of_work(self._context.main) as tx:
            if row.number == 0 and counts.again:
                later = minute(self._now() + FIRST_WAIT)
                mail_rounds.keep_for_later(tx, row.wave_id, counts.again, 1, later)
            settled = counts.settled if row.number == 0 else counts.settled + len(counts.again)
            mail_rounds.settle(
                tx, row.wave_id, row.number, settled=settled, sent=counts.sent, refused=counts.refused
            )
            return _next(tx, hand, row) if go_on else Claimed(0, ())

    def _settle_again(self, first: MailRoundRow, counts: _Counts, attempts: dict[bytes, int]) -> None:
        now, given_up = self._now(), 0
        with unit_of_work(self._context.main) as tx:
            for digest in counts.again:
                tried = attempts[digest] + 1
                if tried > MOST_ATTEMPTS:
                    given_up += 1
                    continue
                later = minute(now + _wait(tried))
                mail_rounds.keep_for_later(tx, first.wave_id, [digest], tried, later)
            settled, refused = counts.settled + given_up, counts.refused + given_up
            mail_rounds.settle(tx, first.wave_id, 0, settled=settled, sent=counts.sent, refused=refused)

    def _take_again(self) -> tuple[MailAgainRow, ...]:
        with unit_of_work(self._context.main) as tx:
            return mail_rounds.take_again(tx, minute(self._now()))

    def _put_off(self, row: MailRoundRow, fault: str) -> None:
        with unit_of_work(self._context.main) as tx:
            current = mail_rounds.rounds_of(tx, row.wave_id)[row.number]
            later = minute(self._now() + _wait(current.attempts + 1))
            mail_rounds.put_off(tx, current, later, fault)
        if current.fault != fault:  # what stays the same is said once
            _log.warning("wave %s: %s", row.wave_id, fault)


def _next(tx: Session, hand: _Hand, row: MailRoundRow) -> Claimed:
    """The next letters of a round, none once the wave has closed."""
    if waves.find(tx, row.wave_id).state != "open":
        return Claimed(0, ())
    return mail_rounds.claim(tx, row.wave_id, row.number, hand.order)


def _comes_too_late(row: MailRoundRow, rounds: Sequence[MailRoundRow], wave: WaveRow, now: datetime) -> bool:
    """Whether a later reminder is due too, or the wave closes soon, or it would come a day too late."""
    if row.claimed:
        return False
    later = [one for one in rounds if one.number > row.number and one.due_at <= minute(now)]
    return bool(later) or now > datetime.fromisoformat(wave.closes_at) - REMINDER_ROOM


async def _sent(
    server: MailServer, hand: _Hand, row: MailRoundRow, wanted: Sequence[Addressee]
) -> list[Outcome]:
    """What came of the letter to each of them, in their order. Raises MailServerDown before the first."""
    letters = [hand.letter(one, row) for one in wanted]
    outcomes = iter(await server.send([letter for letter in letters if letter is not None]))
    return [Outcome.REFUSED if letter is None else next(outcomes) for letter in letters]


def _counted(number: int, wanted: Sequence[Addressee], outcomes: Sequence[Outcome]) -> _Counts:
    again = tuple(
        one.digest for one, outcome in zip(wanted, outcomes, strict=True) if outcome is Outcome.LATER
    )
    return _Counts(
        settled=number - len(again) - outcomes.count(Outcome.OPEN),
        sent=outcomes.count(Outcome.SENT),
        refused=outcomes.count(Outcome.REFUSED),
        again=again,
    )


def _wait(attempts: int) -> timedelta:
    doubled: int = 2 ** min(attempts - 1, 10)
    return min(LONGEST_WAIT, FIRST_WAIT * doubled)


async def _finish(step: Coroutine[None, None, Claimed]) -> Claimed:
    """Let a batch that was claimed come to its end, even if the process is told to stop meanwhile."""
    batch = asyncio.ensure_future(step)
    try:
        return await asyncio.shield(batch)
    except asyncio.CancelledError:
        await batch
        raise
