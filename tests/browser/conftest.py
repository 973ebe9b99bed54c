"""A real browser before a real service. The browser is the system's; without one these tests fail."""

import asyncio
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.browser.inbox_office import Desk, NewDesk, Office, running_office
from tests.browser.launching import LAUNCH, executable, started
from tests.browser.respondent import Respondent
from tests.browser.watching import Watch
from tests.browser.waves import Wave, open_wave

NewRespondent = Callable[..., Respondent]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    started = sync_playwright().start()
    loop = asyncio.get_running_loop()
    yield started
    asyncio._set_running_loop(loop)
    started.stop()


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=executable(), args=LAUNCH)
    loop = asyncio.get_running_loop()
    yield running
    asyncio._set_running_loop(loop)
    running.close()


@pytest.fixture(autouse=True)
def _loop_of_the_browser(browser: Browser) -> Iterator[None]:
    """Playwright's loop runs in this thread as long as it is started; other tests run loops of their own."""
    asyncio._set_running_loop(browser._impl_obj._loop)
    yield
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """``sottovoce serve`` on SQLite: ``address``, ``data``, ``owner`` (an admin of its REST API)."""
    data = tmp_path_factory.mktemp("service")
    with started(data) as found:
        yield found


@pytest.fixture(scope="session")
def wave(server: SimpleNamespace) -> Wave:
    """A wave that stays open; each test takes invitations of its own."""
    return open_wave(server)


@pytest.fixture
def new_respondent(browser: Browser, server: SimpleNamespace) -> Iterator[NewRespondent]:
    """Makes a person with a browser of their own, on a small screen. What it sent is checked at the end."""
    made: list[tuple[BrowserContext, Watch]] = []

    def make(**options: Any) -> Respondent:
        size = {"width": 360, "height": 740}
        context = browser.new_context(**{"viewport": size, "locale": "en-GB", **options})
        context.set_default_timeout(15_000)
        watch = Watch(context, server.address)
        made.append((context, watch))
        return Respondent(context.new_page(), watch)

    yield make
    for context, watch in made:
        watch.check()
        context.close()


@pytest.fixture
def respondent(new_respondent: NewRespondent) -> Respondent:
    """One such person."""
    return new_respondent()


@pytest.fixture(scope="session")
def feedback_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A service in this process, whose clock can be moved."""
    with running_office(tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture
def office(feedback_service: Office) -> Office:
    """That service on its first day, with handlers and a channel that no other test knows."""
    feedback_service.begin()
    return feedback_service


@pytest.fixture
def new_desk(browser: Browser, office: Office) -> Iterator[NewDesk]:
    """Makes a handler's browser. What it sent is checked at the end."""
    made: list[Desk] = []

    def make(name: str) -> Desk:
        made.append(Desk(browser, office, name))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def robin(new_desk: NewDesk) -> Desk:
    """Robin with a key, in a channel that people can write to."""
    desk = new_desk("robin")
    desk.open()
    desk.make_key()
    desk.make_channel_key()
    return desk
