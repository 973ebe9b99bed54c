"""Members of staff in a browser, and a survey with results for them to look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace

from playwright.sync_api import Browser, Page

from privacy.answers import Response
from service.accounts.one_time_links import make_link
from service.accounts.sessions import StaffRole
from service.client.client import RespondentClient
from service.clock import system_clock
from service.store import staff_users
from service.store.engine import open_engine
from service.store.unit_of_work import unit_of_work
from tests.browser.watching import Watch
from tests.browser.waves import Wave, open_wave


def enter_link(server: SimpleNamespace, role: StaffRole) -> str:
    """A link that signs somebody of this role in, once."""
    engine, email = open_engine(f"sqlite:///{server.data / 'sottovoce.db'}"), f"{role}@example.org"
    with unit_of_work(engine) as tx:
        user = staff_users.by_email(tx, email)
        if user is None:
            name = f"Robin {role.title()}"
            user = staff_users.add_user(tx, email=email, name=name, role=role, day=date(2026, 1, 1))
        token = make_link(tx, system_clock, user, "enter")
    engine.dispose()
    return f"{server.address}/join/{token}"


@contextmanager
def signed_in(browser: Browser, server: SimpleNamespace, role: StaffRole) -> Iterator[Page]:
    """The first page of somebody of staff. What their browser sent is checked at the end."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(15_000)
    watch = Watch(context, server.address, staff=True)
    page = context.new_page()
    page.goto(enter_link(server, role))
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{server.address}/account")
    page.get_by_role("button", name="Sign out").wait_for()
    yield page
    watch.check()
    context.close()


def answered_wave(server: SimpleNamespace, people: int = 120) -> Wave:
    """A released wave of which most who were invited answered, some with a comment."""
    wave = open_wave(server, people)
    with RespondentClient(server.address) as client:
        for number in range(people * 3 // 4):
            answers = {
                "time": (number * 7) % 5,
                "evenings": (number * 3 + 1) % 5,
                "place": number % 3,
                "helps": frozenset({number % 3, 1}),
                "recommend": (number * 4) % 11,
                "lighter": f"Fewer meetings would help, part {number}." if number % 3 == 0 else None,
            }
            team = number % len(wave.manifest.attributes[1].levels)
            levels = {"team": team, "tenure": number % 2}
            client.respond(wave.manifest, wave.link().partition("#")[2], Response(answers, levels))
    server.owner.close_wave(wave.name)
    for _ in range(20_000):
        if server.owner.wave(wave.name)["state"] == "released":
            return wave
    raise AssertionError("the wave was not released")
