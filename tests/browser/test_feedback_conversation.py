"""A conversation in a real browser, from its receipt code on: read, answered, revealed and deleted."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from privacy import conversation, signatures
from privacy.canonical import unb64u
from tests.browser.conftest import NewRespondent
from tests.browser.feedback import Feedback, come_back, open_feedback, write
from tests.browser.respondent import Respondent
from tests.browser.watching import kept_by


@pytest.fixture(scope="module")
def feedback(server: SimpleNamespace) -> Feedback:
    """A channel that stays open; each test takes a link of its own."""
    return open_feedback(server)


def test_the_sender_reads_the_answer_and_says_how_it_stands_from_another_device(
    feedback: Feedback, respondent: Respondent, new_respondent: NewRespondent
) -> None:
    code = write(respondent, feedback)
    feedback.reply(code, "We have heard you. <b>Thanks</b>")
    other = new_respondent()
    come_back(other.page, feedback, code.lower().replace("-", " "))
    messages = other.page.locator("#messages li")
    expect(messages).to_have_count(2)
    expect(messages.last).to_contain_text("We have heard you. <b>Thanks</b>")
    expect(messages.last).to_contain_text("Robin of the people team")
    other.page.locator("#text").fill("Thank you, that helps.")
    other.button("Seal and send").click()
    expect(messages).to_have_count(3)
    other.button("It is resolved").click()
    other.button("Seal and send").click()
    expect(messages).to_have_count(4)
    assert [body["kind"] for body in feedback.bodies(code)] == ["opening", "message", "verdict"]
    assert [body["number"] for body in feedback.bodies(code)] == [1, 3, 4]
    assert {row.mark for row in feedback.stored(code)[1] if row.mark} >= {"resolved"}
    assert code.encode() not in kept_by(other.page)
    assert b"helps" not in kept_by(other.page)


def test_words_are_quoted_with_a_signature_over_them_alone(
    feedback: Feedback, respondent: Respondent
) -> None:
    code = write(respondent, feedback)
    feedback.reply(code, "May we?", kind="quote-question", quote="The shifts are set too late.")
    come_back(respondent.page, feedback, code)
    respondent.button("Yes, these words may be quoted").click()
    expect(respondent.heading).to_have_text("Let these words be quoted?")
    respondent.button("Yes, these words may be quoted").click()
    expect(respondent.page.locator("#messages li")).to_have_count(3)
    assert respondent.page.get_by_role("button", name="Yes, these words may be quoted").count() == 0
    opening, answer = feedback.bodies(code)
    name, rows = feedback.stored(code)
    (question,) = [row.id.hex() for row in rows if row.from_handlers]
    assert (answer["kind"], answer["yes"], answer["question"]) == ("quote-answer", True, question)

    signatures.verify(
        signatures.public_key_of(unb64u(opening["public_key"])),
        unb64u(answer["signature"]),
        conversation.quote_statement(name, "The shifts are set too late."),
    )


def test_saying_who_one_is_is_asked_twice(feedback: Feedback, respondent: Respondent) -> None:
    code = write(respondent, feedback)
    come_back(respondent.page, feedback, code)
    respondent.button("Say who I am").click()
    respondent.page.locator("#text").fill("Anna Berger, warehouse")
    respondent.button("Continue").click()
    expect(respondent.heading).to_have_text("Are you sure?")
    assert len(feedback.bodies(code)) == 1
    respondent.button("Yes, tell them who I am").click()
    expect(respondent.page.locator("#messages li")).to_have_count(2)
    assert feedback.bodies(code)[1]["kind"] == "reveal"


def test_a_conversation_is_deleted_when_its_sender_says_so_after_being_asked(
    feedback: Feedback, respondent: Respondent
) -> None:
    code = write(respondent, feedback)
    come_back(respondent.page, feedback, code)
    respondent.button("Delete the conversation").click()
    assert feedback.bodies(code)
    respondent.button("Yes, delete it").click()
    expect(respondent.heading).to_have_text("The conversation is deleted")
    assert feedback.stored(code) == (b"", [])
    respondent.page.goto(f"{feedback.page}/conversation?lang=en")
    respondent.page.locator("#code").fill(code)
    respondent.button("Open the conversation").click()
    expect(respondent.heading).to_have_text("There is no conversation under this code")


def test_what_is_being_written_stays_in_this_tab_for_this_conversation_alone(
    feedback: Feedback, respondent: Respondent
) -> None:
    code = write(respondent, feedback)
    come_back(respondent.page, feedback, code)
    respondent.page.locator("#text").fill("One more thing")
    come_back(respondent.page, feedback, code)
    expect(respondent.page.locator("#text")).to_have_value("One more thing")
    respondent.page.locator("#text").fill("")
    assert b"feedback/" not in kept_by(respondent.page).split(b'"session"')[1]


def test_a_message_that_the_server_made_up_is_told_apart(feedback: Feedback, respondent: Respondent) -> None:
    code = write(respondent, feedback)
    feedback.forge(code)
    come_back(respondent.page, feedback, code)
    expect(respondent.page.locator("#messages li").filter(has_text="cannot be opened")).to_have_count(1)
