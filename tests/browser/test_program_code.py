"""A program code: made in the browser, sealed as a tag, and in nothing else that was sent, kept or stored."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from privacy.crockford import secret_of
from privacy.program_code import new_program_code, tag_of
from privacy.sealing import Envelope
from service.store import box
from service.store.engine import open_engine
from tests.browser import axe
from tests.browser.conftest import NewRespondent
from tests.browser.program_codes import (
    HAVE,
    MAKE,
    NONE,
    TYPED,
    made_code,
    pairing_id,
    tag_behind,
    to_code,
    typed_code,
)
from tests.browser.respondent import Respondent
from tests.browser.watching import bytes_forms_of, forms_of, kept_by
from tests.browser.waves import Wave, answer_behind, open_later_wave, open_paired_wave
from tests.files import contents_below


@pytest.fixture(scope="module")
def paired(server: SimpleNamespace) -> Wave:
    """The first wave of a program, open as long as the tests of this module run."""
    return open_paired_wave(server)


def test_a_code_and_its_tag_are_in_nothing_that_was_sent_or_kept_or_stored(
    server: SimpleNamespace, paired: Wave, respondent: Respondent
) -> None:
    to_code(respondent, paired)
    code = made_code(respondent)
    expect(respondent.page.locator("#program-panel")).to_contain_text("nobody can give it to you again")
    respondent.onward()
    expect(respondent.page.locator("dl")).to_contain_text("With your code")
    before = kept_by(respondent.page)
    receipt = respondent.send()
    tag = tag_behind(server, paired, receipt)
    assert tag == tag_of(code, pairing_id(paired))
    places = {
        "sent": respondent.watch.sent(),
        "addresses": respondent.watch.visited(),
        "kept before": before,
        "kept after": kept_by(respondent.page),
        "page": respondent.page.content().encode(),
        **{str(path): data for path, data in contents_below(server.data).items()},
    }
    assert receipt.encode() in places["kept after"]  # so the search is able to find a code
    assert any(receipt.encode() in content for content in places.values())
    bare = code.replace("-", "")
    forms = [form for text in (code, bare, bare.lower(), code.replace("-", " ")) for form in forms_of(text)]
    for secret in (tag, secret_of(code)):
        forms += bytes_forms_of(secret)
    for form in forms:
        assert [place for place, content in places.items() if form in content] == []
    assert respondent.page.evaluate("() => document.querySelector('#program-code')") is None


def test_the_same_code_twice_and_none_are_equally_long_and_never_the_same_bytes(
    server: SimpleNamespace, paired: Wave, new_respondent: NewRespondent
) -> None:
    code, receipts = new_program_code(), []
    for given in (code, code.lower().replace("-", " "), None):
        respondent = new_respondent()
        to_code(respondent, paired)
        if given is None:
            respondent.page.locator(NONE).check()
        else:
            typed_code(respondent, given)
        respondent.onward()
        receipts.append(respondent.send())
    tag = tag_of(code, pairing_id(paired))
    assert [tag_behind(server, paired, receipt) for receipt in receipts] == [tag, tag, None]
    engine = open_engine(f"sqlite:///{server.data / 'box.db'}")
    chunks = [data for chunk in box.envelopes(engine, paired.manifest.wave) for _, data in chunk]
    engine.dispose()
    sealed = [Envelope.parse(data).ciphertext for data in chunks]
    assert len({len(one) for one in sealed}) == 1
    assert len({part for one in sealed for part in (one, one[-32:], one[-48:-32])}) == 3 * len(sealed)


def test_a_wrong_code_is_refused_with_words_and_no_code_is_fine(
    server: SimpleNamespace, paired: Wave, respondent: Respondent
) -> None:
    to_code(respondent, paired)
    for wrong in ("", "not a code", new_program_code()[1:], "8" + new_program_code()[1:]):
        typed_code(respondent, wrong)
        respondent.page.locator(".bar button").last.click()
        expect(respondent.page.locator(f"{TYPED}-wrong")).to_contain_text("answer without a code")
        expect(respondent.page.locator(TYPED)).to_be_focused()
        expect(respondent.page.locator(TYPED)).to_have_attribute("aria-invalid", "true")
    axe.check(respondent.page)
    respondent.page.locator(NONE).check()
    expect(respondent.page.locator(TYPED)).to_have_count(0)
    respondent.onward()
    expect(respondent.page.locator("dl")).to_contain_text("Without a code")
    assert tag_behind(server, paired, respondent.send()) is None


def test_who_chooses_nothing_answers_without_a_code(
    server: SimpleNamespace, paired: Wave, respondent: Respondent
) -> None:
    to_code(respondent, paired)
    respondent.onward()
    assert tag_behind(server, paired, respondent.send()) is None


def test_a_page_that_was_loaded_again_asks_for_the_code_instead_of_leaving_it_out(
    server: SimpleNamespace, paired: Wave, respondent: Respondent
) -> None:
    to_code(respondent, paired)
    code = made_code(respondent)
    respondent.onward()
    respondent.page.get_by_role("link", name="Deutsch").click()
    expect(respondent.page.locator("html")).to_have_attribute("lang", "de")
    respondent.settled()
    expect(respondent.page.locator(".notice")).to_contain_text("nirgends aufbewahrt")
    assert respondent.page.locator(TYPED).input_value() == ""
    axe.check(respondent.page)
    typed_code(respondent, code)
    respondent.onward()
    expect(respondent.page.locator("dl")).to_contain_text("Mit Ihrem Code")
    respondent.page.locator("dl > div", has_text="Programmcode").get_by_role("button").click()
    assert respondent.page.locator(TYPED).input_value() == code
    respondent.onward()
    assert tag_behind(server, paired, respondent.send()) == tag_of(code, pairing_id(paired))


def test_a_change_asks_again_and_a_withdrawal_leaves_no_tag(
    server: SimpleNamespace, paired: Wave, new_respondent: NewRespondent
) -> None:
    first = new_respondent()
    to_code(first, paired)
    made_code(first)
    first.onward()
    receipt = first.send()
    assert tag_behind(server, paired, receipt) is not None
    other = new_respondent()
    other.page.goto(f"{paired.page}/receipt?lang=en")
    other.settled()
    other.page.locator("#code").fill(receipt)
    other.button("Change my answer").click()
    other.page.get_by_role("heading", name="Answer anew").wait_for()
    other.button("Answer anew").click()
    other.page.get_by_role("heading", name="Team pulse").wait_for()
    other.to_check()
    expect(other.page.locator(".notice")).to_contain_text("without a code the new answer has none")
    axe.check(other.page)
    other.page.locator(NONE).check()
    other.onward()
    assert other.send() == receipt
    assert tag_behind(server, paired, receipt) is None
    assert answer_behind(server, paired, receipt).sequence == 2


def test_a_failure_after_sealing_asks_for_the_code_again(
    server: SimpleNamespace, paired: Wave, new_respondent: NewRespondent
) -> None:
    code, receipt = new_program_code(), new_respondent().respond_paired(paired.link())
    changing = [new_respondent(), new_respondent()]
    for one in changing:
        one.page.goto(f"{paired.page}/receipt?lang=en")
        one.settled()
        one.page.locator("#code").fill(receipt)
        one.button("Change my answer").click()
        one.page.get_by_role("heading", name="Answer anew").wait_for()
        one.button("Answer anew").click()
        one.page.get_by_role("heading", name="Team pulse").wait_for()
        one.to_check()
        typed_code(one, code)
        one.onward()
    late, early = changing
    answer = {}

    def overtaken(route: SimpleNamespace) -> None:
        if not answer:
            answer["early"] = early.send()
        route.continue_()

    late.page.route("**/responses", overtaken)
    late.page.locator(".bar button").last.click()
    late.page.get_by_role("heading", name="Your answer was changed elsewhere").wait_for()
    late.button("Try again").click()
    expect(late.page.locator(".notice").last).to_contain_text("kept nowhere")
    typed_code(late, code)
    late.onward()
    assert late.send() == receipt
    assert tag_behind(server, paired, receipt) == tag_of(code, pairing_id(paired))


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_the_step_is_accessible_in_every_state(paired: Wave, respondent: Respondent, language: str) -> None:
    to_code(respondent, paired, language)
    for one in respondent.page.locator("summary").all():
        one.click()
    for state in (MAKE, HAVE, NONE):
        respondent.page.locator(state).check()
        axe.check(respondent.page)
    made_code(respondent)
    respondent.onward()
    axe.check(respondent.page)


def test_the_code_of_an_earlier_wave_is_asked_for_first_and_none_is_made_for_nothing(
    server: SimpleNamespace, new_respondent: NewRespondent
) -> None:
    earlier = open_paired_wave(server)
    first = new_respondent()
    to_code(first, earlier)
    values = "() => [...document.querySelectorAll('[name=program]')].map((one) => one.value)"
    assert first.page.evaluate(values) == ["make", "have", "none"]
    code = made_code(first)
    first.onward()
    tag = tag_behind(server, earlier, first.send())
    later = open_later_wave(server, earlier)
    second = new_respondent()
    to_code(second, later)
    assert second.page.evaluate(values) == ["have", "none"]
    expect(second.page.locator("#app")).to_contain_text("Nothing of this survey is kept for a later one")
    typed_code(second, code)
    second.onward()
    assert tag_behind(server, later, second.send()) == tag


def test_a_wave_that_is_paired_with_no_other_loads_nothing_for_it_and_does_not_ask(
    server: SimpleNamespace, wave: Wave, paired: Wave, new_respondent: NewRespondent
) -> None:
    def loaded(respondent: Respondent) -> set[str]:
        names = [request.url.partition("?")[0].rpartition("/")[2] for request in respondent.watch.requests]
        return {name for name in names if name.startswith(("program", "pairing"))}

    alone, together = new_respondent(), new_respondent()
    alone.open(wave.link(), "de")
    alone.to_check()
    assert alone.page.locator("dl.answers").count() == 1
    assert loaded(alone) == set()
    together.open(paired.link(), "de")
    together.to_check()
    assert loaded(together) == {
        "pairing.js", "program.js", "program.de.json", "program_code.js", "program_words.js",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ar"])
def test_text_of_twice_the_size_does_not_scroll_sideways(
    paired: Wave, new_respondent: NewRespondent, language: str
) -> None:
    respondent = new_respondent(viewport={"width": 320, "height": 640})
    respondent.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; })"
    )
    to_code(respondent, paired, language)
    for state in (MAKE, HAVE, NONE):
        respondent.page.locator(state).check()
        assert respondent.page.evaluate(axe.SIDEWAYS) == []


@pytest.mark.parametrize("part", ["program.js", "program_words.js", "pairing.js"])
def test_a_part_that_did_not_come_is_asked_for_again_and_the_question_is_not_left_out(
    server: SimpleNamespace, paired: Wave, respondent: Respondent, part: str
) -> None:
    respondent.page.route(f"**/{part}", lambda route: route.abort("connectionreset"), times=1)
    respondent.open(paired.link())
    respondent.button("Try again").click()
    expect(respondent.button("Try again")).to_have_count(0)
    respondent.settled()
    respondent.to_check()
    code = made_code(respondent)
    respondent.onward()
    assert tag_behind(server, paired, respondent.send()) == tag_of(code, pairing_id(paired))
