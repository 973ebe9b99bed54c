"""An owner makes a program, plans its waves and reads its evaluation; nothing is in the way of anybody."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import axe
from tests.browser.programs import judged_program, new_survey
from tests.browser.staff import signed_in

PEOPLE = 80


@pytest.fixture(scope="module")
def judged(server: SimpleNamespace) -> str:
    """The address of a program with two released waves."""
    return f"{server.address}/programs/{judged_program(server, PEOPLE)}"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).click()


def make_program(page: Page, survey: str) -> None:
    """By the form, at first with a fault."""
    page.locator("header").get_by_role("link", name="Programs").click()
    follow(page, "New program")
    today = datetime.now(UTC).date()
    page.get_by_label("Name").fill("Mentorship, second cohort")
    page.get_by_label("Purpose").fill("A next step for everybody.")
    page.get_by_label("First day").fill((today + timedelta(days=30)).isoformat())
    page.get_by_label("Last day").fill((today + timedelta(days=20)).isoformat())
    page.get_by_label("mentee").check()
    page.get_by_label("Survey that measures it").select_option(survey)
    press(page, "Store the program")
    expect(page.get_by_role("alert")).to_contain_text("Last day")
    expect(page.get_by_label("Last day")).to_have_attribute("aria-invalid", "true")
    axe.check(page)
    page.get_by_label("Last day").fill((today + timedelta(days=120)).isoformat())
    press(page, "Store the program")
    expect(page.locator("h1")).to_have_text("Mentorship, second cohort")


def test_from_a_new_program_to_drafts_of_all_its_waves(browser: Browser, server: SimpleNamespace) -> None:
    survey = new_survey(server, PEOPLE)
    with signed_in(browser, server, "owner") as page:
        make_program(page, survey)
        follow(page, "Say who takes part")
        page.get_by_label("As a mentee").select_option("takes part")
        axe.check(page)
        press(page, "Store the change")
        expect(page.locator("main")).to_contain_text("everybody else")
        follow(page, "Objectives")
        page.get_by_label("What is to be reached").fill("Mentees see a way forward")
        page.get_by_label("Measure").select_option(label="Way forward")
        page.get_by_label("Target").fill("3,8")
        page.get_by_label("By which day").fill("2099-12-31")
        press(page, "Set the objective")
        expect(page.get_by_role("heading", name="Mentees see a way forward")).to_be_visible()
        axe.check(page)
        follow(page, "Wave plan")
        page.get_by_label("Privacy loss (epsilon)", exact=True).fill("1.5")
        page.get_by_label("People who take part").fill("30")
        press(page, "Show what they would cost")
        expect(page.get_by_role("heading", name="What they would cost")).to_be_visible()
        expect(page.locator("main")).to_contain_text("With 30 who take part")
        axe.check(page)
        press(page, "Make these drafts")
        expect(page.locator(".waves li")).to_have_count(4)
        axe.check(page)


def test_an_evaluation_is_read_with_its_report_beside_it(
    browser: Browser, server: SimpleNamespace, judged: str
) -> None:
    with signed_in(browser, server, "analyst") as page:
        page.goto(f"{judged}/evaluation")
        expect(page.get_by_role("heading", name="Did it work")).to_be_visible()
        expect(page.locator(".verdict").first).to_be_visible()
        for one in page.locator("summary").all():
            one.click()
        axe.check(page)
        for part in ("", "/objectives", "/outside"):
            page.goto(f"{judged}{part}")
            axe.check(page)
        page.goto(f"{judged}/evaluation")
        follow(page, "Report")
        expect(page.locator("h1")).to_contain_text("Mentorship, first cohort")
        axe.check(page)


def test_programs_are_chosen_from_the_list_to_be_read_side_by_side(
    browser: Browser, server: SimpleNamespace, judged: str
) -> None:
    judged_survey = new_survey(server, PEOPLE)
    with signed_in(browser, server, "owner") as page:
        make_program(page, judged_survey)
        page.goto(f"{server.address}/programs")
        axe.check(page)
        page.locator(f"input[value='{judged.rpartition('/')[2]}']").check()
        page.get_by_label("Compare Mentorship, second cohort").last.check()
        press(page, "Show those ticked side by side")
        page.get_by_label("Measure").select_option(label="Career support")
        press(page, "Show")
        expect(page.locator("tbody").last.locator("tr")).to_have_count(2)
        expect(page.locator("main")).to_contain_text("is not a better program")
        axe.check(page)
