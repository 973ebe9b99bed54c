"""What the other tests rely on being noticed is noticed."""

from types import SimpleNamespace

import pytest

from tests.browser.conftest import NewRespondent
from tests.browser.respondent import Respondent
from tests.browser.watching import forms_of, kept_by
from tests.browser.waves import Wave


@pytest.fixture
def noticed(new_respondent: NewRespondent, wave: Wave) -> SimpleNamespace:
    """A page whose faults are no fault of the service."""
    respondent = new_respondent()
    respondent.open(wave.page)
    yield respondent
    respondent.watch.faults.clear()
    respondent.watch.requests.clear()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("() => document.body.setAttribute('style', 'color: red')", "style-src"),
        ("() => { try { document.body.innerHTML = '<p>'; } catch {} }", "require-trusted-types-for"),
        ("() => void fetch('http://plain.test/').catch(() => 0)", "connect-src"),
        ("() => void setTimeout(() => nothing.there)", "error on the page"),
        ("() => console.warn('deprecated')", "console: deprecated"),
    ],
)
def test_what_a_page_may_not_do_is_noticed(noticed: Respondent, script: str, said: str) -> None:
    noticed.page.evaluate(script)
    noticed.page.evaluate("() => new Promise((done) => setTimeout(done))")
    with pytest.raises(AssertionError) as found:
        noticed.watch.check()
    assert said in str(found.value)


def test_a_cookie_and_another_host_are_noticed(noticed: Respondent, wave: Wave) -> None:
    noticed.page.context.add_cookies([{"name": "a", "value": "b", "url": wave.address}])
    noticed.page.reload()
    noticed.settled()
    assert b"cookie: a=b" in noticed.watch.sent()
    with pytest.raises(AssertionError, match="cookie"):
        noticed.watch.check()
    noticed.watch.host = "http://127.0.0.1:1"
    with pytest.raises(AssertionError, match="another host"):
        noticed.watch.check()


def test_a_text_is_found_in_a_body_an_address_and_a_store_in_each_form(
    noticed: Respondent, wave: Wave
) -> None:
    text = "The kingfisher counts"
    for form in (text, text.encode().hex(), "btoa"):
        body = f"btoa('x{text}')" if form == "btoa" else f"'{form}'"
        posting = f"fetch('/api/v1/none', {{method: 'POST', body: {body}}})"
        noticed.page.evaluate(f"() => {{ sessionStorage.a = {body}; return {posting}; }}")
        for place in (kept_by(noticed.page), noticed.watch.sent()):
            assert any(found in place for found in forms_of(text))
        noticed.watch.requests.clear()
    noticed.page.evaluate(f"() => fetch('/static/none?' + encodeURIComponent('{text}'))")
    assert forms_of(text)[0] in noticed.watch.sent()
