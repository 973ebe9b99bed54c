"""Links that do not lead to an answer say what happened and what to do, and nothing is stored."""

from types import SimpleNamespace

from playwright.sync_api import Route, expect

from tests.browser.conftest import NewRespondent
from tests.browser.respondent import Respondent
from tests.browser.waves import Wave, answer_behind, open_wave, stored


def test_a_link_that_was_used_on_another_device_says_so(
    server: SimpleNamespace, wave: Wave, new_respondent: NewRespondent
) -> None:
    link = wave.link()
    code = new_respondent().respond(link)
    before = stored(server, wave)
    second = new_respondent()
    second.open(link)
    expect(second.heading).to_have_text("This link has been used already")
    assert stored(server, wave) == before
    assert answer_behind(server, wave, code).sequence == 1


def test_a_second_tab_says_so_and_the_first_goes_on(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    link = wave.link()
    respondent.open(link)
    respondent.to_check()
    second = Respondent(respondent.page.context.new_page(), respondent.watch)
    second.open(link)
    expect(second.heading).to_have_text("This link has been used already")
    respondent.page.bring_to_front()
    assert answer_behind(server, wave, respondent.send()).sequence == 1


def test_of_a_tab_and_its_copy_one_answer_is_stored_and_the_other_is_told(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    before = len(stored(server, wave))
    respondent.open(wave.link())
    respondent.to_check()
    with respondent.page.expect_popup() as popup:
        respondent.page.evaluate("() => void open(location.href)")
    copy = Respondent(popup.value, respondent.watch)
    copy.settled()
    code = respondent.send()
    expect(copy.button("Seal and send")).to_be_visible()
    copy.onward()
    expect(copy.heading).to_have_text("An answer with this ticket was stored before")
    assert answer_behind(server, wave, code).sequence == 1
    assert len(stored(server, wave)) == before + 1


def test_the_same_link_again_in_the_tab_that_sent_shows_the_receipt(
    wave: Wave, respondent: Respondent
) -> None:
    link = wave.link()
    code = respondent.respond(link)
    respondent.page.goto("about:blank")
    respondent.open(link)
    assert respondent.receipt_code() == code


def test_a_wave_that_closed_takes_nothing(server: SimpleNamespace, new_respondent: NewRespondent) -> None:
    wave = open_wave(server)
    during = new_respondent()
    during.open(wave.link())
    during.to_check()
    server.owner.close_wave(wave.name)
    during.onward()
    expect(during.heading).to_have_text("This survey closed before your answers arrived")
    after = new_respondent()
    after.open(wave.link())
    expect(after.heading).to_have_text("This survey is closed")
    assert stored(server, wave) == {}


def test_a_link_that_was_cut_off_asks_for_the_whole_one(wave: Wave, respondent: Respondent) -> None:
    respondent.open(f"{wave.page}#")
    expect(respondent.heading).to_have_text("Type the code from your card")


def test_a_link_with_a_wrong_code_draws_nothing(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    before = stored(server, wave)
    respondent.open(f"{wave.link()[:-4]}AAAA")
    expect(respondent.page.locator("#app")).to_contain_text("The link may also be wrong")
    assert stored(server, wave) == before


def test_a_wave_that_there_is_not_is_not_found(wave: Wave, respondent: Respondent) -> None:
    for name in ("0" * 64, "nothing"):
        answer = respondent.page.goto(f"{wave.address}/w/{name}#code")
        assert answer is not None
        assert answer.status == (200 if len(name) == 64 else 404)
        expect(respondent.heading).to_have_text("There is no such survey here")


def test_a_manifest_that_is_not_the_one_of_the_link_stops_everything(
    wave: Wave, respondent: Respondent
) -> None:
    """Whoever runs the server cannot promise one thing to one person and something else to another."""

    def altered(route: Route) -> None:
        answer = route.fetch()
        assert b'"k":5' in answer.body()
        route.fulfill(response=answer, body=answer.body().replace(b'"k":5', b'"k":2'))

    respondent.page.route("**/manifest", altered)
    respondent.open(wave.link())
    expect(respondent.heading).to_have_text("Do not answer this survey")
    assert not [one for one in respondent.watch.requests if one.method == "POST"]
