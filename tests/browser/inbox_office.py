"""The whole service in this process with a clock that can be moved, two handlers in browsers, and senders."""

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi.responses import Response
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from privacy import conversation
from privacy.canonical import unb64u
from privacy.conversation import Mark
from privacy.messages import Message, seal_message
from service.accounts.sessions import begin_session
from service.app import create_app
from service.settings import Settings
from service.store import channels, handler_keys, staff_users
from service.store.invitations import new_code
from service.store.passes import pass_digest
from service.store.schema import migrate
from service.store.tables_passes import FeedbackPassRow
from service.store.unit_of_work import reading, unit_of_work
from tests.browser.watching import Watch
from tests.feedback_parts import VALUES, Sender, add_period

START = datetime(2026, 3, 2, 8, 0, 30, tzinfo=UTC)
HANDLERS = ("robin", "sam")
PASSPHRASE = "correct horse battery staple five"


@dataclass(frozen=True)
class PublicChannel:
    """A channel as senders know it."""

    id: str
    epoch: int
    point: bytes


class Office:
    """A service with a channel that names Robin and has no key yet. Sam is of staff and handles nothing."""

    def __init__(self, folder: Path, port: int) -> None:
        self.now = START
        settings = Settings(data=folder, port=port, tally="external")
        self.app = create_app(settings, clock=lambda: self.now)
        self.context = self.app.context
        self.address = f"http://127.0.0.1:{port}"
        migrate(self.context.main, "main")
        migrate(self.context.box, "box")
        self.period = add_period(self.context.box)
        self.users: dict[str, str] = {}
        self.channel_id = ""

    def begin(self, start: datetime = START) -> None:
        """Another first day, with other people and another channel: nothing of before is theirs."""
        self.now = start
        with unit_of_work(self.context.main) as tx:
            for name in HANDLERS:
                email = f"{name}-{secrets.token_hex(4)}@example.org"
                user = staff_users.add_user(
                    tx, email=email, name=name.title(), role="analyst", day=START.date()
                )
                self.users[name] = user.id
        self.channel_id = self.add_channel("robin")

    def add_channel(self, *handlers: str, **values: Any) -> str:
        """An open channel without a key; its id."""
        channel = secrets.token_hex(16)
        with unit_of_work(self.context.box) as tx:
            row = channels.add_channel(tx, channel, START.date(), {**VALUES, **values})
            row.state = "open"
            tx.add(row)
            for name in handlers:
                channels.name_handler(tx, channel, self.users[name], name.title())
        return channel

    def name(self, name: str) -> None:
        """Make somebody of staff a handler."""
        with unit_of_work(self.context.box) as tx:
            channels.name_handler(tx, self.channel_id, self.users[name], name.title())

    def channel(self) -> PublicChannel:
        """The channel with its present key, as the public list has it."""
        (found,) = [one for one in self.card()["channels"] if one["id"] == self.channel_id]
        return PublicChannel(self.channel_id, found["epoch"], unb64u(found["public_key"]))

    def copies(self, name: str) -> set[int]:
        """The epochs of the channel whose keys are stored for a handler."""
        with reading(self.context.box) as tx:
            rows = handler_keys.copies_of(tx, self.channel_id)
        return {row.epoch for row in rows if row.user_id == self.users[name]}

    def link(self) -> str:
        """A feedback link of somebody who had none. Its tokens are those of any month but the first."""
        code = new_code()
        with unit_of_work(self.context.main) as tx:
            tx.add(
                FeedbackPassRow(
                    digest=pass_digest(code), person=secrets.token_hex(4), month="2026-03", links=1
                )
            )
        month = f"{self.now:%Y-%m}"
        for _ in range(2_000):  # the service makes a month's key by itself, soon after its start
            if month in [period["month"] for period in self.card()["periods"]]:
                return f"{self.address}/feedback#{code}"
        raise AssertionError(f"there are no tokens of {month}")

    def card(self) -> dict[str, Any]:
        """What everybody may read."""
        answer = httpx.get(f"{self.address}/api/v1/feedback")
        return answer.raise_for_status().json()  # type: ignore[no-any-return]

    def sender(self, text: str, subject: str) -> Sender:
        """Somebody who has opened a conversation that is not let out yet."""
        made = Sender(self.period, self.channel())  # type: ignore[arg-type]
        self.send("conversations", made.opening(text, subject))
        return made

    def send(self, what: str, content: bytes) -> None:
        """A sender's request."""
        headers = {"Content-Type": "application/octet-stream"}
        answer = httpx.post(f"{self.address}/api/v1/feedback/{what}", content=content, headers=headers)
        assert answer.status_code == 201, answer.text

    def add(
        self, sender: Sender, body: dict[str, Any], attachment: bytes = b"", mark: Mark | None = None
    ) -> None:
        """A further message of any shape, which need not be an honest one."""
        content = seal_message(sender.key, sender.name, "sender", Message(body, attachment))
        addition = conversation.add_message(sender.name, sender.pseudonym, mark, content)
        self.send("messages", addition)

    def looked_up(self, sender: Sender) -> dict[str, Any]:
        """What a sender finds under their code."""
        answer = httpx.post(f"{self.address}/api/v1/feedback/lookups", json=sender.lookup())
        return answer.raise_for_status().json()  # type: ignore[no-any-return]

    def let_out(self, *desks: "Desk") -> None:
        """It becomes the hour at which messages are let out, today or, if it has been, tomorrow.

        These handlers, whose sessions have ended by then, sign in again and look for new messages.
        """
        hour = self.context.settings.feedback_hour
        today = self.now.replace(hour=hour, minute=0, second=0)
        self.now = today if self.now < today else today + timedelta(days=1)
        for desk in desks:
            self.sign_in(desk.browser, desk.name)
            desk.press("Look for new messages")

    def sign_in(self, context: BrowserContext, name: str) -> None:
        """Give a browser a session; moving the clock ends those before."""
        answer = Response()
        with unit_of_work(self.context.main) as tx:
            begin_session(tx, self.context, self.users[name], answer)
        name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
        context.add_cookies([{"name": name, "value": value, "url": self.address}])


@contextmanager
def running_office(folder: Path) -> Iterator[Office]:
    """Such a service, listening on loopback in a thread of this process."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        office = Office(folder, listening.getsockname()[1])
        config = uvicorn.Config(office.app, log_config=None, access_log=False, ws="none", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            # It waits in the socket's queue until the service takes it.
            httpx.get(f"{office.address}/api/v1/feedback", timeout=30).raise_for_status()
            yield office
        finally:
            server.should_exit = True
            thread.join()
            office.context.main.dispose()
            office.context.box.dispose()


NewDesk = Callable[[str], "Desk"]


class Desk:
    """A handler's browser."""

    def __init__(self, browser: Browser, office: Office, name: str) -> None:
        self.office, self.name = office, name
        self.browser = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        self.browser.set_default_timeout(15_000)
        self.watch = Watch(self.browser, office.address, staff=True)
        office.sign_in(self.browser, name)
        self.page: Page = self.browser.new_page()
        self.recovery_code = ""

    def open(self) -> None:
        """The inbox as it opens."""
        self.page.goto(f"{self.office.address}/inbox")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def make_key(self, passphrase: str = PASSPHRASE) -> None:
        """From the first page to the unlocked inbox."""
        self.page.get_by_label("Passphrase", exact=True).fill(passphrase)
        self.page.get_by_label("The same again").fill(passphrase)
        self.page.get_by_label("I understand that without the passphrase").check()
        self.press("Go on")
        self.recovery_code = self.page.locator("#recovery-code").inner_text()
        groups = self.recovery_code.split("-")
        self.page.get_by_label("The third and the fifth group").fill(groups[2].lower() + " " + groups[4])
        self.page.get_by_label("I have the code on paper.").check()
        self.press("Store the key")
        self.is_open()

    def unlock(self, passphrase: str = PASSPHRASE) -> None:
        self.page.get_by_label("Passphrase", exact=True).fill(passphrase)
        self.press("Unlock")
        self.is_open()

    def is_open(self) -> None:
        expect(self.page.get_by_role("heading", name="Feedback inbox")).to_be_visible()
        expect(self.page.get_by_role("button", name="Lock now")).to_be_visible()

    def keys(self) -> None:
        """Go to the keys and handlers."""
        self.press("Keys and handlers")
        expect(self.page.get_by_role("heading", name="Keys and handlers")).to_be_visible()

    def back(self) -> None:
        self.press("Back to the inbox")
        self.is_open()

    def make_channel_key(self) -> None:
        """The channel's first key, from the inbox and back to it."""
        self.keys()
        self.press("Make the channel's first key")
        self.told("People can write to the channel now.")
        self.back()

    def told(self, text: str) -> None:
        expect(self.page.locator("#status")).to_contain_text(text)

    def choose(self, subject: str) -> None:
        """Open a conversation from the list."""
        self.page.get_by_role("button", name=subject).click()
        expect(self.page.get_by_role("heading", name=subject)).to_be_visible()

    @property
    def reading(self) -> Locator:
        """The conversation that is shown."""
        return self.page.get_by_role("region", name="Conversation", exact=True)

    def part(self, name: str) -> None:
        """Unfold a part of the page."""
        self.page.locator("summary", has_text=name).first.click()

    def close(self) -> None:
        """What was sent is checked."""
        self.watch.check()
        self.browser.close()
