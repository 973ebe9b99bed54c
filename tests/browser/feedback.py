"""Feedback as a sender's browser gives it: links, a channel, what handlers write, and pictures."""

import os
import struct
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page, expect

from privacy import conversation
from privacy.messages import open_message
from service.store import conversations
from service.store.engine import open_engine
from service.store.tables_feedback import MessageRow
from service.store.unit_of_work import reading, unit_of_work
from tests.browser.respondent import Respondent
from tests.browser.waves import DEFINITION, put_roster
from tests.feedback_parts import Channel, add_channel, handlers_reply

SUBJECT = "Shifts"
TEXT = "The shifts are set too late."
PLACE = b"52.5200N 13.4050E Anna Berger"


@dataclass(frozen=True)
class Feedback:
    """A service with an open channel; ``links`` are feedback links that nobody has used."""

    service: SimpleNamespace
    channel: Channel
    links: list[str]

    @property
    def page(self) -> str:
        return f"{self.service.address}/feedback"

    def link(self) -> str:
        return self.links.pop()

    def stored(self, code: str) -> tuple[bytes, list[MessageRow]]:
        """The name of the conversation behind a receipt code, and its messages, if it is there."""
        engine = open_engine(f"sqlite:///{self.service.data / 'box.db'}")
        with reading(engine) as tx:
            row = conversations.find_at(tx, conversation.locator(code))
            found = (b"", []) if row is None else (row.id, conversations.messages_of(tx, row.id))
        engine.dispose()
        return found

    def bodies(self, code: str) -> list[dict[str, Any]]:
        """What the sender wrote, in the order of writing."""
        name, rows = self.stored(code)
        key = conversation.conversation_key(code)
        own = [open_message(key, name, "sender", row.content).body for row in rows if not row.from_handlers]
        return sorted(own, key=lambda body: body["number"])

    def reply(self, code: str, text: str, kind: str = "reply", **more: Any) -> None:
        """A handler's message that was let out yesterday."""
        name, rows = self.stored(code)
        key = conversation.conversation_key(code)
        self._add_reply(name, handlers_reply(key, name, text, len(rows) + 1, kind=kind, **more))

    def forge(self, code: str) -> None:
        """A message that the server makes up in the handlers' name."""
        self._add_reply(self.stored(code)[0], os.urandom(1024 + 28))

    def _add_reply(self, name: bytes, content: bytes) -> None:
        day = datetime.now(UTC).date() - timedelta(days=1)
        engine = open_engine(f"sqlite:///{self.service.data / 'box.db'}")
        with unit_of_work(engine) as tx:
            row = conversations.find(tx, name)
            assert row is not None
            conversations.add_reply(tx, row, content, "reply", day, day)
        engine.dispose()


def open_feedback(service: SimpleNamespace, people: int = 20) -> Feedback:
    """A channel, and so many feedback links."""
    engine = open_engine(f"sqlite:///{service.data / 'box.db'}")
    channel = add_channel(engine)
    engine.dispose()
    survey = f"people-{uuid4().hex[:8]}"
    service.owner.create_survey(DEFINITION.replace("id: team-pulse", f"id: {survey}", 1))
    put_roster(service.owner, survey, people)
    made = service.owner.call("POST", "/feedback/passes", {"survey": survey})["items"]
    started = time.monotonic()
    while not service.owner.call("GET", "/feedback")["periods"]:  # the month's key is made after the start
        assert time.monotonic() - started < 60
    codes = [row["link"].partition("#")[2] for row in made]
    return Feedback(service, channel, [f"{service.address}/feedback#{code}" for code in codes])


def to_message(sender: Respondent, feedback: Feedback, language: str = "en") -> None:
    """Open a link and choose the channel."""
    sender.open(feedback.link(), language)
    before = sender.heading.text_content() or ""
    sender.page.locator(f"section[aria-labelledby='channel-{feedback.channel.id}'] button").click()
    expect(sender.heading).not_to_have_text(before)


def write(sender: Respondent, feedback: Feedback, text: str = TEXT, subject: str = SUBJECT) -> str:
    """Write and send a message; the receipt code."""
    to_message(sender, feedback)
    sender.page.locator("#subject").fill(subject)
    sender.page.locator("#text").fill(text)
    sender.onward()
    return sender.send()


def come_back(page: Page, feedback: Feedback, code: str, language: str = "en") -> None:
    """Open the conversation with its code."""
    page.goto(f"{feedback.page}/conversation?lang={language}")
    page.locator("#code").fill(code)
    page.locator("#app form button").click()
    page.locator("#messages").wait_for()


def png(width: int, height: int, pixels: bytes | None = None) -> bytes:
    """A picture with a text beside it that says where it was made; grey unless ``pixels`` are given."""
    rows = pixels or bytes(3 * width * height)
    lines = b"".join(b"\0" + rows[3 * width * row : 3 * width * (row + 1)] for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"tEXt", PLACE), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
