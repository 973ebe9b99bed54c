"""Says in chats that a wave has opened, is about to close, or has results; never who or how many answered.

Each is claimed before it is sent. A definite refusal is tried again; what nobody knows the end of is not,
because nothing is said twice. No redirect is followed, and the address of a chat is in no message of ours.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from privacy.contract import minute
from service.distribution.chat_words import payload
from service.http.context import Context
from service.store import announcements, waves
from service.store.locks import hold
from service.store.tables_main import WaveRow
from service.store.tables_schedules import AnnouncementRow
from service.store.unit_of_work import unit_of_work
from service.surveys.definition_file import load

MOST_ATTEMPTS = 6
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=6)
TIMEOUT = 15.0  # seconds
_log = logging.getLogger("sottovoce.announcements")


class Announcer:
    """Several that run side by side say each thing once."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def tick(self) -> None:
        """Say everything that is due at the clock's time."""
        now = self._context.clock().replace(second=0, microsecond=0)
        due = await asyncio.to_thread(self._due, now)
        if not due:
            return
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            for row in due:
                wave = await asyncio.to_thread(self._claimed, row)
                if wave is not None:
                    state, columns = await self._said(client, row, wave, now)
                    await asyncio.to_thread(self._note, row, state, columns)

    def _due(self, now: datetime) -> list[AnnouncementRow]:
        with unit_of_work(self._context.main) as tx:
            hold(tx, "announcements")  # two that look at once would note the same results twice
            for wished in announcements.released_unsaid(tx):
                due = [(announcements.RELEASED, minute(now))]
                announcements.announce(tx, wished.wave_id, wished.announce, due)
            return announcements.due(tx, minute(now))

    def _claimed(self, row: AnnouncementRow) -> WaveRow | None:
        with unit_of_work(self._context.main) as tx:
            wave = waves.find(tx, row.wave_id)
            return wave if announcements.claim(tx, row) else None

    async def _said(
        self, client: httpx.AsyncClient, row: AnnouncementRow, wave: WaveRow, now: datetime
    ) -> tuple[str, dict[str, Any]]:
        """The state that it is in afterwards, and the columns that go with it."""
        address = getattr(self._context.settings, f"{row.channel}_webhook")
        if address is None:
            return _again(row, now, "no address of this chat is set", None)
        try:
            answer = await client.post(address.get_secret_value(), json=_payload(row, wave))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol):
            return _again(row, now, "the chat cannot be reached", None)
        except httpx.HTTPError:
            return "sending", {"fault": "the chat did not say whether it took it; it is not sent again"}
        if answer.is_success:
            return "sent", {"fault": None}
        return _again(
            row, now, f"the chat refused it with {answer.status_code}", answer.headers.get("Retry-After")
        )

    def _note(self, row: AnnouncementRow, state: str, columns: dict[str, Any]) -> None:
        with unit_of_work(self._context.main) as tx:
            announcements.settle(tx, row, state, **columns)
        if columns["fault"] is not None and columns["fault"] != row.fault:
            _log.warning("wave %s, %s: %s", row.wave_id, row.channel, columns["fault"])


def _payload(row: AnnouncementRow, wave: WaveRow) -> Mapping[str, Any]:
    survey, _ = load(wave.source)
    return payload(row.channel, row.kind, survey.title, survey.languages, wave.closes_at)


def _again(row: AnnouncementRow, now: datetime, fault: str, wanted: str | None) -> tuple[str, dict[str, Any]]:
    attempts = row.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        return "given-up", {"attempts": attempts, "fault": fault}
    wait = min(LONGEST_WAIT, FIRST_WAIT * int(2 ** (attempts - 1)))
    if wanted is not None and wanted.isascii() and wanted.isdigit():  # seconds; a date is not worth it
        wait = max(wait, min(LONGEST_WAIT, timedelta(seconds=int(wanted[:9]) + 59)))
    later = minute((now + wait).replace(second=0, microsecond=0))
    return "waiting", {"attempts": attempts, "not_before": later, "fault": fault}
