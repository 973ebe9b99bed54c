"""The whole service in this process on SQLite, with somebody of each role signed in."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.responses import Response

from privacy import signatures
from service.accounts.sessions import STAFF_ROLES, begin_session
from service.app import create_app
from service.registrar.rsa import IssuerKey
from service.settings import Settings
from service.store import box, staff_sessions, staff_users, tally_keys
from service.store.schema import migrate
from service.store.unit_of_work import reading, unit_of_work
from tests.integration.web.program_parts import new_program

START = datetime(2026, 3, 2, 8, 0, 30, tzinfo=UTC)


class Pages:
    """The service's pages as a browser of one role asks for them. The clock stands still."""

    def __init__(self, folder: Path, **others: Any) -> None:
        settings = Settings(data=folder, public_url="http://localhost:8000", tally="external", **others)
        self.app = create_app(settings, clock=lambda: START)
        self.context = self.app.context
        for store, engine in (("main", self.context.main), ("box", self.context.box)):
            migrate(engine, store)
        self._cookies: dict[str, str] = {}
        self._csrf: dict[str, str] = {}
        with unit_of_work(self.context.main) as tx:
            for role in STAFF_ROLES:
                self._sign_in(tx, role)
            keys = [
                tally_keys.PublicTallyKey(
                    f"k-{number}", *(signatures.point_of(signatures.new_key()) for _ in range(2))
                )
                for number in range(2)
            ]
            tally_keys.add_keys(tx, keys)
        with unit_of_work(self.context.box) as tx:
            box.set_receipt_public_key(tx, signatures.point_of(signatures.new_key()))

    def _sign_in(self, tx: Any, role: str) -> None:
        user = staff_users.add_user(
            tx, email=f"{role}@example.org", name=f"the {role}", role=role, day=START.date()
        )
        answer = Response()
        begin_session(tx, self.context, user.id, answer)
        self._cookies[role] = answer.headers["set-cookie"].partition(";")[0]
        now = START.strftime("%Y-%m-%dT%H:%M:00Z")
        early = (START - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:00Z")
        self._csrf[role] = staff_sessions.of_user(tx, user.id, now=now, used_after=early)[0].csrf

    def get(self, path: str, role: str | None = "owner") -> httpx.Response:
        """A page."""
        return asyncio.run(self._send("GET", path, role))

    def post(
        self, path: str, role: str | None = "owner", *, csrf: str | None = None, **fields: Any
    ) -> httpx.Response:
        """A form with the session's token unless ``csrf`` is given; ``files`` as httpx takes them."""
        files = fields.pop("files", None)
        token = self._csrf.get(role or "", "") if csrf is None else csrf
        return asyncio.run(self._send("POST", path, role, data={"csrf": token, **fields}, files=files))

    async def _send(self, method: str, path: str, role: str | None, **request: Any) -> httpx.Response:
        headers = {} if role is None else {"cookie": self._cookies[role]}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
            return await client.request(method, path, headers=headers, **request)

    def stored(self, query: Any) -> list[Any]:
        """Rows of the main store."""
        with reading(self.context.main) as tx:
            return list(tx.exec(query))


def service_in(folder: Path, **settings: Any) -> Iterator[Pages]:
    """A new service, with nothing but its staff. One issuer key serves, because making one takes long."""
    turn = cycle([IssuerKey.generate()])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IssuerKey, "generate", classmethod(lambda _: next(turn)))
        made = Pages(folder, **settings)
        yield made
    made.context.main.dispose()
    made.context.box.dispose()


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    """A new service, with nothing but its staff."""
    yield from service_in(tmp_path)


@pytest.fixture(scope="module")
def kept_pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """One service for the tests of a module that store nothing."""
    yield from service_in(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def http(tmp_path: Path) -> Iterator[httpx.AsyncClient]:
    """Somebody who is not signed in, at a service whose stores have no tables."""
    app = create_app(Settings(data=tmp_path))
    yield httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver")
    app.context.main.dispose()
    app.context.box.dispose()


@pytest.fixture
def program(pages: Any) -> str:
    """The address of a program of a survey."""
    return new_program(pages)


@pytest.fixture(scope="module")
def kept_program(kept_pages: Any) -> str:
    """The same, for tests that store nothing."""
    return new_program(kept_pages)
