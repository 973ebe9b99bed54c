"""One number over waves with its 90 % band; a gap stays a gap."""

from service.charts.colours import LIGHT_INK
from service.charts.shapes import Trend, Value, number, rounded
from service.charts.svg import (
    BAND,
    HAIR,
    LINE,
    SOFT,
    WIDTH,
    drawing,
    element,
    hatch,
    heading,
    text,
)


def draw_trend(chart: Trend, *, alone: bool) -> str:
    """Points, their intervals, and a band over each stretch without a gap."""
    parts, top = heading(chart.title, alone=alone)
    bottom, left = top + 150, 34.0
    gap = (WIDTH - left - 26) / max(1, len(chart.points) - 1)

    def x_of(place: int) -> float:
        return left + 6 + gap * place if len(chart.points) > 1 else WIDTH / 2

    def y_of(value: float) -> float:
        share = (value - chart.least) / (chart.most - chart.least)
        return bottom - (bottom - top) * min(1.0, max(0.0, share))

    for tick in range(5):
        value = chart.least + (chart.most - chart.least) * tick / 4
        parts.append(
            element(
                "line",
                {
                    "x1": left,
                    "x2": WIDTH,
                    "y1": y_of(value),
                    "y2": y_of(value),
                    "stroke": HAIR,
                    "class": "axis",
                },
            )
        )
        label = rounded(value, 0 if float(value).is_integer() else 1)
        parts.append(text(left - 6, y_of(value) + 4, label, text_anchor="end", fill=SOFT, class_="soft"))
    for run in _runs(chart.points):
        if len(run) > 1:
            band = [(x_of(n), y_of(one.high or 0.0)) for n, one in run]
            band += [(x_of(n), y_of(one.low or 0.0)) for n, one in reversed(run)]
            parts.append(element("path", {"d": _path(band) + "Z", "fill": BAND, "class": "band"}))
            line = _path([(x_of(n), y_of(one.value or 0.0)) for n, one in run])
            parts.append(
                element(
                    "path", {"d": line, "fill": "none", "stroke": LINE, "stroke-width": 2, "class": "line"}
                )
            )
        for n, one in run:
            whisker = {"x1": x_of(n), "x2": x_of(n), "y1": y_of(one.low or 0.0), "y2": y_of(one.high or 0.0)}
            parts.append(element("line", {**whisker, "stroke": LINE, "class": "line"}))
            dot = {"cx": x_of(n), "cy": y_of(one.value or 0.0), "r": 4, "fill": LIGHT_INK, "stroke": LINE}
            parts.append(element("circle", {**dot, "stroke-width": 2, "class": "line ground"}))
    shown_labels = {0, len(chart.points) - 1} if len(chart.points) > 3 else set(range(len(chart.points)))
    for n, one in enumerate(chart.points):
        if one.value is None:
            parts.append(hatch(max(left, x_of(n) - 5), top, 10.0, bottom - top))
        if n in shown_labels:
            anchor = (
                "start"
                if n == 0 and len(chart.points) > 1
                else "end"
                if n == len(chart.points) - 1 and n
                else "middle"
            )
            x = left if anchor == "start" else float(WIDTH) if anchor == "end" else x_of(n)
            parts.append(text(x, bottom + 18, one.label, text_anchor=anchor, fill=SOFT, class_="soft"))
    described = "; ".join(f"{one.label}: {number(one.value, one.margin)}" for one in chart.points)
    return drawing(bottom + 26, chart.title, described, parts, alone=alone)


def _runs(points: tuple[Value, ...]) -> list[list[tuple[int, Value]]]:
    """The stretches without a gap."""
    runs: list[list[tuple[int, Value]]] = [[]]
    for place, one in enumerate(points):
        if one.value is None or one.low is None or one.high is None:
            runs.append([])
        else:
            runs[-1].append((place, one))
    return [run for run in runs if run]


def _path(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
