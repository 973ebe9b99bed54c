"""What was answered and with which invitation leaves the browser sealed alone, and stays in it nowhere."""

from types import SimpleNamespace

from tests.browser.respondent import ANSWERS, Respondent
from tests.browser.watching import forms_of, kept_by
from tests.browser.waves import Wave, answer_behind
from tests.files import contents_below

SENTINEL = "The kingfisher counts seventeen teapots"


def test_a_comment_is_in_nothing_that_the_browser_sent_or_kept_or_that_the_server_stored(
    server: SimpleNamespace, wave: Wave, respondent: Respondent
) -> None:
    link = wave.link()
    respondent.open(link)
    respondent.to_check({**ANSWERS, "lighter": SENTINEL})
    assert forms_of(SENTINEL)[0] in kept_by(respondent.page)  # so the search is able to find it
    code = respondent.send()
    found = answer_behind(server, wave, code).response
    assert found is not None
    assert found.answers["lighter"] == SENTINEL
    places = {
        "sent": respondent.watch.sent(),
        "addresses": respondent.watch.visited(),
        "kept": kept_by(respondent.page),
        **{str(path): data for path, data in contents_below(server.data).items()},
    }
    for form in forms_of(SENTINEL):
        assert [place for place, content in places.items() if form in content] == []


def test_an_invitation_is_in_one_body_and_in_no_address_header_or_storage(
    wave: Wave, respondent: Respondent
) -> None:
    link = wave.link()
    code = link.partition("#")[2]
    respondent.respond(link)
    carrying = [
        request for request in respondent.watch.requests if code.encode() in (request.post_data_buffer or b"")
    ]
    assert [request.url.rpartition("/")[2] for request in carrying] == ["tokens"]
    for request in respondent.watch.requests:
        assert code not in request.url.partition("#")[0]
        assert code not in str(request.all_headers())
    assert "#" not in respondent.page.url
    assert code.encode() not in kept_by(respondent.page)


def test_a_sent_answer_leaves_the_receipt_alone_in_the_tab_and_that_goes_when_it_is_told_to(
    wave: Wave, respondent: Respondent
) -> None:
    code = respondent.respond(wave.link())
    kept = kept_by(respondent.page)
    assert code.encode() in kept
    for gone in (b"agree", b"quiet", b"token", b"privateScalar", b"division"):
        assert gone not in kept
    respondent.button("I wrote it down, send me nothing").click()
    respondent.page.get_by_text("This tab has forgotten everything").wait_for()
    kept = kept_by(respondent.page)
    assert code.encode() not in kept
    assert b"sottovoce/" not in kept
