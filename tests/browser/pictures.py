"""``python -m tests.browser.pictures``: writes docs/pictures/*.png, the main pages as they look now."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.inbox_office import Desk, running_office
from tests.browser.launching import LAUNCH, executable, started
from tests.browser.programs import judged_program, new_survey
from tests.browser.respondent import Respondent
from tests.browser.staff import answered_wave, signed_in
from tests.browser.watching import Watch
from tests.browser.waves import open_wave

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PHONE = {"width": 390, "height": 844}
CONVERSATIONS = (
    (
        "Shift swaps come too late",
        "Shift swaps are often confirmed the evening before. People with children cannot plan.",
    ),
    ("Parking at the north site", "After seven there is no place left, and the bus does not run that early."),
    (
        "Thank you for the training",
        "The new tools are easy now. It would help to repeat it for those on night shifts.",
    ),
)


def respondent_pictures(browser: Browser, server: SimpleNamespace) -> Iterator[tuple[str, Page]]:
    """Name and page, one after the other, of somebody who answers on a phone."""
    wave = open_wave(server)
    context = browser.new_context(viewport=PHONE, device_scale_factor=1.5, locale="en-GB")
    person = Respondent(context.new_page(), Watch(context, server.address))
    person.open(wave.link())
    yield "respondent-promise", person.page
    person.onward()
    person.answer()
    yield "respondent-questions", person.page
    while person.page.locator("#item-division").count() == 0:
        person.answer()
        person.onward()
    person.state()
    person.onward()
    yield "respondent-check", person.page
    person.send()
    yield "respondent-receipt", person.page
    person.page.evaluate("() => sessionStorage.clear()")
    person.open(wave.link(), "ar")
    person.onward()
    yield "respondent-questions-arabic", person.page
    context.close()


def staff_pictures(browser: Browser, server: SimpleNamespace) -> Iterator[tuple[str, Page]]:
    """Name and page of what an owner sees of a released wave."""
    wave = answered_wave(server, 400)
    survey = server.owner.wave(wave.name)["survey"]
    with signed_in(browser, server, "owner") as page:
        page.goto(f"{server.address}/surveys/{survey}/plan")
        page.get_by_role("button", name="Show what it would say").click()
        page.get_by_role("heading", name="Other ways to run it").wait_for()
        page.set_viewport_size({"width": 1280, "height": 1500})
        yield "planner", page
        for name, path in (
            ("surveys", "/"),
            ("wave", f"/waves/{wave.name}"),
            ("results", f"/results/{wave.name}"),
            ("results-groups", f"/results/{wave.name}/groups"),
            ("results-differences", f"/results/{wave.name}/differences"),
        ):
            page.goto(f"{server.address}{path}")
            yield name, page


def program_pictures(browser: Browser, server: SimpleNamespace) -> Iterator[tuple[str, Page]]:
    """Name and page of what an owner sees of a program that has ended."""
    program = judged_program(server, 600, paired=True)
    for state in ("running", "ended"):
        server.owner.call("PATCH", f"/programs/{program}", {"state": state})
    with signed_in(browser, server, "owner") as page:
        page.set_viewport_size({"width": 1280, "height": 1200})
        for name, part in (("program", ""), ("evaluation", "/evaluation")):
            page.goto(f"{server.address}/programs/{program}{part}")
            yield name, page


def pulse_pictures(browser: Browser, server: SimpleNamespace) -> Iterator[tuple[str, Page]]:
    """Name and page of an owner's schedule: what became of its year, and the form below it."""
    survey = new_survey(server, 400)
    schedule = {
        "cadence": "monthly",
        "starts_on": (datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
        "same_weekday": True,
        "zone": "Europe/Berlin",
        "holidays": "DE-BY",
        "people_one_in": 2,
        "terms": {"epsilon": 2},
    }
    server.owner.call("PUT", f"/surveys/{survey}/schedule", schedule)
    with signed_in(browser, server, "owner") as page:
        page.set_viewport_size({"width": 1280, "height": 1500})
        page.goto(f"{server.address}/surveys/{survey}/schedule")
        yield "schedule", page


def feedback_pictures(browser: Browser, folder: Path) -> Iterator[tuple[str, Page]]:
    """Name and page of somebody who writes on a phone, and of the handler who reads it the next day."""
    with running_office(folder) as office:
        office.begin(datetime(2026, 4, 6, 8, 0, 30, tzinfo=UTC))
        robin = Desk(browser, office, "robin")
        robin.open()
        robin.make_key()
        robin.make_channel_key()
        context = browser.new_context(viewport=PHONE, device_scale_factor=1.5, locale="en-GB")
        page = context.new_page()
        page.goto(office.link())
        page.get_by_role("heading").first.wait_for()
        yield "feedback", page
        for subject, text in CONVERSATIONS:
            office.sender(text, subject)
        office.let_out(robin)
        robin.choose(CONVERSATIONS[0][0])
        robin.page.get_by_label("Your reply").fill(
            "Thank you for telling us. Would a fixed rule of 72 hours help?"
        )
        yield "inbox", robin.page
        context.close()
        robin.close()


@contextmanager
def browser_and_server() -> Iterator[tuple[Browser, SimpleNamespace]]:
    """A browser and a service on an empty folder."""
    with TemporaryDirectory(prefix="sottovoce-pictures-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=LAUNCH)
        with started(Path(folder)) as server:
            yield browser, server
        browser.close()


def main() -> int:
    """Writes every picture and names it."""
    FOLDER.mkdir(exist_ok=True)
    with browser_and_server() as (browser, server):
        for pictures in (respondent_pictures, staff_pictures, program_pictures, pulse_pictures):
            for name, page in pictures(browser, server):
                page.screenshot(path=FOLDER / f"{name}.png", full_page=name.startswith("results"))
                sys.stdout.write(f"docs/pictures/{name}.png\n")
        with TemporaryDirectory(prefix="sottovoce-pictures-") as folder:
            for name, page in feedback_pictures(browser, Path(folder)):
                page.screenshot(path=FOLDER / f"{name}.png")
                sys.stdout.write(f"docs/pictures/{name}.png\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
