"""A report as a PDF that screen readers can read (PDF/UA-1, ISO 14289-1) and that prints on A4."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from service.charts.draw import draw
from service.charts.files import FONTS
from service.charts.glyphs import drawable
from service.charts.shapes import Chart, Distribution, Heatmap, Values

_TEMPLATE = Path(__file__).parent / "report.typ"
_MOST = 10  # rows of one picture, which cannot go on over a page
_LANGUAGE = re.compile("[a-z]{2,3}")
Block = dict[str, Any]
Cell = str | Block  # a text, or a small picture


def report_pdf(value: dict[str, Any]) -> bytes:
    """The report in ``value``; the same bytes for the same value.

    ``value``: ``title``; ``language``, a tag such as "de" of the survey's texts, the report's own being
    English; ``closed``, when the wave closed, as ISO 8601 text, which is the document's date; ``footer``;
    ``blocks``, made by the functions below; ``dense``, if it is to take little space. All texts are data to
    the template: none is ever markup. A character that the shipped font lacks becomes the replacement
    character.
    """
    made: bytes = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=typst.Fonts(
            font_paths=[str(FONTS)], include_system_fonts=False, include_embedded_fonts=False
        ),
        sys_inputs={"report": json.dumps(_cleaned({**value, **_named(value)}), ensure_ascii=False)},
        timestamp=int(datetime.fromisoformat(value["closed"]).timestamp()),
    )
    return made


def heading(text: str, level: int = 1) -> Block:
    """A section's title, or with level 2 that of a part of it."""
    return {"kind": "heading", "text": text.strip() or "–", "level": level}


def paragraph(text: str) -> Block:
    """Words of the report's own."""
    return {"kind": "text", "text": text}


def items(texts: list[str]) -> Block:
    """A list of the report's own sentences."""
    return {"kind": "list", "items": texts}


def quotes(texts: list[str]) -> Block:
    """What people wrote, in two columns."""
    return {"kind": "quotes", "items": texts}


def table(header: tuple[str, ...], rows: Sequence[tuple[Cell, ...]], *, size: float = 7.5) -> Block:
    """Numbers without a picture but those of ``cell``; ``size`` of the letters in points."""
    return {"kind": "table", "size": size, "header": list(header), "rows": [list(row) for row in rows]}


def cell(svg: str, alt: str) -> Block:
    """A picture as a cell of a table. ``alt`` says what it shows."""
    return {"svg": svg, "alt": alt}


def figures(chart: Values | Heatmap, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[Block]:
    """A chart and the table of its numbers, in as many pieces as pages need."""
    found = []
    for at in range(0, max(1, len(rows)), _MOST):
        part = slice(at, at + _MOST)
        piece: Chart
        if isinstance(chart, Heatmap):
            piece = replace(chart, title="", rows=chart.rows[part])
        else:
            piece = replace(chart, title="", values=chart.values[part])
        found.append({**table(header, rows[part]), "kind": "figure", **_picture(piece, chart.title)})
    return found


def bars(chart: Distribution) -> Block:
    """A chart's bars, each a picture of its own; its numbers are to follow as tables."""
    singles = (replace(chart, title="", bars=(bar,)) for bar in chart.bars)
    pictures = [_picture(one, one.bars[0].label) for one in singles]
    return {"kind": "pictures", "pictures": pictures}


def _picture(chart: Chart, title: str) -> Block:
    alt = f"Chart: {title}. Its numbers are in the table that follows."
    return {"svg": draw(chart, alone=True), "alt": alt}


def _named(value: dict[str, Any]) -> dict[str, str]:
    """The title, which a document must have, and the first part of the language's tag, as typst wants it."""
    tag = value["language"].split("-")[0].lower()
    spoken = tag if _LANGUAGE.fullmatch(tag) else "en"
    return {"title": value["title"].strip() or "Results", "language": spoken}


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return drawable(value)
        case dict():
            return {key: _cleaned(one) for key, one in value.items()}
        case list() | tuple():
            return [_cleaned(one) for one in value]
    return value
