"""Released waves behind the pages, and members of staff who look at them."""

import asyncio
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
from fastapi.responses import Response

from service.accounts.sessions import StaffRole, begin_session
from service.store import staff_users
from service.store.unit_of_work import unit_of_work
from service.web.app import web_app
from tests.integration.staff.conftest import START, World


class Staff:
    """Somebody who is signed in, at the pages of a world's service."""

    def __init__(self, world: World, role: StaffRole) -> None:
        self._app = web_app(world.context, world.issuer_keys)
        response = Response()
        with unit_of_work(world.main) as tx:
            user = staff_users.add_user(
                tx, email=f"{role}@example.org", name=role, role=role, day=START.date()
            )
            begin_session(tx, world.context, user.id, response)
        self._cookie = response.headers["set-cookie"].partition(";")[0]

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        return asyncio.run(self._send(method, path, **request))

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        headers = {"cookie": self._cookie, "sec-fetch-site": "same-origin"}
        async with httpx.AsyncClient(transport=transport, base_url="https://pulse.example.org") as client:
            return await client.request(method, path, headers=headers, **request)

    def text(self, path: str) -> str:
        """A page that must be there."""
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def submit(self, page: str, action: str, **fields: str) -> httpx.Response:
        """Send one of a page's forms."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.text(page))
        assert token is not None
        return self.send("POST", action, data={"csrf": token[1], **fields})


def new_world(engines: SimpleNamespace, folder: Path) -> World:
    """A service without surveys."""
    return World(engines, folder)
