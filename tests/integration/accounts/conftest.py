"""The pages of staff on real stores, with a clock that stands still and browsers that keep cookies."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from fastapi import FastAPI

from service.accounts import passwords
from service.accounts.one_time_links import first_link
from service.http.context import Context
from service.registrar.issuer_keys import IssuerKeys
from service.settings import Settings
from service.store.unit_of_work import reading
from service.web.app import web_app

START = datetime(2026, 3, 2, 8, 0, 30, tzinfo=UTC)
PASSWORD = "grass under seven boats"


class Site:
    """One service with its pages and its main store."""

    def __init__(self, engines: SimpleNamespace, folder: Path, **settings: Any) -> None:
        self.now = START
        values = {"public_url": "https://pulse.example.org", **settings}
        self.context = Context(Settings(data=folder, **values), lambda: self.now, engines.main, engines.box)
        self.app: FastAPI = web_app(self.context, IssuerKeys(folder / "keys" / "issuer"))

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def rows(self, query: Any) -> list[Any]:
        """What stands in the main store."""
        with reading(self.context.main) as tx:
            return list(tx.exec(query))

    def browser(self) -> "Browser":
        """A browser without cookies."""
        return Browser(self)

    def first_admin(self) -> "Browser":
        """A browser in which the first administrator is signed in."""
        browser = self.browser()
        browser.join(urlsplit(first_link(self.context) or "").path, email="ada@example.org", name="Ada")
        return browser

    def invited(self, admin: "Browser", role: str, email: str) -> "Browser":
        """A browser in which somebody whom ``admin`` has invited is signed in."""
        made = admin.submit("/staff", "/staff/invite", email=email, name=role.title(), role=role)
        link = re.search(r"https://pulse\.example\.org(/join/[\w-]+)", made.text)
        assert link is not None, made.text
        browser = self.browser()
        browser.join(link[1], name=role.title())
        return browser


class Browser:
    """Sends forms as a browser does; ``secret`` and ``codes`` are what its person was shown."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.cookies = httpx.Cookies()
        self.secret = b""
        self.codes: list[str] = []

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """A request from a page of the same site, with the cookies so far."""
        return asyncio.run(self._send(method, path, **request))

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = {"sec-fetch-site": "same-origin", "origin": "null", **request.pop("headers", {})}
        transport = httpx.ASGITransport(self.site.app, raise_app_exceptions=False)
        base = self.site.context.settings.link_base
        async with httpx.AsyncClient(transport=transport, base_url=base, cookies=self.cookies) as client:
            answer = await client.request(method, path, headers=headers, **request)
            self.cookies = client.cookies
        return answer

    def get(self, path: str, **request: Any) -> httpx.Response:
        """A page."""
        return self.send("GET", path, **request)

    def csrf(self, path: str) -> str:
        """The token in the forms of a page."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(path).text)
        assert found is not None, path
        return found[1]

    def submit(self, page: str, action: str, **fields: str) -> httpx.Response:
        """Open a page and send one of its forms."""
        return self.send("POST", action, data={"csrf": self.csrf(page), **fields})

    def join(self, path: str, **fields: str) -> httpx.Response:
        """Follow a one-time link and fill in its form."""
        import base64

        shown = re.search(r"<code>([A-Z2-7-]+)</code>", self.get(path).text)
        assert shown is not None
        self.secret = base64.b32decode(shown[1].replace("-", ""))
        answer = self.submit(path, path, **{"password": PASSWORD, "code": self.code(), **fields})
        assert answer.status_code == 200, answer.text
        self.codes = re.findall(r"<li>([a-z2-7-]{19})</li>", answer.text)
        return answer

    def code(self, steps: int = 0) -> str:
        """What the authenticator shows, or showed ``steps`` of 30 seconds from now."""
        moment = int(self.site.now.timestamp()) + 30 * steps
        return TOTP(self.secret, 6, SHA1(), 30).generate(moment).decode()  # noqa: S303

    def sign_in(self, email: str, code: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        """Fill in the form of the sign-in page."""
        return self.submit("/sign-in", "/sign-in", email=email, password=password, code=code, **fields)

    def is_signed_in(self) -> bool:
        """Whether a page of staff opens."""
        answer = self.get("/account")
        assert answer.status_code in (200, 303)
        return answer.status_code == 200


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing in is not what most of these tests are about; tests/unit has the real parameters."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)


@pytest.fixture
def make_site(engines: SimpleNamespace, tmp_path: Path) -> Callable[..., Site]:
    """Makes a site on each database, with settings."""
    return lambda **settings: Site(engines, tmp_path / "data", **settings)


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """A site on each database."""
    return make_site()
