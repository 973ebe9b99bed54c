"""Draws any chart as SVG."""

from service.charts.bars import draw_distribution
from service.charts.heatmap import draw_heatmap
from service.charts.intervals import draw_values
from service.charts.shapes import Chart, Distribution, Heatmap, Trend, Values
from service.charts.trend import draw_trend


def draw(chart: Chart, *, alone: bool = False) -> str:
    """The chart as SVG; ``alone`` as a file of its own, else for a page."""
    match chart:
        case Distribution():
            return draw_distribution(chart, alone=alone)
        case Values():
            return draw_values(chart, alone=alone)
        case Trend():
            return draw_trend(chart, alone=alone)
        case Heatmap():
            return draw_heatmap(chart, alone=alone)
