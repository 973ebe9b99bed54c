"""An interval in a line of a table: where it lies around zero, and nothing about what is withheld."""

import re

import pytest

from service.charts.intervals import bar_of_interval
from service.charts.shapes import Value

MIDDLE = 48.0


def ends(svg: str) -> tuple[float, float, float]:
    """Where the interval begins, where its value lies and where it ends."""
    [line] = re.findall(r'<line ([^>]*)class="line"', svg)
    [dot] = re.findall(r'<circle cx="([\d.]+)"', svg)
    found = dict(re.findall(r'(x1|x2)="([\d.]+)"', line))
    return float(found["x1"]), float(dot), float(found["x2"])


@pytest.mark.parametrize(("low", "value", "high"), [(0.1, 0.3, 0.5), (-0.5, -0.3, -0.1), (-0.2, 0.1, 0.4)])
def test_each_end_is_on_its_side_of_zero(low: float, value: float, high: float) -> None:
    drawn = ends(bar_of_interval(Value("", value, low, high), 1.0))
    assert [(place - MIDDLE) * end > 0 for place, end in zip(drawn, (low, value, high), strict=True)] == [
        True
    ] * 3
    assert drawn == tuple(sorted(drawn))


def test_what_is_beyond_its_reach_stays_within_it() -> None:
    start, _, end = ends(bar_of_interval(Value("", 3.0, -7.0, 9.0), 1.0))
    assert 0 <= start < MIDDLE < end <= 2 * MIDDLE


def test_what_is_withheld_is_hatched_and_all_alike() -> None:
    one, other = (
        bar_of_interval(Value(name, None, None, None), reach) for name, reach in (("a", 1.0), ("b", 9.0))
    )
    assert one == other
    assert 'class="gap"' in one
    assert "circle" not in one


def test_it_has_no_text_and_is_not_read_out() -> None:
    svg = bar_of_interval(Value("<script>", 0.1, 0.0, 0.2), 1.0)
    assert 'aria-hidden="true"' in svg
    assert re.findall(r">[^<]+<", svg) == []
