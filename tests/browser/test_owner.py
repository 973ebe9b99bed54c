"""An owner from the first link that a new service prints to what is done about the results."""

import base64
import csv
import io
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import Browser, Page, expect

from privacy.answers import Response
from service.client.client import RespondentClient
from tests.browser import axe
from tests.browser.conftest import NewRespondent
from tests.browser.launching import fresh_service
from tests.browser.watching import Watch
from tests.browser.waves import DEFINITION, UNITS

PASSWORD = "three unrelated kingfishers"
PEOPLE = 80


def code_of(secret: str) -> str:
    """What an authenticator shows now."""
    key = base64.b32decode("".join(filter(str.isalnum, secret)).upper())
    return TOTP(key, 6, SHA1(), 30).generate(int(time.time())).decode()  # noqa: S303


class Owner:
    """Somebody at the pages of staff."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str, within: str = "main") -> None:
        self.page.locator(within).get_by_role("link", name=name, exact=True).click()

    def heading(self, text: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(text)

    def enrol(self, link: str) -> str:
        """Set up the first administrator; one of the recovery codes."""
        self.page.goto(link)
        axe.check(self.page)
        self.page.get_by_label("E-mail address").fill("robin@example.org")
        self.page.get_by_label("Name").fill("Robin Example")
        self.page.get_by_label("New password").fill("too short")
        secret = self.page.locator("p:has-text('Secret') code").text_content() or ""
        self.page.get_by_label("New password").fill(PASSWORD)
        self.page.get_by_label("Code", exact=True).fill(code_of(secret))
        self.press("Set up and sign in")
        self.heading("Your recovery codes")
        axe.check(self.page)
        recovery = self.page.locator("ol.code li").first.text_content() or ""
        self.follow("I have kept them")
        self.heading("Surveys")
        return recovery

    def define(self) -> None:
        """A definition with a fault, which is marked, then without."""
        self.follow("New survey")
        source = self.page.get_by_label("Definition in YAML")
        source.fill(DEFINITION.replace("theme: workload", "theme: worklaod", 1))
        self.press("Check and store")
        expect(self.page.get_by_role("alert")).to_contain_text("did you mean workload")
        axe.check(self.page)
        source.fill(DEFINITION)
        self.press("Check and store")
        self.heading("Team pulse")
        self.follow("Preview")
        self.page.get_by_role("link", name="العربية").click()
        expect(self.page.get_by_text("نبض الفريق")).to_be_visible()
        self.follow("Back to the survey")

    def upload_roster(self) -> None:
        rows = [f"person-{number}@example.org,{UNITS[number % len(UNITS)]}" for number in range(PEOPLE)]
        self.follow("Upload a roster")
        self.page.get_by_label("File").set_input_files(
            {
                "name": "roster.csv",
                "mimeType": "text/csv",
                "buffer": "\n".join(["person,unit", *rows]).encode(),
            }
        )
        self.press("Check and store")
        expect(self.page.locator("main")).to_contain_text(f"{PEOPLE} people will be invited")

    def plan_and_open(self) -> str:
        """The wave's address, once it is open."""
        self.follow("Plan a wave")
        began = datetime.now(UTC) - timedelta(hours=1)
        self.page.get_by_label("Opens (UTC)").fill(began.strftime("%Y-%m-%dT%H:%M"))
        self.press("Show what it would say")
        expect(self.page.get_by_role("heading", name="Other ways to run it")).to_be_visible()
        axe.check(self.page)
        self.press("Draft this wave")
        expect(self.page.get_by_role("heading", name="The contract with respondents")).to_be_visible()
        expect(self.page.locator(".contract")).to_contain_text("I have enough time for my work.")
        self.press("Open the wave now")
        expect(self.page.get_by_role("alert")).to_contain_text("read the contract")
        axe.check(self.page)
        self.page.get_by_label("I have read the contract").check()
        self.press("Open the wave now")
        expect(self.page.locator(".state")).to_have_text("open")
        return self.page.url

    def links(self) -> list[str]:
        with self.page.expect_download() as download:
            self.press("Make the links as CSV")
        path = download.value.path()
        return [row["link"] for row in csv.DictReader(io.StringIO(Path(path).read_text()))]

    def close_and_wait(self, wave: str) -> None:
        self.page.goto(wave)
        self.press("Close the wave now")
        for _ in range(2_000):
            if self.page.locator(".state").text_content() == "released":
                return
            self.page.reload()
        raise AssertionError("the wave was not released")

    def publish_action(self, survey: str) -> None:
        """Note what is done, at first for staff alone, then for everybody who was invited."""
        self.page.goto(f"{self.address}/surveys/{survey}/actions")
        new = self.page.locator("section", has=self.page.get_by_role("heading", name="Add what was decided"))
        new.locator("textarea").first.fill("No meetings on Mondays.")
        new.get_by_role("button", name="Add").click()
        noted = self.page.locator("section", has_text="No meetings on Mondays.").first
        expect(noted).to_contain_text("Not published.")
        noted.locator("summary").click()
        noted.get_by_label("Published to everybody").check()
        noted.get_by_role("button", name="Store the change").click()
        expect(noted).to_contain_text("Published.")
        expect(noted).not_to_contain_text("Not published.")
        axe.check(self.page)

    def sign_in(self, code: str) -> None:
        self.page.get_by_label("E-mail address").fill("robin@example.org")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_label("Code", exact=True).fill(code)
        self.press("Sign in")


def answers_of_many(address: str, wave: str, links: list[str]) -> None:
    """What others answer with the command line's client."""
    with RespondentClient(address) as client:
        manifest = client.fetch_manifest(bytes.fromhex(wave))
        for number, link in enumerate(links):
            given = {"time": number % 5, "recommend": number % 11, "lighter": f"Idea number {number}."}
            client.respond(manifest, link.partition("#")[2], Response(given, {"team": number % 2}))


def test_from_the_first_link_to_what_is_done_about_the_results(
    browser: Browser, tmp_path: Path, new_respondent: NewRespondent
) -> None:
    with fresh_service(tmp_path) as service:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        context.set_default_timeout(20_000)
        watch = Watch(context, service.address, staff=True)
        owner = Owner(context.new_page(), service.address)
        recovery = owner.enrol(service.first_link)
        owner.page.goto(service.first_link)
        expect(owner.page.locator("main")).to_contain_text("used")
        owner.page.goto(f"{service.address}/")
        owner.define()
        owner.upload_roster()
        wave = owner.plan_and_open()
        links = owner.links()
        assert len(links) == PEOPLE
        somebody = new_respondent()
        somebody.watch.host = service.address
        somebody.respond(links[0])
        answers_of_many(service.address, links[0].partition("/w/")[2].partition("#")[0], links[1:60])
        owner.close_and_wait(wave)
        owner.follow("Results")
        owner.heading("Team pulse")
        expect(owner.page.locator("main")).to_contain_text("60 / 80")
        owner.follow("Comments")
        expect(owner.page.locator("main")).to_contain_text("Idea number 7.")
        owner.publish_action("team-pulse")
        owner.press("Sign out")
        owner.heading("Sign in")
        owner.sign_in("000000")
        expect(owner.page.get_by_role("alert")).to_be_visible()
        owner.sign_in(recovery)
        owner.heading("Surveys")
        owner.follow("Audit", "header")
        for done in ("open wave", "close wave"):
            expect(owner.page.locator("main")).to_contain_text(done)
        watch.check()
        context.close()
