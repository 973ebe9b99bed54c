"""An owner makes a channel and names a handler; an analyst reads; nothing is in the way of anybody."""

from types import SimpleNamespace

from playwright.sync_api import Browser, Page, expect

from tests.browser import axe
from tests.browser.staff import enter_link, signed_in


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).click()


def fill_in(page: Page) -> None:
    """The English texts, and a label in German alone."""
    page.get_by_label("Name", exact=True).first.fill("Ideas and concerns")
    page.get_by_label("Purpose").first.fill("What should be better.")
    page.get_by_label("Who reads it").first.fill("Two people of the people team, and nobody else.")
    page.get_by_label("In an emergency").first.fill("Nobody reads this at once. Call 112.")
    page.get_by_label("Help from outside").first.fill("The works council, 030 1234")
    page.get_by_text("العربية").first.click()
    page.get_by_role("group", name="Label 1").get_by_label("Deutsch").fill("Belastung")


def test_from_a_form_to_a_channel_that_waits_for_its_first_key(
    browser: Browser, server: SimpleNamespace
) -> None:
    enter_link(server, "analyst")  # makes them
    with signed_in(browser, server, "owner") as page:
        page.locator("header").get_by_role("link", name="Feedback").click()
        axe.check(page)
        follow(page, "New channel")
        fill_in(page)
        axe.check(page)
        press(page, "Store the draft")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("the English text is missing")
        axe.check(page)
        alert.get_by_role("link", name="Label 1 (English)").click()
        page.keyboard.type("Workload")
        press(page, "Store the draft")
        expect(page.locator("h1")).to_have_text("Ideas and concerns")
        axe.check(page)
        press(page, "Open the channel")
        expect(page.locator("main")).to_contain_text("Not open yet because nobody handles it.")
        page.get_by_label("Member of staff").select_option(label="Robin Analyst (analyst@example.org)")
        page.get_by_label("Name that senders are told").fill("Robin of the people team")
        press(page, "Name the handler")
        expect(page.locator("main")).to_contain_text("because no handler has made a key")
        page.locator("summary", has_text="Remove").click()
        axe.check(page)
        follow(page, "You said, we did")
        axe.check(page)
        follow(page, "Feedback links")
        axe.check(page)
    with signed_in(browser, server, "analyst") as page:
        page.goto(f"{server.address}/channels")
        follow(page, "Ideas and concerns")
        expect(page.locator("main button")).to_have_count(0)
        axe.check(page)
