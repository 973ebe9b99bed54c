"""A connection that is lost loses nothing, and nobody counts twice."""

from types import SimpleNamespace

from playwright.sync_api import Route, expect

from tests.browser.respondent import Respondent
from tests.browser.waves import Wave, answer_behind, stored

TOKENS, RESPONSES, MANIFEST = "**/tokens", "**/responses", "**/manifest"


def lost(route: Route) -> None:
    route.abort("connectionreset")


def reply_lost(route: Route) -> None:
    """The server takes the request; its reply never comes."""
    assert route.fetch().ok
    route.abort("connectionreset")


def test_without_the_contract_the_page_asks_again(wave: Wave, respondent: Respondent) -> None:
    respondent.page.route(MANIFEST, lost, times=1)
    respondent.open(wave.link())
    expect(respondent.heading).to_have_text("No connection")
    respondent.button("Try again").click()
    expect(respondent.heading).to_have_text("Team pulse")


def test_a_token_that_did_not_come_is_drawn_before_sealing(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    respondent.page.route(TOKENS, lost, times=1)
    respondent.open(wave.link())
    respondent.to_check()
    assert answer_behind(server, wave, respondent.send()).sequence == 1


def test_a_token_whose_reply_was_lost_is_drawn_again_with_the_same_request(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    respondent.page.route(TOKENS, reply_lost, times=1)
    respondent.open(wave.link())
    respondent.to_check()
    code = respondent.send()
    bodies = {request.post_data for request in respondent.watch.requests if request.url.endswith("/tokens")}
    asked = [request for request in respondent.watch.requests if request.url.endswith("/tokens")]
    assert len(asked) == 2
    assert len(bodies) == 1
    assert answer_behind(server, wave, code).sequence == 1


def test_without_a_connection_at_sending_the_answer_waits_in_the_tab(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    before = len(stored(server, wave))
    respondent.open(wave.link())
    respondent.to_check()
    respondent.page.context.set_offline(True)
    respondent.onward()
    expect(respondent.heading).to_have_text("No connection")
    assert len(stored(server, wave)) == before
    respondent.page.context.set_offline(False)
    assert answer_behind(server, wave, respondent.receipt_code()).sequence == 1
    assert len(stored(server, wave)) == before + 1


def test_an_answer_that_was_stored_while_its_reply_was_lost_counts_once(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    before = len(stored(server, wave))
    respondent.open(wave.link())
    respondent.to_check()
    respondent.page.route(RESPONSES, reply_lost, times=1)
    respondent.onward()
    expect(respondent.heading).to_have_text("No connection")
    assert len(stored(server, wave)) == before + 1
    respondent.button("Try again").click()
    assert answer_behind(server, wave, respondent.receipt_code()).sequence == 1
    assert len(stored(server, wave)) == before + 1


def test_a_sealed_answer_survives_a_reload_and_is_sent_as_it_is(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    respondent.open(wave.link())
    respondent.to_check()
    respondent.page.route(RESPONSES, lost, times=1)
    respondent.onward()
    expect(respondent.heading).to_have_text("No connection")
    respondent.page.reload()
    assert answer_behind(server, wave, respondent.receipt_code()).sequence == 1
    sent = [request for request in respondent.watch.requests if request.url.endswith("/responses")]
    assert len(sent) == 2
    assert sent[0].post_data_buffer == sent[1].post_data_buffer
