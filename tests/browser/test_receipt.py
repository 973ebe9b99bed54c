"""With the receipt code alone, in any browser: check that it was counted, change it, take it back."""

from types import SimpleNamespace

from playwright.sync_api import Page, Route, expect

from tests.browser import axe
from tests.browser.conftest import NewRespondent
from tests.browser.respondent import ANSWERS, Respondent
from tests.browser.waves import Wave, answer_behind, open_wave, stored


def to_receipt(new_respondent: NewRespondent, wave: Wave, code: str) -> Respondent:
    """Another device, with the code typed in as people do."""
    other = new_respondent()
    other.page.goto(f"{wave.page}/receipt?lang=en")
    other.settled()
    other.page.locator("#code").fill(code.replace("-", " ").lower())
    return other


def headed(page: Page, text: str) -> None:
    expect(page.locator("#app h1")).to_have_text(text)


def test_an_answer_is_changed_from_another_device(
    server: SimpleNamespace, wave: Wave, new_respondent: NewRespondent
) -> None:
    code = new_respondent().respond(wave.link())
    before = len(stored(server, wave))
    other = to_receipt(new_respondent, wave, code)
    axe.check(other.page)
    other.button("Change my answer").click()
    headed(other.page, "Answer anew")
    axe.check(other.page)
    other.button("Answer anew").click()
    headed(other.page, "Team pulse")
    other.to_check({**ANSWERS, "time": "disagree", "lighter": "Quite another comment"})
    assert other.send() == code
    found = answer_behind(server, wave, code)
    assert found.sequence == 2
    assert found.response is not None
    assert (found.response.answers["time"], found.response.answers["lighter"]) == (0, "Quite another comment")
    assert len(stored(server, wave)) == before


def test_an_answer_is_taken_back_from_another_device(
    server: SimpleNamespace, wave: Wave, new_respondent: NewRespondent
) -> None:
    code = new_respondent().respond(wave.link())
    other = to_receipt(new_respondent, wave, code)
    other.button("Take my answer back").click()
    axe.check(other.page)
    other.button("Take it back").click()
    assert answer_behind(server, wave, code).response is not None
    other.button("Yes, take my answer back").click()
    headed(other.page, "Your answer was taken back")
    found = answer_behind(server, wave, code)
    assert (found.sequence, found.response) == (2, None)


def test_after_the_close_the_code_proves_that_the_answer_was_counted(
    server: SimpleNamespace, new_respondent: NewRespondent
) -> None:
    wave = open_wave(server)
    code = new_respondent().respond(wave.link())
    early = to_receipt(new_respondent, wave, code)
    early.button("Check that my answer was counted").click()
    headed(early.page, "Your sealed answer is stored")
    server.owner.close_wave(wave.name)
    late = to_receipt(new_respondent, wave, code)
    with late.page.expect_response("**/proofs/*"):
        late.button("Check that my answer was counted").click()
    headed(late.page, "Your answer was counted")
    axe.check(late.page)
    assert not [one for one in late.watch.requests if one.method == "POST"]


def test_a_proof_that_does_not_hold_is_told(server: SimpleNamespace, new_respondent: NewRespondent) -> None:
    wave = open_wave(server)
    code = new_respondent().respond(wave.link())
    new_respondent().respond(wave.link())
    server.owner.close_wave(wave.name)
    other = to_receipt(new_respondent, wave, code)
    root = server.owner.call("GET", f"/waves/{wave.name}/board")["root"]

    def altered(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.body().replace(root.encode(), b"0" * 64))

    other.page.route("**/board", altered)
    other.button("Check that my answer was counted").click()
    headed(other.page, "The server's reply does not hold")


def test_what_is_no_code_and_a_code_without_an_answer_are_told(
    wave: Wave, new_respondent: NewRespondent
) -> None:
    other = to_receipt(new_respondent, wave, "not a code")
    other.button("Check that my answer was counted").click()
    expect(other.page.locator("#code-wrong")).to_contain_text("not a receipt code")
    expect(other.page.locator("#code")).to_be_focused()
    axe.check(other.page)
    other.page.locator("#code").fill("0123-4567-89AB-CDEF-GHJK-MNPQ-RS")
    other.button("Check that my answer was counted").click()
    headed(other.page, "There is no answer behind this receipt code")
    axe.check(other.page)


def test_a_code_is_never_sent_and_not_kept(wave: Wave, new_respondent: NewRespondent) -> None:
    code = new_respondent().respond(wave.link())
    other = to_receipt(new_respondent, wave, code)
    other.button("Check that my answer was counted").click()
    expect(other.page.locator("#code")).to_have_count(0)
    for form in (code, code.replace("-", ""), code.replace("-", " ").lower()):
        assert form.encode() not in other.watch.sent() + other.watch.visited()
