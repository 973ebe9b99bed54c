"""A report as a PDF that screen readers can read (PDF/UA-1, ISO 14289-1) and that prints on A4."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from service.charts.draw import draw
from service.charts.files import FONTS
from service.charts.glyphs import drawable
from service.charts.shapes import Chart

_TEMPLATE = Path(__file__).parent / "report.typ"
Block = dict[str, Any]


def report_pdf(value: dict[str, Any]) -> bytes:
    """The report in ``value``; the same bytes for the same value.

    ``value``: ``title``; ``language``, a tag such as "de" of the survey's texts, the report's own being
    English; ``closed``, when the wave closed, as ISO 8601 text, which is the document's date; ``footer``;
    ``blocks``, made by the functions below. All texts are data to the template: none is ever markup.
    A character that the shipped font lacks becomes the replacement character.
    """
    made: bytes = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=typst.Fonts(
            font_paths=[str(FONTS)], include_system_fonts=False, include_embedded_fonts=False
        ),
        sys_inputs={"report": json.dumps(_cleaned(value), ensure_ascii=False)},
        timestamp=int(datetime.fromisoformat(value["closed"]).timestamp()),
    )
    return made


def heading(text: str, level: int = 1) -> Block:
    """A section's title, or with level 2 that of a part of it."""
    return {"kind": "heading", "text": text, "level": level}


def paragraph(text: str) -> Block:
    """Words of the report's own."""
    return {"kind": "text", "text": text}


def items(texts: list[str]) -> Block:
    """A list of the report's own sentences."""
    return {"kind": "list", "items": texts}


def quotes(texts: list[str]) -> Block:
    """What people wrote, in two columns."""
    return {"kind": "quotes", "items": texts}


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Block:
    """Numbers without a picture."""
    return {"kind": "table", "header": list(header), "rows": [list(row) for row in rows]}


def figure(chart: Chart, first: str) -> Block:
    """A chart and the table of its numbers, whose first column is named ``first``."""
    header, rows = chart.table()
    return {**table((first, *header[1:]), rows), **_picture(chart, "figure")}


def picture(chart: Chart) -> Block:
    """A chart alone; its numbers are to follow as tables."""
    return _picture(chart, "picture")


def _picture(chart: Chart, kind: str) -> Block:
    alt = f"Chart: {chart.title}. Its numbers are in the table beside or below it."
    return {"kind": kind, "svg": draw(chart, alone=True), "alt": alt}


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return drawable(value)
        case dict():
            return {key: _cleaned(one) for key, one in value.items()}
        case list() | tuple():
            return [_cleaned(one) for one in value]
    return value
