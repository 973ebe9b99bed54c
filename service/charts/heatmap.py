"""Groups by themes: a coloured cell each with its number, hatched where it is not shown."""

from service.charts.colours import SEQUENTIAL, ink_on, step
from service.charts.shapes import Heatmap, Value, decimals, number, rounded
from service.charts.svg import LETTERS, ROW, WIDTH, drawing, element, hatch, heading, text, wrapped

_COLUMN = 40  # units that a number with two decimals needs


def draw_heatmap(chart: Heatmap, *, alone: bool) -> str:
    """Themes are numbered, and named above the cells."""
    parts, y = heading(chart.title, alone=alone)
    for place, column in enumerate(chart.columns):
        for line in wrapped(f"{place + 1}: {column}", LETTERS):
            parts.append(text(0, y, line))
            y += ROW
    first = 120.0
    width = (WIDTH - first) / max(1, len(chart.columns))
    for place in range(len(chart.columns)):
        parts.append(
            text(
                first + width * (place + 0.5), y + 6, str(place + 1), text_anchor="middle", font_weight="bold"
            )
        )
    y += 14
    for label, cells in chart.rows:
        lines = wrapped(label, 18, 2)
        for n, line in enumerate(lines):
            parts.append(text(0, y + 15 + n * 13, line))
        for place, cell in enumerate(cells):
            parts += _cell(first + width * place, y, width, cell, chart)
        y += 34
    described = "; ".join(
        f"{label}: "
        + ", ".join(
            f"{column} {number(cell.value, None)}" for column, cell in zip(chart.columns, cells, strict=True)
        )
        for label, cells in chart.rows
    )
    return drawing(y + 4, chart.title, described, parts, alone=alone)


def _cell(x: float, y: float, width: float, cell: Value, chart: Heatmap) -> list[str]:
    if cell.value is None:
        return [hatch(x + 1, y + 1, width - 2, 30.0)]
    colour = SEQUENTIAL[step(cell.value, chart.least, chart.most)]
    area = element("rect", {"x": x + 1, "y": y + 1, "width": width - 2, "height": 30, "fill": colour})
    label = rounded(cell.value, decimals(cell.margin) if width >= _COLUMN else min(1, decimals(cell.margin)))
    return [area, text(x + width / 2, y + 20, label, text_anchor="middle", fill=ink_on(colour), class_="on")]
