"""Conversations on both databases: the senders' routes, and a clock that can be moved."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from service.feedback.sender_routes import router
from service.http import problem
from service.http.context import Context
from service.http.headers import SecurityHeaders
from service.settings import Settings
from tests.feedback_parts import Channel, Sender, add_channel, add_period
from tests.integration.feedback.handlers import Office

START = datetime(2026, 3, 2, 8, 0, 30, tzinfo=UTC)


class Senders:
    """The senders' side of a service, with one open channel and the tokens of March 2026."""

    def __init__(self, engines: SimpleNamespace, folder: Path) -> None:
        self.now = START
        self.engines = engines
        self.context = Context(
            Settings(data=folder, public_url="https://pulse.example.org/"),
            lambda: self.now,
            engines.main,
            engines.box,
        )
        self.app = FastAPI()
        self.app.state.context = self.context
        problem.install(self.app)
        self.app.include_router(router())
        self.app.add_middleware(SecurityHeaders)
        self.channel: Channel = add_channel(engines.box)
        self.period = add_period(engines.box)

    def sender(self) -> Sender:
        """Somebody with a token."""
        return Sender(self.period, self.channel)

    def post(self, what: str, content: bytes | dict[str, Any]) -> httpx.Response:
        """A request of a sender."""
        if isinstance(content, dict):
            return self._send("POST", f"/{what}", json=content)
        headers = {"Content-Type": "application/octet-stream"}
        return self._send("POST", f"/{what}", content=content, headers=headers)

    def card(self) -> dict[str, Any]:
        """What everybody may read."""
        answer = self._send("GET", "")
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def opened(self) -> Sender:
        """A conversation that was opened."""
        sender = self.sender()
        answer = self.post("conversations", sender.opening())
        assert answer.status_code == 201, answer.text
        return sender

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, f"/api/v1/feedback{path}", **request)

        return asyncio.run(send())


@pytest.fixture
def senders(engines: SimpleNamespace, tmp_path: Path) -> Senders:
    """A new service on each database."""
    return Senders(engines, tmp_path)


@pytest.fixture
def office(database: SimpleNamespace, tmp_path: Path) -> Iterator[Office]:
    """A new service with handlers on each database."""
    made = Office(database, tmp_path)
    yield made
    made.context.main.dispose()
    made.context.box.dispose()
