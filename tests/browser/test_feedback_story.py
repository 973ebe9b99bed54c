"""One story in two browsers: somebody who stays unknown, and a handler who answers, over several days."""

from datetime import UTC, datetime
from types import SimpleNamespace

from playwright.sync_api import expect

from tests.browser.conftest import NewRespondent
from tests.browser.feedback import Feedback, come_back, write
from tests.browser.inbox_office import Desk, NewDesk, Office
from tests.browser.respondent import Respondent
from tests.browser.watching import forms_of
from tests.files import contents_below

APRIL = datetime(2026, 4, 6, 8, 0, 30, tzinfo=UTC)  # the service makes this month's tokens itself
SUBJECT = "The gate on the north side"
TEXT = "The gate stays shut until seven and we queue in the rain. A roof would already help us."
QUOTE = "A roof would already help us."
REPLY = "Thank you. Would a card reader at the small door do?"
ANSWER = "Yes, that would be enough for everybody."
SAID, DID = "People wait outside in bad weather.", "The small door opens with the card."


def answer(robin: Desk) -> None:
    """Read it, reply, and ask whether a sentence may be quoted."""
    robin.choose(SUBJECT)
    expect(robin.reading).to_contain_text(TEXT)
    robin.page.get_by_label("Your reply").fill(REPLY)
    robin.press("Send the reply")
    robin.told("goes out tomorrow at 18:00 UTC")
    robin.part("Ask whether words may be quoted")
    robin.page.get_by_label("The words").fill(QUOTE)
    robin.press("Ask")
    robin.told("The question is sealed and goes out tomorrow")


def answer_back(sender: Respondent) -> None:
    """Write more, let the sentence be quoted, and say that it is resolved."""
    messages = sender.page.locator("#messages li")
    expect(messages).to_have_count(3)
    expect(messages.nth(1)).to_contain_text(REPLY)
    sender.page.locator("#text").fill(ANSWER)
    sender.button("Seal and send").click()
    expect(messages).to_have_count(4)
    sender.button("Yes, these words may be quoted").click()
    sender.button("Yes, these words may be quoted").click()
    expect(messages).to_have_count(5)
    sender.button("It is resolved").click()
    sender.button("Seal and send").click()
    expect(messages).to_have_count(6)


def publish(robin: Desk) -> None:
    """Read that it is resolved, and tell everybody what came of it."""
    expect(robin.page.locator(".entry")).to_contain_text("Its sender says: resolved")
    robin.choose(SUBJECT)
    expect(robin.reading).to_contain_text(ANSWER)
    expect(robin.reading).to_contain_text("Says: this is resolved.")
    robin.part("You said, we did")
    robin.page.get_by_label("What was said, in English").fill(SAID)
    robin.page.get_by_label("What is done, in English").fill(DID)
    robin.page.get_by_label("Quote", exact=True).select_option(label=QUOTE)
    robin.page.get_by_label("Published to everybody").check()
    robin.press("Store what came of it")
    robin.told("It is stored")


def test_from_a_link_to_an_answer_to_what_was_done_to_nothing_left(
    office: Office, new_desk: NewDesk, new_respondent: NewRespondent
) -> None:
    office.begin(APRIL)
    robin, somebody, elsewhere = new_desk("robin"), new_respondent(), new_respondent()
    somebody.watch.host = elsewhere.watch.host = office.address
    robin.open()
    robin.make_key()
    robin.make_channel_key()
    service = SimpleNamespace(address=office.address, data=office.context.settings.data)
    feedback = Feedback(service, office.channel(), [office.link()])  # type: ignore[arg-type]

    code = write(somebody, feedback, TEXT, SUBJECT)
    somebody.button("I have the code, forget it here").click()
    robin.press("Look for new messages")
    expect(robin.page.get_by_text("There is nothing here.")).to_be_visible()
    office.let_out(robin)
    answer(robin)
    come_back(elsewhere.page, feedback, code)
    expect(elsewhere.page.locator("#messages li")).to_have_count(1)
    office.let_out()
    come_back(elsewhere.page, feedback, code)
    answer_back(elsewhere)
    office.let_out(robin)
    publish(robin)
    somebody.page.goto(f"{feedback.page}?lang=en")
    expect(somebody.page.locator("#app")).to_contain_text(DID)
    expect(somebody.page.locator("#app")).to_contain_text(QUOTE)

    stored = contents_below(service.data)
    for secret in (SUBJECT, "stays shut until seven", REPLY, ANSWER, code, robin.recovery_code):
        for form in forms_of(secret):
            assert [path for path, content in stored.items() if form in content] == []
    elsewhere.button("Delete the conversation").click()
    elsewhere.button("Yes, delete it").click()
    expect(elsewhere.heading).to_have_text("The conversation is deleted")
    robin.press("Look for new messages")
    expect(robin.page.locator(".entry")).to_have_count(0)
    assert feedback.stored(code) == (b"", [])
