"""Charts say what their values say, and nothing of what is withheld."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.charts.bars import draw_bar
from service.charts.colours import SCALE, SEQUENTIAL, channels, contrast, ink_on, scale
from service.charts.draw import draw
from service.charts.files import png
from service.charts.shapes import Bar, Chart, Distribution, Heatmap, Part, Trend, Value, Values, decimals

SHOWN = Value("shown", 3.4, 3.2, 3.6, 0.2)
WITHHELD = Value("hidden", None, None, None)
OPTIONS = ("one", "two", "three", "four", "five")


def charts(label: str = "label", title: str = "title") -> list[Chart]:
    """One chart of each kind, each with something shown and something withheld."""
    shown = Bar(label, tuple(Part(option, 0.2, 0.03) for option in OPTIONS))
    hidden = Bar(label, tuple(Part(option, None) for option in OPTIONS))
    return [
        Distribution(title, (shown, hidden)),
        Values(title, 1, 5, (Value(label, 3.4, 3.2, 3.6, 0.2, "higher"), WITHHELD), zero=True),
        Trend(title, 1, 5, (SHOWN, WITHHELD, SHOWN, SHOWN)),
        Heatmap(title, 1, 5, ("a", "b"), ((label, (SHOWN, WITHHELD)),)),
    ]


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter()]  # noqa: S314


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("chart", charts(), ids=lambda chart: type(chart).__name__)
def test_a_chart_has_its_alternative_text_and_no_style_of_its_own(chart: Chart, alone: bool) -> None:
    svg = draw(chart, alone=alone)
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert root.get("role") == "img"
    names = [child.tag.rpartition("}")[2] for child in root][:2]
    assert names == ["title", "desc"]
    assert all((child.text or "").strip() for child in list(root)[:2])
    assert "style" not in svg
    assert "<script" not in svg


@given(st.text(min_size=1, max_size=60))
def test_any_text_comes_out_as_itself(text: str) -> None:
    # What XML cannot carry at all is not a question of escaping.
    readable = re.sub(r"[^\x20-\ud7ff\ue000-\ufffd]", "", text)
    title = f"<script>{readable}</script>&\"'"
    for chart in charts(title=title):
        root = ElementTree.fromstring(draw(chart))  # noqa: S314
        assert root[0].text == title


def test_no_number_is_drawn_where_one_is_withheld() -> None:
    hidden = [
        draw_bar(Bar("q", tuple(Part(option, None, None) for option in OPTIONS))),
        draw(Values("t", 0, 0.5, (WITHHELD,))),
        draw(Heatmap("t", 1, 5, ("a",), (("g", (WITHHELD,)),))),
    ]
    for svg in hidden:
        printed = " ".join(texts(svg))
        assert "not shown" in printed
        assert "circle" not in svg


def test_one_withheld_answer_hides_the_whole_bar() -> None:
    parts = (Part("one", 0.7), Part("two", None))
    assert "70" not in "".join(texts(draw_bar(Bar("q", parts)))[3:])


def test_what_is_almost_none_takes_no_room_and_what_is_almost_all_takes_all() -> None:
    bar = draw_bar(Bar("q", (Part("one", None, None, "almost all"), Part("two", None, None, "almost none"))))
    assert "almost all" in texts(bar)
    assert bar.count("<rect") == 1


def test_no_line_crosses_a_gap() -> None:
    whole = draw(Trend("t", 1, 5, (SHOWN, SHOWN, SHOWN)))
    broken = draw(Trend("t", 1, 5, (SHOWN, WITHHELD, SHOWN)))
    assert 'stroke-width="2" class="line"/>' in whole
    assert 'fill="none" stroke="#1c5f87"' not in broken


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: type(chart).__name__)
def test_the_table_has_a_field_for_each_column_and_says_what_is_not_shown(chart: Chart) -> None:
    header, rows = chart.table()
    assert {len(row) for row in rows} == {len(header)}
    assert any("not shown" in row for row in rows)


@pytest.mark.parametrize(("margin", "places"), [(None, 0), (3.0, 0), (0.4, 1), (0.08, 2), (0.001, 2)])
def test_numbers_have_as_many_places_as_are_known(margin: float | None, places: int) -> None:
    assert decimals(margin) == places


@pytest.mark.parametrize("colour", [*SCALE, *SEQUENTIAL, *scale(7), *scale(3)])
def test_numbers_can_be_read_on_every_colour(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= 4.5


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)],
)
def test_the_contrast_of_known_pairs_is_the_published_one(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


# Machado, Oliveira and Fernandes (2009), severity 1: what two kinds of colour-blind eyes see, in linear RGB.
PROTANOPIA = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)


@pytest.mark.parametrize("eye", [PROTANOPIA, DEUTERANOPIA])
def test_neighbouring_colours_stay_apart_for_colour_blind_eyes(eye: tuple[tuple[float, ...], ...]) -> None:
    def seen(colour: str) -> list[float]:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
        return [sum(a * b for a, b in zip(row, linear, strict=True)) for row in eye]

    for one, other in pairwise(SCALE):
        assert sum((a - b) ** 2 for a, b in zip(seen(one), seen(other), strict=True)) ** 0.5 > 0.15


def test_a_png_has_its_text() -> None:
    words, none = (draw(Values(title, 0, 1, (SHOWN,)), alone=True) for title in ("Words", " "))
    assert png(words).startswith(b"\x89PNG")
    assert png(words) != png(none)
    assert png.__wrapped__(words) == png.__wrapped__(words)
