"""The handlers' inbox in a real browser: messages, and everything that a handler does with them."""

import struct
import zlib

import httpx
from playwright.sync_api import Page, expect

from privacy import conversation, signatures
from privacy.canonical import b64u, unb64u
from tests.browser import axe
from tests.browser.inbox_office import PASSPHRASE, Desk, NewDesk, Office
from tests.browser.watching import bytes_forms_of, forms_of, kept_by
from tests.feedback_parts import NOTICE, Sender

SHIFTS = "Shift swaps are often confirmed the evening before. People with children cannot plan."
QUOTE = "People with children cannot plan."
SUBJECT = "Shift swaps are decided too late"
MARKUP = "<img src=x onerror=\"document.title='taken'\"><b id=bold>bold</b>"


def png(width: int, height: int, *, claimed: int | None = None) -> bytes:
    """A red picture, which may claim another width than it has."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = struct.pack(">IIBBBBB", claimed or width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\xff\0\0" * width) * height
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def answers_of(office: Office, sender: Sender) -> list[dict[str, object]]:
    """What handlers wrote, as the sender reads it."""
    messages = office.looked_up(sender)["messages"]
    found = [one["content"] for one in messages if one["from"] == "handlers"]
    return [sender.read("handlers", unb64u(content)) for content in found]


def test_a_message_is_read_and_answered_with_the_next_batch(office: Office, robin: Desk) -> None:
    sender, page = office.sender(SHIFTS, SUBJECT), robin.page
    robin.press("Look for new messages")
    expect(page.get_by_text("There is nothing here.")).to_be_visible()
    office.let_out(robin)
    expect(page.get_by_role("button", name="Unread 1")).to_be_visible()
    axe.check(page)
    robin.choose(SUBJECT)
    expect(page.get_by_role("button", name="Unread 0")).to_be_visible()
    expect(robin.reading).to_contain_text(SHIFTS)
    expect(robin.reading).to_contain_text("You cannot see who this is, and neither can this server.")
    box = page.get_by_label("Your reply")
    box.fill("Thank you. In welcher Abteilung arbeiten Sie?")
    expect(robin.reading).to_contain_text("This seems to ask who they are")
    axe.check(page)
    robin.press("Send the reply")
    expect(page.get_by_role("alert").filter(has_text="Take the question out")).to_be_visible()
    box.fill("")
    robin.press("Received")
    box.press("End")
    box.press_sequentially(" We read it today.")
    robin.press("Send the reply")
    robin.told("Your acknowledgement is sealed and goes out tomorrow at 18:00 UTC")
    expect(robin.reading.locator(".message.held")).to_contain_text("We read it today.")
    assert answers_of(office, sender) == []
    office.let_out()
    (answer,) = answers_of(office, sender)
    assert (answer["kind"], answer["number"], answer["name"]) == ("acknowledgement", 2, "Robin")
    assert str(answer["text"]).endswith("We read it today.")


def test_state_theme_assignment_and_notes_are_kept_and_filtered_by(office: Office, robin: Desk) -> None:
    office.sender(SHIFTS, SUBJECT)
    office.sender("Thank you for the tool training.", "Thanks")
    office.let_out(robin)
    page = robin.page
    robin.choose(SUBJECT)
    page.get_by_label("State", exact=True).select_option("working")
    robin.reading.get_by_label("Theme", exact=True).select_option("workload")
    page.get_by_label("Who works on it").select_option(label="Robin (you)")
    robin.press("Store")
    robin.told("State, theme and assignment are stored.")
    expect(robin.reading.locator(".facts")).to_contain_text("Being worked on")
    robin.part("Notes among handlers")
    page.get_by_label("A new note").fill("The works council knows.")
    robin.press("Add the note")
    robin.told("The note is sealed")
    expect(robin.reading.locator(".notes")).to_contain_text("The works council knows.")
    page.get_by_role("button", name="Mine 1").click()
    expect(page.locator(".entry")).to_have_count(1)
    page.get_by_role("button", name="All 2").click()
    expect(page.locator(".entry")).to_have_count(2)
    page.locator(".list").get_by_label("Theme").select_option("workload")
    expect(page.locator(".entry")).to_have_text([SUBJECT + "Waiting since today · Being worked on"])
    robin.press("Mark as resolved")
    page.get_by_role("button", name="Resolved 1").click()
    expect(page.locator(".entry")).to_have_count(1)


def test_what_came_of_it_is_published_without_the_senders_words(office: Office, robin: Desk) -> None:
    sender, page = office.sender(SHIFTS, SUBJECT), robin.page
    office.let_out(robin)
    robin.choose(SUBJECT)
    robin.part("Ask whether words may be quoted")
    page.get_by_label("The words").fill("People without children plan.")
    robin.press("Ask")
    expect(page.get_by_role("alert").filter(has_text="These are not words of the sender.")).to_be_visible()
    page.get_by_label("The words").fill(QUOTE)
    robin.press("Ask")
    robin.told("The question is sealed and goes out tomorrow")
    office.let_out()
    (message,) = [one for one in office.looked_up(sender)["messages"] if one["from"] == "handlers"]
    about = {"kind": "quote-answer", "number": 3, "question": message["id"], "yes": True}
    forged = signatures.sign(signatures.new_key(), conversation.quote_statement(sender.name, QUOTE))
    office.add(sender, {**about, "signature": b64u(forged)})
    office.let_out(robin)
    robin.choose(SUBJECT)
    expect(robin.reading).to_contain_text("the signature does not hold. Take it as a no.")
    robin.part("You said, we did")
    expect(page.get_by_label("Quote", exact=True)).to_have_count(0)
    page.get_by_label("What was said, in English").fill(f"One wrote: swaps are often confirmed late. {QUOTE}")
    page.get_by_label("What is done, in English").fill(
        "A rule: shift swaps are often confirmed the day before."
    )
    robin.press("Store what came of it")
    repeats = page.get_by_role("alert").filter(
        has_text="This repeats the conversation: “shift swaps are often confirmed the”"
    )
    expect(repeats).to_be_visible()
    held = signatures.sign(sender.pseudonym, conversation.quote_statement(sender.name, QUOTE))
    office.add(sender, {**about, "number": 4, "signature": b64u(held)})
    office.let_out(robin)
    robin.choose(SUBJECT)
    expect(robin.reading).to_contain_text("May be quoted with these words")
    robin.part("You said, we did")
    page.get_by_label("What was said, in English").fill("Swaps are settled too late for families.")
    page.get_by_label("What is done, in English").fill("Swaps are settled three days ahead.")
    page.get_by_label("Quote", exact=True).select_option(label=QUOTE)
    page.get_by_label("Published to everybody").check()
    axe.check(page)
    robin.press("Store what came of it")
    robin.told("It is stored")
    (said,) = [one for one in office.card()["said"] if one["channel"] == office.channel_id]
    assert (said["said"], said["quote"]) == ({"en": "Swaps are settled too late for families."}, QUOTE)


def test_a_conversation_is_handed_over_and_read_by_the_other_channels_handler(
    office: Office, robin: Desk, new_desk: NewDesk
) -> None:
    other = office.add_channel("sam", notice={**NOTICE, "name": {"en": "Harassment"}})
    sam = new_desk("sam")
    sam.open()
    sam.make_key()
    sam.make_channel_key()
    sam.keys()
    fingerprint = sam.page.locator("code").nth(1).inner_text()
    sam.back()
    sender = office.sender(SHIFTS, SUBJECT)
    office.let_out(robin)
    robin.choose(SUBJECT)
    robin.part("Hand over to another channel")
    robin.page.get_by_label("To", exact=True).select_option(label="Harassment")
    expect(robin.reading).to_contain_text(fingerprint)
    robin.press("Hand over")
    expect(robin.page.get_by_role("alert").filter(has_text="Compare the fingerprint first")).to_be_visible()
    robin.page.get_by_label("read out the same fingerprint").check()
    robin.press("Hand over")
    robin.told("handed over to Harassment")
    expect(robin.page.locator(".entry")).to_have_count(0)
    office.sign_in(sam.browser, "sam")
    sam.press("Look for new messages")
    sam.choose(SUBJECT)
    expect(sam.reading).to_contain_text(SHIFTS)
    expect(sam.reading.locator(".notice.bad")).to_have_count(0)
    office.let_out()
    assert [one["channel"] for one in answers_of(office, sender)] == [other]


def drawn(page: Page) -> list[int]:
    """The first point of the picture that is shown: red, green, blue, opacity."""
    reading = "(one) => [...one.getContext('2d').getImageData(0, 0, 1, 1).data]"
    return list(page.get_by_role("img", name="Picture attached by").evaluate(reading))


def test_what_senders_write_is_text_and_pictures_alone(office: Office, robin: Desk) -> None:
    sender, page = office.sender(MARKUP, "<b>Markup</b>"), robin.page
    office.add(
        sender,
        {"kind": "message", "number": 2, "text": MARKUP, "attachment": {"type": "image/png"}},
        png(4, 4),
    )
    office.let_out(robin)
    robin.choose("<b>Markup</b>")
    expect(robin.reading.get_by_text(MARKUP)).to_have_count(2)
    expect(page.locator("#bold")).to_have_count(0)
    expect(page.get_by_role("img", name="Picture attached by")).to_be_visible()
    page.wait_for_function("document.querySelector('canvas').width === 4")
    assert drawn(page) == [255, 0, 0, 255]
    axe.check(page)
    for number, file in enumerate((b"<svg onload='x'>", png(4, 4)[:-9], png(4, 4, claimed=2**30))):
        office.add(sender, {"kind": "message", "number": 3 + number, "text": "See."}, file)
    office.add(sender, {"kind": ["x"], "number": "9", "text": {"a": 1}, "name": 7, "quote": None})
    office.add(
        sender, {"kind": "verdict", "number": 7, "verdict": "not-resolved", "text": "No."}, mark="resolved"
    )
    office.let_out(robin)
    robin.choose("<b>Markup</b>")
    expect(robin.reading.get_by_text("A file was attached that is no sound picture.")).to_have_count(3)
    expect(robin.reading).to_contain_text("The server told otherwise; believe what is written here.")
    expect(page.get_by_role("img")).to_have_count(1)


def test_nothing_of_a_conversation_leaves_the_tab_or_stays_in_the_browser(
    office: Office, robin: Desk
) -> None:
    sender = office.sender(SHIFTS, SUBJECT)
    office.let_out(robin)
    robin.choose(SUBJECT)
    robin.page.get_by_label("Your reply").fill("A reply of words alone")
    robin.press("Send the reply")
    robin.told("Your reply is sealed")
    robin.page.get_by_label("Your reply").fill("A draft of words alone")
    sent, kept = robin.watch.sent(), kept_by(robin.page)
    texts = (
        SHIFTS,
        SUBJECT,
        "A reply of words alone",
        "A draft of words alone",
        PASSPHRASE,
        robin.recovery_code,
    )
    for secret in [form for text in texts for form in forms_of(text)] + bytes_forms_of(sender.key):
        assert secret not in sent
        assert secret not in kept
    for name in bytes_forms_of(sender.name):
        assert name not in kept
        assert name not in robin.watch.visited()


def test_a_conversation_that_was_deleted_meanwhile_says_so(office: Office, robin: Desk) -> None:
    sender = office.sender(SHIFTS, SUBJECT)
    office.let_out(robin)
    headers = {"Content-Type": "application/octet-stream"}
    httpx.post(f"{office.address}/api/v1/feedback/deletions", content=sender.deletion(), headers=headers)
    robin.page.get_by_role("button", name=SUBJECT).click()
    expect(robin.page.get_by_role("heading", name="This conversation cannot be opened")).to_be_visible()
    expect(robin.reading).to_contain_text("its sender deleted it")
    robin.press("Look for new messages")
    expect(robin.page.locator(".entry")).to_have_count(0)


def test_text_of_twice_the_size_does_not_scroll_sideways(office: Office, robin: Desk) -> None:
    office.sender(SHIFTS, SUBJECT)
    office.let_out(robin)
    page = robin.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert page.evaluate(axe.SIDEWAYS) == []
    robin.choose(SUBJECT)
    for part in ("Notes among", "Ask whether", "You said"):
        robin.part(part)
    assert page.evaluate(axe.SIDEWAYS) == []
    robin.keys()
    assert page.evaluate(axe.SIDEWAYS) == []
    robin.press("Change the passphrase")
    page.get_by_label("Present passphrase").fill(PASSPHRASE)
    robin.press("Go on")
    expect(page.get_by_role("heading", name="Choose a new passphrase")).to_be_visible()
    assert page.evaluate(axe.SIDEWAYS) == []


def test_the_keyboard_alone_reaches_a_conversation_and_its_list_again(office: Office, robin: Desk) -> None:
    office.sender(SHIFTS, SUBJECT)
    office.let_out(robin)
    page = robin.page
    page.set_viewport_size({"width": 320, "height": 700})
    entry = page.get_by_role("button", name=SUBJECT)
    entry.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=SUBJECT)).to_be_focused()
    expect(entry).to_be_hidden()
    page.get_by_role("button", name="Back to the list").focus()
    page.keyboard.press("Enter")
    expect(entry).to_be_focused()
    expect(robin.reading).to_be_hidden()
