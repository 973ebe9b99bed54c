"""Where a browser cannot seal, the page says so and how to answer instead; it never posts plain answers."""

from types import SimpleNamespace

from playwright.sync_api import Browser, expect

from tests.browser.conftest import NewRespondent
from tests.browser.respondent import Respondent
from tests.browser.watching import Watch
from tests.browser.waves import Wave


def test_without_javascript_the_page_says_how_to_answer_instead(
    wave: Wave, new_respondent: NewRespondent
) -> None:
    respondent = new_respondent(java_script_enabled=False)
    respondent.page.goto(f"{wave.link()}")
    said = respondent.page.locator("noscript p")
    expect(said).to_be_visible()
    expect(said).to_contain_text("for that it needs JavaScript")
    expect(respondent.page.locator("#instead")).to_contain_text("sottovoce respond")
    expect(respondent.page.locator("#instead")).to_be_visible()
    assert respondent.page.locator("form, input, button, textarea").count() == 0


def test_over_plain_http_nothing_is_asked_and_nothing_sent(
    server: SimpleNamespace, wave: Wave, browser: Browser
) -> None:
    port = server.address.rpartition(":")[2]
    host = f"http://plain.test:{port}"
    context = browser.new_context(locale="en-GB")
    respondent = Respondent(context.new_page(), Watch(context, host))
    respondent.open(f"{host}/w/{wave.name}#{wave.link().partition('#')[2]}")
    expect(respondent.heading).to_have_text("This connection cannot keep your answers secret")
    expect(respondent.page.locator("#instead")).to_contain_text("sottovoce respond")
    assert not [request for request in respondent.watch.requests if "/api/" in request.url]
    assert respondent.page.locator("form, input, textarea").count() == 0
    # Said of every page over plain HTTP: there the header has no use, and it does no harm.
    said = "console: The Cross-Origin-Opener-Policy header has been ignored"
    respondent.watch.faults = [one for one in respondent.watch.faults if not one.startswith(said)]
    respondent.watch.check()
    context.close()
