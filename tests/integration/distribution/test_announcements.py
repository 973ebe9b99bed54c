"""Chats: each thing is said once, without names; refusals are tried again, doubts are not."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from service.distribution.announcer import MOST_ATTEMPTS, Announcer
from service.distribution.chat_words import payload
from service.store import distribution
from service.store.tables_schedules import AnnouncementRow
from service.store.unit_of_work import unit_of_work

ANNOUNCING = Path(__file__).with_name("announcing.py")


class Chat:
    """A receiver on loopback: what it got, and what it answers next."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.status, self.headers = 200, {}
        self.hang_up = False
        self.on_post: Callable[[], object] | None = None

    @contextmanager
    def open(self) -> Iterator[int]:
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                chat.got.append((self.path, json.loads(body)))
                if chat.on_post is not None:
                    chat.on_post()
                if chat.hang_up:
                    return
                self.send_response(chat.status)
                for name, value in chat.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def chats(world: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """A world with both chats, and a wave of a week that has opened and is to be announced in both."""
    chat = Chat()
    with chat.open() as port:
        address = f"http://127.0.0.1:{port}"
        world.limit(slack_webhook=SecretStr(f"{address}/slack"), teams_webhook=SecretStr(f"{address}/teams"))
        world.asked()
        world.wave = world.draft()
        with unit_of_work(world.main) as tx:
            distribution.put(tx, world.wave, announce=["slack", "teams"])
        world.ok("POST", f"/waves/{world.wave}/open")
        world.chat, world.address = chat, address
        world.say = lambda: asyncio.run(Announcer(world.context).tick())
        yield world


def states(world: SimpleNamespace) -> dict[tuple[str, str], str]:
    return {(row.kind, row.channel): row.state for row in world.rows(AnnouncementRow)}


def test_a_wave_is_announced_as_it_opens_before_it_closes_and_with_its_results(
    chats: SimpleNamespace,
) -> None:
    chats.say()
    chats.say()
    assert sorted(path for path, _ in chats.chat.got) == ["/slack", "/teams"]
    chats.now += timedelta(days=6)
    chats.say()
    chats.now += timedelta(days=1)
    chats.ok("POST", f"/waves/{chats.wave}/close")
    chats.release(chats.wave, 12)
    chats.say()
    chats.say()
    assert [path for path, _ in chats.chat.got].count("/slack") == 3
    assert set(states(chats).values()) == {"sent"}
    said = json.dumps(chats.chat.got)
    assert "#" not in said  # the sign of a personal link
    assert not any(person in said for person in ("p000", "p001", "24", "12 "))


def test_a_wave_that_closes_early_is_not_announced_as_closing(chats: SimpleNamespace) -> None:
    chats.say()
    chats.ok("POST", f"/waves/{chats.wave}/close")
    chats.now += timedelta(days=6)
    chats.say()
    assert {kind for kind, _ in states(chats)} == {"opened"}


def test_what_is_refused_is_tried_again_and_given_up_in_the_end(chats: SimpleNamespace) -> None:
    chats.chat.status = 500
    for attempt in range(1, MOST_ATTEMPTS + 1):
        chats.say()
        chats.say()  # it waits
        assert len(chats.chat.got) == 2 * attempt
        chats.now += timedelta(hours=6)
    assert states(chats)["opened", "slack"] == "given-up"
    rows = [row for row in chats.rows(AnnouncementRow) if row.kind == "opened"]
    assert {row.fault for row in rows} == {"the chat refused it with 500"}


def test_it_waits_as_long_as_the_chat_asks(chats: SimpleNamespace) -> None:
    chats.chat.status, chats.chat.headers = 429, {"Retry-After": "3600"}
    chats.say()
    chats.chat.status, chats.chat.headers = 200, {}
    chats.now += timedelta(minutes=59)
    chats.say()
    assert len(chats.chat.got) == 2
    chats.now += timedelta(minutes=2)
    chats.say()
    assert len(chats.chat.got) == 4
    assert states(chats)["opened", "teams"] == "sent"


def test_nothing_is_said_twice_if_nobody_knows_whether_it_was_said(chats: SimpleNamespace) -> None:
    chats.chat.hang_up = True
    chats.say()
    chats.chat.hang_up = False
    chats.now += timedelta(hours=6)
    chats.say()
    assert len(chats.chat.got) == 2
    assert states(chats)["opened", "slack"] == "sending"


def test_a_chat_that_cannot_be_reached_is_tried_again(chats: SimpleNamespace) -> None:
    right = chats.context.settings.slack_webhook
    chats.limit(slack_webhook=SecretStr("http://127.0.0.1:1/x"))
    chats.say()
    row = next(row for row in chats.rows(AnnouncementRow) if (row.kind, row.channel) == ("opened", "slack"))
    assert (row.state, row.attempts, row.fault) == ("waiting", 1, "the chat cannot be reached")
    chats.limit(slack_webhook=right)
    chats.now += timedelta(minutes=5)
    chats.say()
    assert states(chats)["opened", "slack"] == "sent"


def test_no_redirect_is_followed(chats: SimpleNamespace) -> None:
    chats.chat.status, chats.chat.headers = 307, {"Location": "/elsewhere"}
    chats.say()
    assert "/elsewhere" not in {path for path, _ in chats.chat.got}


def test_two_that_announce_at_once_say_each_thing_once(chats: SimpleNamespace) -> None:
    async def both() -> None:
        await asyncio.gather(*(Announcer(chats.context).tick() for _ in range(2)))

    asyncio.run(both())
    assert len(chats.chat.got) == 2


def process_of(world: SimpleNamespace, database: SimpleNamespace) -> subprocess.Popen[bytes]:
    """A real one that says what is due."""
    arguments = [database.main, database.box, str(world.folder), world.address, world.now.isoformat()]
    return subprocess.Popen([sys.executable, str(ANNOUNCING), *arguments])


def test_a_process_that_is_killed_while_it_says_something_leaves_it_in_doubt(
    chats: SimpleNamespace, database: SimpleNamespace
) -> None:
    process = process_of(chats, database)
    chats.chat.on_post = process.kill  # the chat has it, and its answer reaches nobody
    assert process.wait() == -signal.SIGKILL
    chats.chat.on_post = None
    (killed,) = [row for row in chats.rows(AnnouncementRow) if row.state == "sending"]
    chats.now += timedelta(hours=1)
    chats.say()
    assert sorted(path for path, _ in chats.chat.got) == ["/slack", "/teams"]
    assert states(chats)[killed.kind, killed.channel] == "sending"


def test_two_processes_that_announce_at_once_say_each_thing_once(
    chats: SimpleNamespace, database: SimpleNamespace
) -> None:
    processes = [process_of(chats, database) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    assert sorted(path for path, _ in chats.chat.got) == ["/slack", "/teams"]
    assert {row.state for row in chats.rows(AnnouncementRow) if row.kind == "opened"} == {"sent"}


def test_marks_in_a_title_are_text() -> None:
    title = {"en": "R&D <!channel> *now*"}
    said = payload("slack", "opened", title, ("en",), "2026-03-09T08:00:00Z")["text"]
    assert "R&amp;D &lt;!channel&gt;" in said
    card = payload("teams", "opened", title, ("en",), "2026-03-09T08:00:00Z")["attachments"][0]["content"]
    assert r"\*now\*" in card["body"][0]["text"]
