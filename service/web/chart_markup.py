"""Charts as they stand in a page: the picture, and its numbers as a table."""

from dataclasses import dataclass

from markupsafe import Markup

from service.charts.bars import draw_bar
from service.charts.colours import step
from service.charts.draw import draw
from service.charts.shapes import Bar, Chart, Heatmap, Value, decimals, rounded


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart's picture and table. The picture's texts were escaped when it was drawn."""

    title: str
    picture: Markup
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


def chart_markup(chart: Chart) -> Drawn:
    """A chart for a page."""
    header, rows = chart.table()
    return Drawn(chart.title, Markup(draw(chart)), header, rows)  # noqa: S704 - escaped by service.charts.svg


def bar_markup(bar: Bar) -> Markup:
    """One bar for a page."""
    return Markup(draw_bar(bar))  # noqa: S704 - escaped by service.charts.svg


def heat_class(cell: Value, chart: Heatmap) -> str:
    """The class that colours a cell of a heatmap; withheld and absent cells have one and the same."""
    return "heat-none" if cell.value is None else f"heat-{step(cell.value, chart.least, chart.most)}"


def cell_text(cell: Value) -> str:
    """A cell's number, to as many places as are known."""
    return "" if cell.value is None else rounded(cell.value, decimals(cell.margin))
