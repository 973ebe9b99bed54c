"""A report can be read by anybody, says every text as it is written, and tells nothing that is withheld."""

import re
import zlib
from typing import Any

import pytest

from service.charts.glyphs import drawable
from service.charts.report import bars, figures, heading, items, paragraph, quotes, report_pdf, table
from service.charts.shapes import Bar, Distribution, Heatmap, Part, Value, Values

HOSTILE = (
    '#import "x"',
    "#panic()",
    "$x",
    "*a* _b_ `c` <d> @e \\",
    "<script>alert(1)</script>",
    '"}]}',
    "]#sys.inputs",
    "// end /*",
)
SHOWN, WITHHELD = Value("shown", 3.4, 3.2, 3.6, 0.2), Value("hidden", None, None, None)


def value(text: str = "text", language: str = "en") -> dict[str, Any]:
    """A report with one block of each kind, each with ``text`` wherever texts can be."""
    named = Value(text, 3.4, 3.2, 3.6, 0.2, "higher")
    themes = Values(text, 1, 5, (named, WITHHELD))
    heat = Heatmap(text, 1, 5, (text, "b"), ((text, (SHOWN, WITHHELD)),))
    header, rows = themes.table()
    return {
        "title": text,
        "language": language,
        "closed": "2026-03-01T12:00:00+00:00",
        "footer": text,
        "blocks": [
            heading(text),
            paragraph(text),
            items([text]),
            heading(text, 2),
            quotes([text, text, text]),
            quotes([]),
            table((text, "b"), [(text, "1")]),
            *figures(themes, header, rows),
            *figures(heat, *heat.table()),
            bars(Distribution(text, (Bar(text, (Part(text, 0.5, 0.1), Part("b", None))),))),
        ],
    }


def streams(pdf: bytes) -> bytes:
    """All that is in a PDF, unpacked."""
    found = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_it_claims_to_be_accessible_and_has_its_title_and_language() -> None:
    pdf = report_pdf(value("Teams in spring"))
    told = streams(pdf)
    assert pdf.startswith(b"%PDF-")
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", told)
    assert b"Teams in spring" in told
    assert b"/Lang" in told
    assert b"2026-03-01T12:00:00" in told


def test_every_picture_has_alternative_text_and_every_table_a_header() -> None:
    told = streams(report_pdf(value()))
    pictures = re.findall(rb"/S/Figure[^>]*", told)
    assert len(pictures) == 3
    assert all(b"/Alt(Chart: text." in one for one in pictures)
    assert b"/TH" in told


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_markup_is_a_text(text: str) -> None:
    told = streams(report_pdf(value(text)))
    escaped = text.replace("\\", "\\\\").encode()
    assert len(re.findall(rb"/S/H[12][^>]*?/T\(" + re.escape(escaped) + rb"\)", told)) == 2


@pytest.mark.parametrize(
    "text", ["", "  ", "\0", "a\ud800b", "\ufffe", "\ue000", "\u4e2d\u6587", "\U0001f389", "مرحبا", "a\nb"]
)
def test_no_character_stops_a_report(text: str) -> None:
    assert report_pdf(value(text)).startswith(b"%PDF-")


@pytest.mark.parametrize("language", ["de", "ar", "de-CH", "zh-Hans", "x", ""])
def test_no_tag_of_a_language_stops_a_report(language: str) -> None:
    assert report_pdf(value(language=language)).startswith(b"%PDF-")


def test_what_the_font_lacks_is_replaced_and_nothing_else() -> None:
    assert drawable("Größe ± 1 مرحبا\n→") == "Größe ± 1 مرحبا\n→"
    assert drawable("a\u4e2db\x07\U0001f389") == "a\ufffdb\ufffd\ufffd"


def test_the_same_report_is_the_same_bytes() -> None:
    assert report_pdf(value()) == report_pdf(value())


def test_what_is_withheld_has_no_number() -> None:
    chart = Values("t", 1, 5, (WITHHELD,))
    header, rows = chart.table()
    (block,) = figures(chart, header, rows)
    assert block["rows"] == [["hidden", "not shown", "not shown"]]
    assert set(re.findall(r"<text[^>]*>([^<]*)", block["svg"])) <= {"", "hidden: not shown", "1.0", "5.0"}


def test_many_rows_are_pictures_that_fit_a_page() -> None:
    chart = Values("t", 1, 5, (SHOWN,) * 35)
    header, rows = chart.table()
    blocks = figures(chart, header, rows)
    assert sum(len(block["rows"]) for block in blocks) == 35
    assert all(len(block["rows"]) <= 10 for block in blocks)
