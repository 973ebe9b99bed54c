"""Feedback in a real browser: written, sent sealed, answered, and gone when its sender says so."""

import os
import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, expect

from privacy import conversation
from privacy.messages import open_message
from tests.browser import axe
from tests.browser.conftest import NewRespondent
from tests.browser.feedback import (
    PLACE,
    SUBJECT,
    TEXT,
    Feedback,
    come_back,
    open_feedback,
    png,
    to_message,
    write,
)
from tests.browser.respondent import ANSWERS, Respondent
from tests.browser.watching import Watch, forms_of, kept_by
from tests.browser.waves import Wave
from tests.files import contents_below

SENTINEL = "The heron counts eleven umbrellas"
CHECKED = "Check and send"


@pytest.fixture(scope="module")
def feedback(server: SimpleNamespace) -> Feedback:
    """A channel that stays open; each test takes a link of its own."""
    return open_feedback(server)


def test_a_message_is_in_nothing_that_was_sent_kept_or_stored_and_opens_with_its_code(
    server: SimpleNamespace, feedback: Feedback, respondent: Respondent
) -> None:
    to_message(respondent, feedback)
    respondent.page.locator("#subject").fill(SUBJECT)
    respondent.page.locator("#text").fill(SENTINEL)
    assert forms_of(SENTINEL)[0] in kept_by(respondent.page)  # so the search is able to find it
    respondent.onward()
    code = respondent.send()
    (opening,) = feedback.bodies(code)
    assert opening["kind"] == "opening"
    assert (opening["text"], opening["language"], opening["channel"]) == (SENTINEL, "en", feedback.channel.id)
    places = {
        "sent": respondent.watch.sent(),
        "addresses": respondent.watch.visited(),
        "kept": kept_by(respondent.page),
        **{str(path): data for path, data in contents_below(server.data).items()},
    }
    for form in forms_of(SENTINEL):
        assert [place for place, content in places.items() if form in content] == []
    for form in forms_of(code) + forms_of(code.replace("-", "")):
        assert [place for place, content in places.items() if place != "kept" and form in content] == []


def test_a_link_leaves_the_address_at_once_and_is_in_one_body_and_after_sending_nowhere(
    feedback: Feedback, respondent: Respondent
) -> None:
    code = feedback.links[-1].partition("#")[2]
    receipt = write(respondent, feedback)
    assert code.encode() not in respondent.watch.visited().rpartition(b"\n")[2]
    carrying = [one for one in respondent.watch.requests if code.encode() in (one.post_data_buffer or b"")]
    assert [request.url.rpartition("/")[2] for request in carrying] == ["tokens"]
    assert all(code not in request.url.partition("#")[0] for request in respondent.watch.requests)
    kept = kept_by(respondent.page)
    assert receipt.encode() in kept
    for gone in (code.encode(), b"token", b"opening", SUBJECT.encode()):
        assert gone not in kept
    respondent.button("I have the code, forget it here").click()
    respondent.page.get_by_text("This tab has forgotten everything").wait_for()
    assert b"sottovoce/" not in kept_by(respondent.page)


def test_without_a_link_the_page_says_how_to_come_to_one_and_takes_nothing(
    feedback: Feedback, respondent: Respondent
) -> None:
    respondent.page.goto(f"{feedback.page}?lang=en")
    respondent.settled()
    expect(respondent.page.locator("#without")).to_contain_text("open your feedback link")
    assert respondent.page.locator("#app button").count() == 0
    expect(respondent.page.locator(".channel")).to_contain_text(["Robin of the people team"])
    expect(respondent.page.locator(".channel")).to_contain_text(["In danger call 112"])


def test_a_link_that_opens_nothing_says_so_and_keeps_what_was_written(
    feedback: Feedback, respondent: Respondent
) -> None:
    feedback.links.append(f"{feedback.page}#AAAAAAAAAAAAAAAAAAAAAA")
    to_message(respondent, feedback)
    respondent.page.locator("#subject").fill(SUBJECT)
    respondent.page.locator("#text").fill(TEXT)
    respondent.onward()
    respondent.button("Seal and send").click()
    expect(respondent.heading).to_have_text("This link opens no conversation now")
    respondent.button("Back").click()
    expect(respondent.page.locator("#text")).to_have_value(TEXT)


def test_what_identifies_somebody_is_pointed_out_before_anything_is_sent(
    feedback: Feedback, respondent: Respondent
) -> None:
    to_message(respondent, feedback)
    respondent.page.locator("#text").fill("Ask Frau Berger, anna.berger@example.org.")
    expect(respondent.page.locator(".hints")).to_contain_text("anna.berger@example.org")
    assert b"berger" not in respondent.watch.sent().lower()


def test_the_token_is_drawn_while_one_writes_and_once(feedback: Feedback, respondent: Respondent) -> None:
    to_message(respondent, feedback)
    with respondent.page.expect_response("**/feedback/tokens") as drawn:
        respondent.page.locator("#text").fill(TEXT)
    assert drawn.value.ok
    respondent.page.locator("#text").press_sequentially("!!")
    respondent.page.locator("#subject").fill(SUBJECT)
    respondent.onward()
    respondent.send()
    sent = [one.url.rpartition("/")[2] for one in respondent.watch.requests if one.method == "POST"]
    assert sent == ["tokens", "conversations"]


def test_over_plain_http_the_pages_say_how_to_write_instead_and_ask_for_nothing(
    feedback: Feedback, browser: Browser
) -> None:
    address = feedback.page.replace("127.0.0.1", "plain.test").replace("localhost", "plain.test")
    context = browser.new_context(locale="en-GB")
    other = Respondent(context.new_page(), Watch(context, address.removesuffix("/feedback")))
    for page in (address, f"{address}/conversation"):
        other.open(f"{page}#{'A' * 22}")
        expect(other.heading).to_have_text("This connection cannot keep your words secret")
        expect(other.page.locator("#instead")).to_contain_text("sottovoce feedback")
        assert other.page.locator("form, input, textarea, button").count() == 0
    assert not [request for request in other.watch.requests if "/api/" in request.url]
    context.close()


def test_a_lost_reply_is_asked_for_again_with_the_same_bytes(
    feedback: Feedback, respondent: Respondent
) -> None:
    to_message(respondent, feedback)
    respondent.page.locator("#subject").fill(SUBJECT)
    respondent.page.locator("#text").fill(TEXT)
    respondent.onward()
    lost: list[bytes] = []

    def lose(route: object, request: object) -> None:
        lost.append(request.post_data_buffer)  # type: ignore[attr-defined]
        route.fetch()  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    respondent.page.route("**/api/v1/feedback/conversations", lose, times=1)
    respondent.button("Seal and send").click()
    expect(respondent.heading).to_have_text("No connection")
    respondent.page.reload()
    code = respondent.receipt_code()
    sent = [one.post_data_buffer for one in respondent.watch.requests if one.url.endswith("/conversations")]
    assert sent == [lost[0], lost[0]]
    assert len(feedback.stored(code)[1]) == 1


def test_a_picture_goes_along_without_what_was_written_beside_it_and_is_painted(
    feedback: Feedback, respondent: Respondent
) -> None:
    to_message(respondent, feedback)
    respondent.page.locator("#subject").fill(SUBJECT)
    respondent.page.locator("#text").fill(TEXT)
    field = respondent.page.locator("#picture")
    field.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"GIF89a no picture"})
    expect(respondent.page.locator("#picture-wrong")).to_contain_text("cannot go along")
    field.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": png(30, 20)})
    expect(respondent.page.locator("canvas")).to_have_count(1)
    respondent.onward()
    expect(respondent.page.locator("canvas")).to_have_count(1)
    code = respondent.send()
    name, (row,) = feedback.stored(code)
    message = open_message(conversation.conversation_key(code), name, "sender", row.content)
    assert message.body["attachment"] == {"type": "image/png"}
    assert message.attachment.startswith(b"\x89PNG")
    assert PLACE not in message.attachment
    come_back(respondent.page, feedback, code)
    expect(respondent.page.locator("#messages canvas")).to_have_attribute("width", "30")


def test_a_picture_that_is_too_large_is_made_smaller(feedback: Feedback, respondent: Respondent) -> None:
    to_message(respondent, feedback)
    large = png(1700, 400, os.urandom(3 * 1700 * 400))
    assert len(large) > 2_000_000
    respondent.page.locator("#picture").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": large}
    )
    shown = respondent.page.locator(".picture p").last
    expect(shown).to_contain_text("This goes along")
    assert 1 < int(re.findall(r"(\d+) KB", shown.text_content() or "")[0]) <= 200


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_can_be_used_by_everybody(
    feedback: Feedback, respondent: Respondent, language: str
) -> None:
    respondent.page.goto(f"{feedback.page}?lang={language}")
    respondent.settled()
    axe.check(respondent.page)
    to_message(respondent, feedback, language)
    respondent.page.locator("#subject").fill(SUBJECT)
    respondent.page.locator("#text").fill("My manager Anna knows anna.berger@example.org.")
    respondent.page.locator("#picture").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": png(30, 20)}
    )
    expect(respondent.page.locator("canvas")).to_have_count(1)
    expect(respondent.page.locator(".hints li")).to_have_count(2)
    axe.check(respondent.page)
    respondent.onward()
    axe.check(respondent.page)
    code = respondent.send()
    axe.check(respondent.page)
    feedback.reply(code, "May we?", kind="quote-question", quote="x" * 200)
    come_back(respondent.page, feedback, code, language)
    axe.check(respondent.page)
    respondent.page.locator("#app .actions button").nth(-2).click()
    respondent.settled()
    axe.check(respondent.page)


def test_a_comment_can_be_answered_where_its_author_wants_it(
    feedback: Feedback, wave: Wave, respondent: Respondent
) -> None:
    link = wave.link()
    respondent.respond(link)
    respondent.button("Have this comment answered").click()
    respondent.page.locator(".channel").first.wait_for()
    expect(respondent.page.locator("#app")).to_contain_text("Your comment is filled in")
    respondent.page.locator(f"section[aria-labelledby='channel-{feedback.channel.id}'] button").click()
    expect(respondent.page.locator("#text")).to_have_value("Fewer meetings on Mondays.")
    respondent.page.locator("#subject").fill("Meetings")
    respondent.onward()
    code = respondent.send()
    assert feedback.bodies(code)[0]["text"] == "Fewer meetings on Mondays."
    assert link.partition("#")[2].encode() not in kept_by(respondent.page)


def test_whoever_wrote_no_comment_asks_the_server_for_the_same_and_is_offered_nothing(
    feedback: Feedback, wave: Wave, new_respondent: NewRespondent
) -> None:
    asked = []
    for comment, offers in (("Fewer meetings.", 1), ("", 0)):
        respondent = new_respondent()
        with respondent.page.expect_response("**/api/v1/feedback"):
            respondent.respond(wave.link(), answers={**ANSWERS, "lighter": comment})
        expect(respondent.page.get_by_role("button", name="Have this comment answered")).to_have_count(offers)
        urls = [(one.method, one.url) for one in respondent.watch.requests]
        asked.append(sorted(one for one in urls if "/api/" in one[1]))
    assert asked[0] == asked[1]
