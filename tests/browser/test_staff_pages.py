"""axe finds nothing on any page that staff can reach by links, and no page breaks its own policy."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from service.accounts.sessions import StaffRole
from tests.browser import axe
from tests.browser.programs import new_program, new_survey
from tests.browser.staff import answered_wave, signed_in
from tests.browser.waves import Wave

LINKS = "() => [...document.querySelectorAll('a[href]')].map((one) => one.href)"
FILE = re.compile(r"\.(svg|png|csv|pdf|json)$|/static/")
NAME = r"/([0-9a-f]{32}|[0-9a-f]{64}|[a-z]+-[0-9a-f]{8,}|helped-\w+|[a-z]-[\w-]+|[0-9]+)(?=/|$)"
MOST = 60  # pages of one role


@pytest.fixture(scope="module")
def results(server: SimpleNamespace, wave: Wave) -> Wave:
    """A released wave beside the open one, and a program that has none yet."""
    found = answered_wave(server)
    new_program(server, new_survey(server, 40))
    return found


def kind_of(address: str) -> str:
    """Pages that differ in what they are about alone have the same."""
    parts = urlsplit(address)
    path = re.sub(NAME, "/*", re.sub(r"/letters/\w+/\w+", "/letters/*/*", parts.path))
    return f"{path}?{'&'.join(sorted(pair.partition('=')[0] for pair in parts.query.split('&')))}"


def every_kind_of_page(page: Page, host: str) -> Iterator[tuple[str, int]]:
    """Goes to one page of each kind that links lead to; its address and status."""
    waiting, known = [page.url], {kind_of(page.url)}
    for _ in range(MOST):
        if not waiting:
            return
        address = waiting.pop(0)
        answer = page.goto(address)
        yield address, answer.status if answer is not None else 0
        links = [link.partition("#")[0] for link in page.evaluate(LINKS)]
        for link in links:
            if link.startswith(host) and not FILE.search(urlsplit(link).path) and kind_of(link) not in known:
                known.add(kind_of(link))
                waiting.append(link)
    raise AssertionError(f"more than {MOST} kinds of pages: {known}")


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_every_page_of_staff(
    browser: Browser, server: SimpleNamespace, results: Wave, role: StaffRole
) -> None:
    found = {}
    with signed_in(browser, server, role) as page:
        for address, status in every_kind_of_page(page, server.address):
            try:
                assert status == 200, status
                axe.check(page)
            except AssertionError as error:
                found[address] = str(error)
    assert not found, "\n".join(f"{address}: {fault}" for address, fault in found.items())


def test_pages_of_who_is_not_signed_in(browser: Browser, server: SimpleNamespace) -> None:
    context = browser.new_context()
    page = context.new_page()
    for path in ("/sign-in", "/nothing-here", "/join/wrong", "/api-docs"):
        page.goto(f"{server.address}{path}")
        axe.check(page)
    context.close()
