"""Numbers with their 90 % intervals on one scale: themes, or differences with their verdicts."""

from service.charts.shapes import Value, Values, decimals, number, rounded
from service.charts.svg import (
    LETTERS,
    LINE,
    ROW,
    SOFT,
    WIDTH,
    drawing,
    element,
    hatch,
    heading,
    text,
    wrapped,
)

_CELL = (96.0, 12.0)  # width and height of an interval in a line of a table
ENDS = (".", "?", "!", ":")  # a question has its own


def draw_values(chart: Values, *, alone: bool) -> str:
    """One line of words and one of its interval each."""
    parts, y = heading(chart.title, alone=alone)
    for one in chart.values:
        told = number(one.value, one.margin, sign=chart.zero)
        end = " " if one.label.endswith(ENDS) else ": "
        for line in wrapped(f"{one.label}{end}{told}{f', {one.word}' if one.word else ''}", LETTERS):
            parts.append(text(0, y, line))
            y += ROW
        if one.value is None or one.low is None or one.high is None:
            parts.append(hatch(0.5, y - 10, WIDTH - 1.0, 12.0))
        else:
            ends: dict[str, object] = {
                "x1": _at(one.low, chart),
                "x2": _at(one.high, chart),
                "y1": y - 4,
                "y2": y - 4,
            }
            parts.append(element("line", {**ends, "stroke": LINE, "stroke-width": 4, "class": "line"}))
            parts.append(
                element(
                    "circle", {"cx": _at(one.value, chart), "cy": y - 4, "r": 5, "fill": LINE, "class": "dot"}
                )
            )
        if chart.zero:
            axis = {"x1": _at(0, chart), "x2": _at(0, chart), "y1": y - 11, "y2": y + 3}
            parts.append(element("line", {**axis, "stroke": SOFT, "class": "axis"}))
        y += 18
    places = decimals(chart.most - chart.least) or 1
    parts.append(text(0, y + 4, rounded(chart.least, places), fill=SOFT, class_="soft"))
    parts.append(text(WIDTH, y + 4, rounded(chart.most, places), fill=SOFT, class_="soft", text_anchor="end"))
    described = "; ".join(f"{one.label}: {number(one.value, one.margin)} {one.word}" for one in chart.values)
    return drawing(y + 12, chart.title, described, parts, alone=alone)


def bar_of_interval(one: Value, reach: float) -> str:
    """An interval around zero on a scale from -``reach`` to ``reach``, in a line of a table.

    It has no text, and stands beside its numbers: nobody needs it read out.
    """
    width, height = _CELL
    middle = width / 2

    def line(start: float, end: float, attributes: dict[str, object]) -> str:
        across = {"x1": start, "x2": end, "y1": height / 2, "y2": height / 2}
        return element("line", {**across, **attributes})

    parts = [line(middle, middle, {"y1": 0, "y2": height, "stroke": SOFT, "class": "axis"})]
    if one.value is None or one.low is None or one.high is None:
        parts.append(hatch(0.5, 1.5, width - 1, height - 3))
    else:
        ends = (max(-1.0, min(1.0, end / reach)) for end in (one.low, one.value, one.high))
        low, value, high = (middle + (middle - 4) * end for end in ends)
        parts.append(line(low, high, {"stroke": LINE, "stroke-width": 3, "class": "line"}))
        parts.append(
            element("circle", {"cx": value, "cy": height / 2, "r": 3.5, "fill": LINE, "class": "dot"})
        )
    frame = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width:g} {height:g}"}
    size = {"width": width, "height": height, "class": "chart", "aria-hidden": "true"}
    return element("svg", {**frame, **size}, *parts)


def _at(value: float, chart: Values) -> float:
    share = (value - chart.least) / (chart.most - chart.least)
    return 6 + (WIDTH - 12) * min(1.0, max(0.0, share))
