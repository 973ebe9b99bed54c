"""Cards and kiosk codes: given out once, in no order where they are nobody's, and right on paper."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import zxingcpp
from pypdfium2 import PdfDocument
from sqlalchemy import inspect, text

from privacy.crockford import grouped, kiosk_code
from service.charts.sheet import Card, Sheet, sheet_pdf
from service.registrar.card_words import WORDS, closes_in, language_of
from service.store import invitations, waves
from service.store.tables_main import InvitationRow
from service.store.unit_of_work import reading
from tests.integration.web.pdf_text import pages_of, texts_of

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}")
PEOPLE = 12
PDF = {"Accept": "application/pdf"}
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def opened(world: SimpleNamespace) -> SimpleNamespace:
    world.survey()
    world.roster(PEOPLE)
    return world.opened()


def read_from_paper(pdf: bytes) -> list[str]:
    """What a phone reads in the QR codes of a sheet at 150 dots an inch, by a decoder that is not ours."""
    pages = PdfDocument(pdf)
    pictures = [page.render(scale=150 / 72).to_numpy() for page in pages]
    pages.close()
    return [code.text for picture in pictures for code in zxingcpp.read_barcodes(picture)]


def test_kiosk_codes_are_nobodys_and_in_no_order(world: SimpleNamespace, opened: SimpleNamespace) -> None:
    made = world.ok("POST", f"/waves/{opened.id}/invitations?form=kiosk")
    assert made["page"] == f"https://pulse.example.org/w/{opened.wave}"
    assert set(made) == {"page", "codes"}
    assert len(set(made["codes"])) == PEOPLE
    assert all(CODE.fullmatch(code) for code in made["codes"])
    with reading(world.main) as tx:
        row = waves.find(tx, opened.id)
    digests = {
        invitations.digest_of(row.wave, code.replace("-", "")): place
        for place, code in enumerate(made["codes"])
    }
    rows = sorted(world.rows(InvitationRow), key=lambda one: one.person)
    order = [digests[one.digest] for one in rows]
    assert sorted(order) == list(range(PEOPLE))
    assert order != sorted(order)  # one in 479 million


def test_a_kiosk_code_is_stored_nowhere_and_no_second_set_is_made(
    world: SimpleNamespace, opened: SimpleNamespace, problem_of: Callable
) -> None:
    made = world.ok("POST", f"/waves/{opened.id}/invitations?form=kiosk")
    with world.main.connect() as connection:
        tables = inspect(connection).get_table_names()
        kept = "\n".join(
            str(tuple(row))
            for table in tables
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )
    assert "make kiosk codes" in kept
    assert [code for code in made["codes"] if code in kept or code.replace("-", "") in kept] == []
    for form in ("links", "kiosk"):
        again = world.call("POST", f"/waves/{opened.id}/invitations?form={form}")
        assert again.status_code == 409
        problem_of(again)


@ON_SQLITE
def test_kiosk_codes_come_as_csv_too(world: SimpleNamespace, opened: SimpleNamespace) -> None:
    answer = world.call("POST", f"/waves/{opened.id}/invitations?form=kiosk&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(rows) == PEOPLE
    assert all(row["link"].endswith(f"#{row['code'].replace('-', '')}") for row in rows)
    assert "p000" not in answer.text


@ON_SQLITE
def test_the_sheet_of_cards_has_everybody_and_the_codes_of_their_links(
    world: SimpleNamespace, opened: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = iter([f"code-number-{number:010}" for number in range(PEOPLE)])
    monkeypatch.setattr(invitations.make_codes, "__defaults__", (lambda: next(made),))
    answer = world.call("POST", f"/waves/{opened.id}/invitations", headers=PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    said = " ".join(texts_of(answer.content))
    assert pages_of(answer.content) == 2
    assert [f"p{number:03}" in said for number in range(PEOPLE)] == [True] * PEOPLE
    assert said.count("Open until") == PEOPLE
    start = f"https://pulse.example.org/w/{opened.wave}#code-number-"
    assert sorted(read_from_paper(answer.content)) == [f"{start}{number:010}" for number in range(PEOPLE)]


@ON_SQLITE
def test_the_sheet_of_kiosk_codes_names_nobody_and_draws_each_code_that_it_prints(
    world: SimpleNamespace, opened: SimpleNamespace
) -> None:
    answer = world.call("POST", f"/waves/{opened.id}/invitations?form=kiosk&format=pdf")
    said = " ".join(texts_of(answer.content))
    codes = [found[0] for found in CODE.finditer(said)]
    assert len(set(codes)) == PEOPLE
    assert not re.search(r"p0\d\d", said)
    page = f"https://pulse.example.org/w/{opened.wave}"
    links = [f"{page}#{code.replace('-', '')}" for code in codes]
    assert sorted(read_from_paper(answer.content)) == sorted(links)


@pytest.mark.parametrize("form", ["links", "kiosk"])
@ON_SQLITE
def test_a_sheet_of_too_many_cards_is_refused_before_a_link_is_made(
    world: SimpleNamespace, opened: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr("service.registrar.cards.MOST_CARDS", PEOPLE - 1)
    refused = world.call("POST", f"/waves/{opened.id}/invitations?form={form}", headers=PDF)
    assert (refused.status_code, "ask for CSV" in refused.json()["detail"]) == (409, True)
    answer = world.ok("POST", f"/waves/{opened.id}/invitations?form={form}")
    assert len(answer["items" if form == "links" else "codes"]) == PEOPLE


@ON_SQLITE
def test_people_who_get_letters_get_no_card(world: SimpleNamespace) -> None:
    world.limit(smtp_host="mail.example.org", mail_from="pulse@example.org")
    world.survey()
    people = [{"person": f"p{number:03}", "attributes": {"unit": "north"}} for number in range(PEOPLE)]
    for person in people[:5]:
        person["email"] = f"{person['person']}@example.org"
    world.ok("PUT", "/surveys/pulse/roster", json={"people": people})
    draft = world.draft()
    world.ok("PUT", f"/waves/{draft}/distribution", json={"mail": True})
    world.ok("POST", f"/waves/{draft}/open")
    made = world.ok("POST", f"/waves/{draft}/invitations?form=kiosk")
    assert len(made["codes"]) == PEOPLE - 5


@pytest.mark.parametrize("role", ["analyst", None])
@ON_SQLITE
def test_only_owners_get_cards(world: SimpleNamespace, opened: SimpleNamespace, role: str | None) -> None:
    answer = world.call("POST", f"/waves/{opened.id}/invitations?form=kiosk", role, headers=PDF)
    assert answer.status_code == (401 if role is None else 403)
    assert len(world.ok("POST", f"/waves/{opened.id}/invitations?form=kiosk")["codes"]) == PEOPLE


@ON_SQLITE
def test_a_form_that_there_is_not_makes_nothing(world: SimpleNamespace, opened: SimpleNamespace) -> None:
    for query in ("form=cards", "format=docx"):
        assert world.call("POST", f"/waves/{opened.id}/invitations?{query}").status_code == 422
    assert len(world.ok("POST", f"/waves/{opened.id}/invitations")["items"]) == PEOPLE


@pytest.mark.parametrize("language", list(WORDS))
def test_a_card_can_be_printed_in_every_language_with_any_title_and_name(language: str) -> None:
    words = WORDS[language]
    made = datetime(2026, 3, 2, tzinfo=UTC)
    lines = (closes_in(language, "2026-03-09T16:00:00Z"), words.link, words.private)
    assert "{" not in "".join(lines)
    for title in ("#set page(fill: red) *no* $markup$", "W" * 400, " ", "\x07\U0010ffff"):
        pdf = sheet_pdf(
            Sheet(language, title, lines, words.about_link, made), [Card("n" * 300, "https://x/w#c")]
        )
        assert pages_of(pdf) == 1
        assert read_from_paper(pdf) == ["https://x/w#c"]


def test_cards_are_in_the_first_language_of_the_survey_that_there_are_words_for() -> None:
    assert language_of({"nl": "Puls", "de-CH": "Der Puls", "en": "Pulse"}) == ("de", "Der Puls")
    assert language_of({"nl": "Puls"}) == ("en", "Puls")


def test_kiosk_codes_use_the_whole_alphabet_and_do_not_repeat() -> None:
    codes = [kiosk_code() for _ in range(500)]
    assert len(set(codes)) == 500
    assert len(set("".join(codes))) == 32  # each symbol is missed once in 10^110 runs
    assert all(CODE.fullmatch(grouped(code)) for code in codes)
