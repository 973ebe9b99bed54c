"""What charts show. A number that is withheld or absent is None, and nothing else about it is known here.

Shares are fractions of 1; a margin is the half width of a 90 % interval in the unit of its value. Each chart
gives the table of its own numbers, which pages print beside it and files carry as CSV.
"""

import math
from dataclasses import dataclass

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class Part:
    """The share of one answer option; ``words`` ("almost all") stands for a share that may be all."""

    label: str
    share: float | None
    margin: float | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """How one question was answered, its parts in the order of the options."""

    label: str
    parts: tuple[Part, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Distribution:
    """Bars of questions."""

    title: str
    bars: tuple[Bar, ...]

    def table(self) -> Table:
        """One row an option."""
        rows: list[tuple[str, ...]] = [
            (bar.label, part.label, part.words or percent(part.share, part.margin))
            for bar in self.bars
            for part in bar.parts
        ]
        return ("Question", "Answer", "Share"), rows


@dataclass(frozen=True, slots=True)
class Value:
    """A number with its 90 % interval, all None where it is withheld; ``word`` is a verdict about it."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    margin: float | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """Numbers on one scale from ``least`` to ``most``, each with its interval: themes, or differences.

    ``zero`` draws the line that tells a rise from a fall.
    """

    title: str
    least: float
    most: float
    values: tuple[Value, ...]
    zero: bool = False

    def table(self) -> Table:
        """One row a value."""
        rows = [
            (one.label, number(one.value, one.margin, sign=self.zero), interval(one), one.word)
            for one in self.values
        ]
        header = ("", "Difference" if self.zero else "Value", "90 % interval", "Verdict")
        if any(one.word for one in self.values):
            return header, list(rows)
        return header[:3], [row[:3] for row in rows]


@dataclass(frozen=True, slots=True)
class Trend:
    """One number over waves in their order; a wave that shows nothing is a gap, never a line across."""

    title: str
    least: float
    most: float
    points: tuple[Value, ...]

    def table(self) -> Table:
        """One row a wave."""
        rows: list[tuple[str, ...]] = [
            (one.label, number(one.value, one.margin), interval(one)) for one in self.points
        ]
        return ("Wave", "Value", "90 % interval"), rows


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Groups by themes: a value for each column of each row, on a scale from ``least`` to ``most``."""

    title: str
    least: float
    most: float
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Value, ...]], ...]

    def table(self) -> Table:
        """One row a group."""
        rows = [(label, *(number(cell.value, cell.margin) for cell in cells)) for label, cells in self.rows]
        return ("Group", *self.columns), rows


Chart = Distribution | Values | Trend | Heatmap


def decimals(margin: float | None) -> int:
    """How many decimals a number with this margin is known to: none for a margin of 1 or more, at most 2."""
    if not margin or margin >= 1:
        return 0
    return min(2, max(1, -math.floor(math.log10(margin))))


def rounded(value: float, places: int, *, sign: bool = False) -> str:
    """A number in text, never "-0"."""
    text = f"{round(value, places) + 0.0:{'+' if sign else ''}.{places}f}"
    return text.replace("+0", "0", 1) if float(text) == 0 else text


def number(value: float | None, margin: float | None, *, sign: bool = False) -> str:
    """The value, to as many places as are known, and its margin; or that it is not shown."""
    if value is None:
        return NOT_SHOWN
    places = decimals(margin)
    text = rounded(value, places, sign=sign)
    return text if margin is None else f"{text} ± {rounded(margin, places)}"


def percent(share: float | None, margin: float | None = None) -> str:
    """A share in percent with its margin; or that it is not shown."""
    if share is None:
        return NOT_SHOWN
    text = f"{round(100 * min(1, max(0, share)))} %"
    return text if margin is None else f"{text} ± {math.ceil(100 * margin)}"


def interval(one: Value) -> str:
    """From where to where a value lies with 90 % confidence."""
    if one.low is None or one.high is None:
        return NOT_SHOWN
    places = decimals(one.margin)
    return f"{rounded(one.low, places)} to {rounded(one.high, places)}"
