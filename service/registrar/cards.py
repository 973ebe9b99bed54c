"""Invitations on paper: a card for each person, or codes that are nobody's to be typed at a shared device."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from privacy.crockford import grouped, kiosk_code
from service.accounts import audit
from service.accounts.audit import Actor
from service.charts.sheet import MOST_CARDS, Card, Sheet, sheet_pdf
from service.errors import Conflict
from service.http.context import Context
from service.links import read_wave_url
from service.registrar.card_words import WORDS, closes_in, language_of
from service.registrar.link_address import address_of_links
from service.store import invitations, surveys, waves
from service.store.unit_of_work import reading, unit_of_work


@dataclass(frozen=True, slots=True)
class KioskCodes:
    """The ``page`` that a shared device shows, and codes to type there, in groups of four, in no order."""

    page: str
    codes: tuple[str, ...]

    @property
    def links(self) -> list[str]:
        """The page with each code in it, for a phone of one's own."""
        return [f"{self.page}#{code.replace('-', '')}" for code in self.codes]


def make_kiosk_codes(context: Context, wave: str, by: Actor) -> KioskCodes:
    """As many codes as there are people invited who get no letter; each works once, whoever takes it.

    Whose invitation a code spends is not told: they come shuffled and without names. Raises NotFound, and
    Conflict if invitations were made already or no client would follow the address.
    """
    with unit_of_work(context.main) as tx:
        row = waves.lock(tx, wave)
        page = address_of_links(context, f"/w/{(row.wave or bytes(32)).hex()}", read_wave_url)
        codes = [grouped(code) for _, code in invitations.make_codes(tx, row, kiosk_code)]
        secrets.SystemRandom().shuffle(codes)
        audit.record(tx, context, by, "make kiosk codes", row.id, number=len(codes))
    return KioskCodes(page, tuple(codes))


def check_number(context: Context, wave: str) -> None:
    """Raises Conflict where a sheet would have too many cards, and NotFound. Ask before links are made."""
    with reading(context.main) as tx:
        number = invitations.to_give_out(tx, waves.find(tx, wave).id)
    if number > MOST_CARDS:
        raise Conflict(
            f"a sheet takes {MOST_CARDS} cards, and these would be {number}; ask for CSV, and print from that"
        )


def cards_pdf(context: Context, wave: str, links: Sequence[tuple[str, str]]) -> bytes:
    """Sheets of cards, one for each (person, link), with the person's name. Raises NotFound."""
    return _pdf(context, wave, [Card(person, link) for person, link in links])


def kiosk_pdf(context: Context, wave: str, made: KioskCodes) -> bytes:
    """Sheets of slips with a code each, to be cut apart and put into a box. Raises NotFound."""
    cards = [Card(code, link, typed=True) for code, link in zip(made.codes, made.links, strict=True)]
    return _pdf(context, wave, cards)


def _pdf(context: Context, wave: str, cards: Sequence[Card]) -> bytes:
    with reading(context.main) as tx:
        row = waves.find(tx, wave)
        title = surveys.get_survey(tx, row.survey_id).title
    language, shown = language_of(title)
    words = WORDS[language]
    typed = any(card.typed for card in cards)
    lines = (closes_in(language, row.closes_at), words.kiosk if typed else words.link, words.private)
    about = words.about_kiosk if typed else words.about_link
    return sheet_pdf(Sheet(language, shown, lines, about, datetime.fromisoformat(row.opens_at)), cards)
