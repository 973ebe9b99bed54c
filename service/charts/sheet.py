"""Sheets of cards to cut apart: a QR code each, on A4, as PDF/UA-1 (ISO 14289-1)."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import typst

from service.charts.files import FONTS
from service.charts.glyphs import drawable
from service.charts.link_code import code_svg

MOST_CARDS = 5_000  # of a sheet; drawing them takes about 10 s
# So that nothing below is cut off.
_LONGEST_TITLE, _LONGEST_HEAD = 90, 60
_TEMPLATE = Path(__file__).parent / "sheet.typ"


@dataclass(frozen=True, slots=True)
class Card:
    """``link`` is drawn as a QR code, ``head`` stands out; it is a name, or with ``typed`` a code to type."""

    head: str
    link: str
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What all cards of a sheet say, in ``language``, which is one of the service's own.

    ``about`` is what a QR code leads to, for whoever cannot see it.
    """

    language: str
    title: str
    lines: Sequence[str]
    about: str
    made: datetime


def sheet_pdf(sheet: Sheet, cards: Sequence[Card]) -> bytes:
    """Eight cards a page with marks to cut along; the same bytes for the same cards.

    All texts are data to the template. A character that the shipped font lacks becomes the replacement
    character.
    """
    title = _short(sheet.title, _LONGEST_TITLE) or sheet.about
    shown = replace(sheet, title=title, lines=[drawable(line) for line in sheet.lines])
    drawn = [
        {"head": _short(card.head, _LONGEST_HEAD), "typed": card.typed, "svg": code_svg(card.link)}
        for card in cards
    ]
    value = {**asdict(shown), "made": sheet.made.isoformat(), "cards": drawn}
    made: bytes = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=typst.Fonts(
            font_paths=[str(FONTS)], include_system_fonts=False, include_embedded_fonts=False
        ),
        sys_inputs={"sheet": json.dumps(value, ensure_ascii=False)},
        timestamp=int(sheet.made.timestamp()),
    )
    return made


def _short(text: str, most: int) -> str:
    """On one line, with the end left out where it is too long."""
    line = drawable(" ".join(text.split()))
    return line if len(line) <= most else f"{line[: most - 1]}…"
