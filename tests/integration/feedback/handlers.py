"""The whole service in this process, with two handlers signed in and a clock that can be moved."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
from fastapi.responses import Response

from privacy.canonical import b64u
from service.accounts.sessions import begin_session
from service.app import create_app
from service.settings import Settings
from service.store import channels, staff_users
from service.store.unit_of_work import unit_of_work
from tests.feedback_parts import Channel, Handler, Sender, add_channel, add_period

START = datetime(2026, 3, 2, 8, 0, 30, tzinfo=UTC)


class Office:
    """A service with an open channel whose handler is Robin; Sam is of staff and handles nothing."""

    def __init__(self, database: SimpleNamespace, folder: Path) -> None:
        self.now = START
        settings = Settings(
            data=folder,
            database=database.main,
            box_database=database.box,
            public_url="http://localhost:8000",
            tally="external",
        )
        self.app = create_app(settings, clock=lambda: self.now)
        self.context = self.app.context
        self.users: dict[str, str] = {}
        self._sessions: dict[tuple[str, datetime], str] = {}
        with unit_of_work(self.context.main) as tx:
            for name in ("robin", "sam"):
                user = staff_users.add_user(
                    tx, email=f"{name}@example.org", name=name.title(), role="analyst", day=date(2026, 3, 1)
                )
                self.users[name] = user.id
        self.channel: Channel = add_channel(self.context.box, self.users["robin"])
        self.period = add_period(self.context.box)

    @property
    def robin(self) -> Handler:
        return self.channel.handler

    def name_sam(self, handler: Handler | None = None) -> Handler:
        """Make Sam a handler of the channel too, with a key."""
        sam = handler or Handler(self.users["sam"])
        with unit_of_work(self.context.box) as tx:
            channels.name_handler(tx, self.channel.id, sam.user_id, "Sam")
        answer = self.post("key", locks(sam), by="sam")
        assert answer.status_code == 204, answer.text
        return sam

    def opened(self) -> Sender:
        """A conversation that was opened and is not let out yet."""
        sender = Sender(self.period, self.channel)
        answer = self.send("conversations", sender.opening())
        assert answer.status_code == 201, answer.text
        return sender

    def send(self, what: str, content: bytes) -> httpx.Response:
        """A sender's request."""
        headers = {"Content-Type": "application/octet-stream"}
        return self._call("POST", f"/api/v1/feedback/{what}", content=content, headers=headers)

    def look_up(self, sender: Sender) -> dict[str, Any]:
        """What a sender finds."""
        return self._call("POST", "/api/v1/feedback/lookups", json=sender.lookup()).json()  # type: ignore[no-any-return]

    def get(self, path: str, by: str | None = "robin", **query: str) -> httpx.Response:
        """What a handler's page asks for."""
        headers = {} if by is None else {"Cookie": self._cookie(by)}
        return self._call("GET", f"/inbox/data/{path}", headers=headers, params=query)

    def post(
        self, path: str, value: dict[str, Any], by: str = "robin", token: str | None = None
    ) -> httpx.Response:
        """What a handler's page sends."""
        csrf = self.get("me", by).json()["csrf"] if token is None else token
        headers = {"Cookie": self._cookie(by), "X-CSRF": csrf}
        return self._call("POST", f"/inbox/data/{path}", headers=headers, json=value)

    def _cookie(self, name: str) -> str:
        """A session that is good at this time: moving the clock ends those before."""
        if (name, self.now) not in self._sessions:
            answer = Response()
            with unit_of_work(self.context.main) as tx:
                begin_session(tx, self.context, self.users[name], answer)
            self._sessions[name, self.now] = answer.headers["set-cookie"].partition(";")[0]
        return self._sessions[name, self.now]

    def _call(self, method: str, path: str, **request: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
                return await client.request(method, path, **request)

        return asyncio.run(send())


def locks(handler: Handler, **more: Any) -> dict[str, Any]:
    """What a handler's browser sends of their key. Nobody here needs to unlock it."""
    return {
        "public_key": b64u(handler.point),
        "iterations": 600_000,
        "by_passphrase": b64u(bytes(76)),
        "by_recovery": b64u(bytes(76)),
        **more,
    }
