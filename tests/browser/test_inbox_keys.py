"""Handlers' keys in a real browser: made, locked, recovered, given to a fellow, taken away and changed."""

from playwright.sync_api import Route, expect

from privacy import signatures
from privacy.canonical import b64u
from tests.browser import axe
from tests.browser.inbox_office import PASSPHRASE, Desk, NewDesk, Office

NEW_PASSPHRASE = "another five words of mine"
SUBJECT = "Parking at the north site"


def alert(desk: Desk, text: str) -> None:
    expect(desk.page.get_by_role("alert").filter(has_text=text)).to_be_visible()


def test_a_key_is_made_only_by_who_knows_what_losing_it_means(office: Office, new_desk: NewDesk) -> None:
    robin = new_desk("robin")
    page = robin.page
    robin.open()
    expect(page.get_by_text("A lost passphrase loses the messages.")).to_be_visible()
    axe.check(page)
    page.get_by_label("Passphrase", exact=True).fill("too short")
    robin.press("Go on")
    alert(robin, "at least five different words")
    page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("The same again").fill("correct horse")
    robin.press("Go on")
    alert(robin, "The two are not the same.")
    page.get_by_label("The same again").fill(PASSPHRASE)
    robin.press("Go on")
    alert(robin, "tick that you have understood it")
    page.get_by_label("I understand that without").check()
    robin.press("Go on")
    expect(page.locator("#recovery-code")).to_be_visible()
    axe.check(page)
    page.get_by_label("The third and the fifth group").fill("0000 0000")
    page.get_by_label("I have the code on paper.").check()
    robin.press("Store the key")
    alert(robin, "These are not the third and the fifth group")
    page.emulate_media(media="print")
    expect(page.locator("#recovery-code")).to_be_visible()
    expect(page.get_by_role("button", name="Store the key")).to_be_hidden()
    page.emulate_media(media="screen")
    page.reload()
    expect(page.get_by_role("heading", name="Make your key")).to_be_visible()


def test_a_key_is_unlocked_by_passphrase_or_code_until_it_is_locked(office: Office, robin: Desk) -> None:
    page = robin.page
    office.sender("It is full at seven.", SUBJECT)
    office.let_out(robin)
    robin.choose(SUBJECT)
    page.get_by_label("Your reply").fill("A reply that was begun")
    robin.press("Lock now")
    expect(page.get_by_role("heading", name="Unlock the inbox")).to_be_visible()
    assert SUBJECT not in page.content()
    axe.check(page)
    page.get_by_label("Passphrase", exact=True).fill("not the passphrase at all")
    robin.press("Unlock")
    alert(robin, "This passphrase does not open your key.")
    robin.unlock()
    robin.choose(SUBJECT)
    expect(page.get_by_label("Your reply")).to_have_value("A reply that was begun")
    page.reload()
    robin.part("I have forgotten the passphrase")
    for wrong, told in (("no code", "This is no recovery code"), (f"0{robin.recovery_code[1:]}", "")):
        page.get_by_label("Recovery code", exact=True).fill(wrong)
        if told:
            robin.press("Use the recovery code")
            alert(robin, told)
    page.get_by_label("Recovery code", exact=True).fill(robin.recovery_code)
    robin.press("Use the recovery code")
    expect(page.get_by_role("heading", name="Choose a new passphrase")).to_be_visible()
    before = robin.recovery_code
    robin.make_key(NEW_PASSPHRASE)
    assert robin.recovery_code != before
    robin.choose(SUBJECT)
    robin.keys()
    robin.press("Change the passphrase")
    page.get_by_label("Present passphrase").fill(NEW_PASSPHRASE)
    robin.press("Go on")
    robin.page.get_by_role("heading", name="Choose a new passphrase").wait_for()


def test_it_locks_itself_after_fifteen_minutes_without_use(office: Office, new_desk: NewDesk) -> None:
    robin = new_desk("robin")
    robin.page.clock.install()
    robin.open()
    robin.make_key()
    robin.page.clock.fast_forward("13:00")
    robin.page.keyboard.press("Shift")
    robin.page.clock.fast_forward("13:30")
    robin.is_open()
    robin.page.clock.fast_forward("00:45")
    robin.told("It is locked in a minute; press any key to go on.")
    robin.page.keyboard.press("Shift")
    robin.told("")
    robin.page.clock.fast_forward("14:30")
    robin.page.clock.fast_forward("00:45")
    expect(robin.page.get_by_role("heading", name="Unlock the inbox")).to_be_visible()
    expect(robin.page.locator("main")).to_contain_text("locked because nobody used it for 15 minutes")


def test_a_fellow_is_let_in_taken_out_and_cannot_read_what_comes_later(
    office: Office, robin: Desk, new_desk: NewDesk
) -> None:
    sender = office.sender("It is full at seven.", SUBJECT)
    office.let_out(robin)
    office.name("sam")
    sam = new_desk("sam")
    sam.open()
    sam.make_key()
    expect(sam.page.get_by_text("You cannot read a channel yet.")).to_be_visible()
    sam.press("Look for new messages")
    expect(sam.page.get_by_text("(your keys do not open this)")).to_be_visible()
    sam.keys()
    fingerprint = sam.page.locator("code").first.inner_text()
    sam.back()
    robin.keys()
    robin.part("Let Sam in")
    expect(robin.page.locator("main")).to_contain_text(fingerprint)
    axe.check(robin.page)
    robin.press("Let in")
    alert(robin, "Compare the fingerprints by phone first")
    robin.page.get_by_label("We compared both by phone").check()
    robin.press("Let in")
    robin.told("Sam can read Ideas and concerns now.")
    assert office.copies("sam") == {1}
    sam.keys()
    sam.back()
    sam.choose(SUBJECT)
    expect(sam.reading).to_contain_text("It is full at seven.")
    robin.part("Take Sam out")
    robin.page.get_by_label("Take Sam out of").check()
    robin.press("Take out")
    robin.told("Sam was taken out.")
    assert office.copies("sam") == set()
    robin.press("Make the channel's new key")
    robin.told("The channel has a new key.")
    assert office.copies("robin") == {1, 2}
    robin.page.route("**/resealed", lambda route: route.abort(), times=1)
    robin.press("Seal older conversations to the newest key")
    alert(robin, "The server cannot be reached at the moment.")
    assert office.looked_up(sender)["epoch"] == 1
    robin.press("Seal older conversations to the newest key")
    robin.told("1 conversation was sealed to the newest key.")
    assert office.copies("robin") == {2}
    robin.back()
    later = office.sender("It is full at eight.", "Parking again")
    assert later.channel.epoch == 2
    office.let_out(robin)
    for subject in ("Parking again", SUBJECT):
        robin.choose(subject)
    assert office.looked_up(sender)["epoch"] == 2
    office.sign_in(sam.browser, "sam")
    sam.page.reload()
    expect(sam.page.get_by_text("No channel names you as its handler.")).to_be_visible()


def test_who_has_lost_everything_makes_a_new_key_and_is_let_in_again(
    office: Office, robin: Desk, new_desk: NewDesk
) -> None:
    office.sender("It is full at seven.", SUBJECT)
    office.let_out(robin)
    page = robin.page
    page.reload()
    robin.part("I have forgotten the passphrase")
    robin.part("I have neither the passphrase nor the code")
    axe.check(page)
    robin.press("Make a new key")
    alert(robin, "Tick that the key may be thrown away.")
    page.get_by_label("My key may be thrown away").check()
    robin.press("Make a new key")
    robin.make_key(NEW_PASSPHRASE)
    expect(page.get_by_text("(your keys do not open this)")).to_be_visible()
    assert office.copies("robin") == set()
    robin.keys()
    expect(page.get_by_text("Nobody has the key of this channel any more.")).to_be_visible()
    robin.press("Make the channel's new key")
    robin.told("The channel has a new key.")
    robin.press("Seal older conversations to the newest key")
    robin.told("1 conversation is sealed to a key that you do not have")


def test_a_server_that_names_another_key_as_ones_own_gets_nothing_sealed_to_it(
    office: Office, new_desk: NewDesk
) -> None:
    robin = new_desk("robin")

    def altered(route: Route) -> None:
        answer = route.fetch()
        value = answer.json()
        for fellow in value["channels"][0]["handlers"]:
            fellow["public_key"] = b64u(signatures.point_of(signatures.new_key()))
        route.fulfill(response=answer, json=value)

    robin.open()
    robin.make_key()
    robin.page.route("**/inbox/data/me", altered)
    robin.keys()
    robin.press("Make the channel's first key")
    alert(robin, "The server names another key as yours.")
    assert office.copies("robin") == set()


def test_after_signing_in_again_elsewhere_the_page_goes_on(office: Office, robin: Desk) -> None:
    office.sender("It is full at seven.", SUBJECT)
    office.let_out()
    robin.press("Look for new messages")
    expect(robin.page.get_by_text("Your session has ended.")).to_be_visible()
    office.sign_in(robin.browser, "robin")
    robin.press("Look for new messages")
    robin.choose(SUBJECT)
    office.let_out()
    office.sign_in(robin.browser, "robin")
    robin.press("Mark as resolved")
    robin.told("Marked as resolved.")
