"""An owner has a survey's waves come by themselves and words its letters; somebody turns reminders off."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from playwright.sync_api import Browser, Page, expect

from tests.browser import axe
from tests.browser.conftest import NewRespondent
from tests.browser.launching import started
from tests.browser.programs import new_survey
from tests.browser.staff import signed_in
from tests.post_office import PostOffice

PEOPLE = 400


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).click()


def test_from_a_form_to_a_schedule_that_is_paused_and_a_letter_in_own_words(
    browser: Browser, server: SimpleNamespace
) -> None:
    survey = new_survey(server, PEOPLE)
    with signed_in(browser, server, "owner") as page:
        page.goto(f"{server.address}/surveys/{survey}")
        follow(page, "Schedule")
        axe.check(page)
        starts = (datetime.now(UTC) + timedelta(days=30)).date()
        page.get_by_label("First day").fill(starts.isoformat())
        page.get_by_label("Time zone").fill("Europe/Nowhere")
        page.get_by_label("Ask one person in").fill("2")
        page.get_by_label("Privacy loss (epsilon)").fill("1.5")
        press(page, "Look at the year")
        expect(page.get_by_role("alert")).to_contain_text("Time zone")
        axe.check(page)
        page.get_by_label("Time zone").fill("Europe/Berlin")
        press(page, "Look at the year")
        expect(page.get_by_role("heading", name="The next twelve months")).to_be_visible()
        expect(page.locator("main")).to_contain_text("A wave asks one in 2 people")
        axe.check(page)
        press(page, "Start")
        expect(page.locator("main")).to_contain_text("The schedule is active.")
        press(page, "Pause")
        expect(page.locator("main")).to_contain_text("The schedule is paused")
        page.locator("summary", has_text="End the schedule").click()
        axe.check(page)
        follow(page, "Letters")
        axe.check(page)
        page.locator("main").get_by_role("link", name="Change Reminder en").click()
        page.get_by_label("Text").fill("No place for a link")
        press(page, "Look at it")
        expect(page.locator(".fault")).to_contain_text("put {link} into the text once")
        page.get_by_label("Text").fill("Hello,\n\nit is open until {closes}.\n\n{link}")
        press(page, "Look at it")
        expect(page.get_by_role("heading", name="As it will read")).to_be_visible()
        axe.check(page)
        press(page, "Store the change")
        expect(page.locator("main")).to_contain_text("Words of your own")


def test_a_form_stored_as_it_is_shown_changes_nothing(browser: Browser, server: SimpleNamespace) -> None:
    survey = new_survey(server, PEOPLE)
    schedule = {
        "cadence": "quarterly",
        "starts_on": (datetime.now(UTC) + timedelta(days=30)).date().isoformat(),
        "same_weekday": True,
        "zone": "America/New_York",
        "holidays": "US",
        "on_holiday": "skip",
        "pauses": [{"first": "2098-08-01", "last": "2098-08-20", "reason": "summer break"}],
        "people_one_in": 2,
        "questions_per_wave": 2,
        "always": ["passing-up"],
        "lead_days": 9,
        "terms": {"epsilon": 0.9, "k": 8, "margins": {"scale": 0.7}, "allow_empty": True, "tables": [[]]},
        "thermometer": True,
    }
    server.owner.call("PUT", f"/surveys/{survey}/schedule", schedule)
    before = server.owner.call("GET", f"/surveys/{survey}/schedule")["schedule"]
    with signed_in(browser, server, "owner") as page:
        page.goto(f"{server.address}/surveys/{survey}/schedule")
        press(page, "Store the change")
        expect(page.locator("main")).to_contain_text("The schedule is active.")
        axe.check(page)
    after = server.owner.call("GET", f"/surveys/{survey}/schedule")["schedule"]
    # Terms that were left to their usual values are written out now.
    assert {**after, "terms": before["terms"]} == before
    assert before["terms"].items() <= after["terms"].items()


def test_a_trial_letter_is_sent_and_its_page_says_so(browser: Browser, tmp_path: Path) -> None:
    mail = PostOffice()
    with mail.open() as port:
        settings = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_SECURITY": "none"}
        with started(tmp_path, **settings, MAIL_FROM="pulse@example.org") as server:
            survey = new_survey(server, 3)
            with signed_in(browser, server, "owner") as page:
                page.goto(f"{server.address}/surveys/{survey}/letters/invitation/en")
                page.get_by_label("Subject").fill("Your view")
                page.get_by_label("Send a trial to").fill("kim@example.org")
                press(page, "Send the trial")
                expect(page.get_by_role("status")).to_contain_text("The mail server took the trial letter.")
                axe.check(page)
                mail.answer = lambda _: "550 no such mailbox"
                press(page, "Send the trial")
                expect(page.get_by_role("alert")).to_contain_text("takes no letter for this address")
                axe.check(page)
    assert [(to, letter["Subject"]) for to, letter in mail.letters] == [
        ("kim@example.org", "Trial: Your view")
    ]


def test_a_drafts_letters_and_chats_are_said_on_a_page_of_its_own(
    browser: Browser, server: SimpleNamespace
) -> None:
    survey = new_survey(server, PEOPLE)
    times = {"opens_at": "2098-01-01T08:00:00Z", "closes_at": "2098-01-08T08:00:00Z"}
    draft = server.owner.call("POST", f"/surveys/{survey}/waves", times)["id"]
    with signed_in(browser, server, "owner") as page:
        page.goto(f"{server.address}/waves/{draft}")
        follow(page, "How people hear of it")
        axe.check(page)
        page.get_by_label("Send everybody who has an address their link").check()
        press(page, "Store it")
        expect(page.get_by_role("alert")).to_contain_text("no mail server")
        axe.check(page)


def test_reminders_are_turned_off_with_the_link_of_a_letter(
    server: SimpleNamespace, new_respondent: NewRespondent
) -> None:
    respondent = new_respondent(locale="de-DE")
    page = respondent.page
    page.goto(f"{server.address}/quiet#q83vEjRWeJCrze8SNFZ4kA")
    expect(respondent.heading).to_have_text("Keine Erinnerungen mehr?")
    assert "#" not in page.url
    axe.check(page)
    page.get_by_role("link", name="العربية").click()
    expect(respondent.heading).to_have_text("لا مزيد من التذكيرات؟")
    axe.check(page)
    page.get_by_role("button").click()
    expect(respondent.heading).to_have_text("أُوقفت التذكيرات")
    assert page.evaluate("() => sessionStorage.length") == 0
    page.goto(f"{server.address}/quiet")
    axe.check(page)
