"""The picture of the accuracy benchmark: error of an item's mean against the size of the group, as SVG."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

COLOURS = {
    "Laplace": "#b0463c",
    "Gaussian": "#d98a2b",
    "MST": "#7a9a3a",
    "AIM": "#3d7d5a",
    "this project": "#2b4c9b",
    "this project, smoothed": "#16b5d8",
}
DASH = ' stroke-dasharray="2 4"'
WIDTH, HEIGHT = 300, 230  # of a panel
LEFT, TOP, GAP, FOOT = 58, 62, 18, 46
LOW, HIGH = 0.002, 2.0  # error in points of the scale


@dataclass(frozen=True, slots=True)
class Panel:
    """One number of people and epsilon: for each method the (group size, error) of its points, in order.

    ``shown`` is the smallest group of which the mean is usually published, None if there is none.
    """

    title: str
    lines: Mapping[str, Sequence[tuple[float, float]]]
    shown: float | None


def svg(panels: Sequence[Panel], columns: int) -> str:
    """The panels in rows of ``columns``, with one legend. Both axes are logarithmic."""
    rows = math.ceil(len(panels) / columns)
    width = LEFT + columns * (WIDTH + GAP)
    height = TOP + rows * (HEIGHT + 40) + FOOT - 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12" fill="#222">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *_legend(),
    ]
    for number, panel in enumerate(panels):
        x = LEFT + (number % columns) * (WIDTH + GAP)
        y = TOP + (number // columns) * (HEIGHT + 40)
        parts += _panel(panel, x, y, first=number % columns == 0)
    middle = LEFT + columns * (WIDTH + GAP) / 2
    parts.append(_text(middle, height - 12, "responses in the group", anchor="middle"))
    turned = f'transform="rotate(-90 14 {height / 2})"'
    label = "error of an item's mean, points of a scale from 1 to 5 (root mean square)"
    parts.append(_text(14, height / 2, label, anchor="middle", more=turned))
    return "\n".join([*parts, "</svg>", ""])


def _legend() -> list[str]:
    parts = []
    x = float(LEFT)
    for name, colour in COLOURS.items():
        parts.append(f'<line x1="{x}" y1="20" x2="{x + 22}" y2="20" stroke="{colour}" stroke-width="2.5"/>')
        parts.append(_text(x + 28, 24, name))
        x += 44 + 7 * len(name)
    parts.append(f'<rect x="{x}" y="12" width="22" height="14" fill="#eef1f8"/>')
    parts.append(_text(x + 28, 24, "its mean is published"))
    return parts


def _panel(panel: Panel, x: float, y: float, *, first: bool) -> list[str]:
    sizes = [size for line in panel.lines.values() for size, _ in line]
    low, high = min(sizes) / 1.15, max(sizes) * 1.15

    def across(size: float) -> float:
        return x + WIDTH * math.log(size / low) / math.log(high / low)

    def up(error: float) -> float:
        return y + HEIGHT * (1 - math.log(min(max(error, LOW), HIGH) / LOW) / math.log(HIGH / LOW))

    parts = []
    if panel.shown is not None:
        left = across(max(panel.shown / 1.08, low))
        parts.append(
            f'<rect x="{left:.1f}" y="{y}" width="{x + WIDTH - left:.1f}" height="{HEIGHT}" fill="#eef1f8"/>'
        )
    for error in (0.003, 0.01, 0.03, 0.1, 0.3, 1.0):
        parts.append(_rule(x, up(error), x + WIDTH, up(error)))
        if first:
            parts.append(_text(x - 6, up(error) + 4, f"{error:g}", anchor="end"))
    for size in (10**power * step for power in range(6) for step in (1, 3)):
        if low <= size <= high:
            parts.append(_rule(across(size), y, across(size), y + HEIGHT))
            parts.append(_text(across(size), y + HEIGHT + 15, f"{size:,}", anchor="middle"))
    parts.append(f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#888"/>')
    parts.append(_text(x + WIDTH / 2, y - 8, panel.title, anchor="middle"))
    for name, line in panel.lines.items():
        points = " ".join(f"{across(size):.1f},{up(error):.1f}" for size, error in line)
        colour, dash = COLOURS[name], DASH if name.endswith("smoothed") else ""
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        parts += [
            f'<circle cx="{across(size):.1f}" cy="{up(error):.1f}" r="2.6" fill="{colour}"/>'
            for size, error in line
        ]
    return parts


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{escape(text)}</text>'
