"""What is counted of conversations: a fixed public domain of cells, whatever happens."""

from collections.abc import Mapping, Sequence

ANSWERED = ("1", "7", "30", "later")  # within so many days
VERDICTS = ("resolved", "not-resolved")
HISTOGRAMS = 4  # opened, answered, verdict, theme: a conversation adds one to a cell of each at most
_DAYS = (1, 7, 30)

Cell = tuple[str, str, str]  # channel, what, cell


def answered_within(days: int) -> str:
    """The cell of a first answer after so many days."""
    return next((str(most) for most in _DAYS if days <= most), "later")


def cells_of(channels: Mapping[str, Sequence[str]]) -> list[Cell]:
    """Every cell, whatever happened; ``channels`` are ids and the ids of their themes."""
    return [
        cell
        for channel in sorted(channels)
        for cell in (
            (channel, "opened", ""),
            *((channel, "answered", name) for name in ANSWERED),
            *((channel, "verdict", name) for name in VERDICTS),
            *((channel, "theme", name) for name in channels[channel]),
        )
    ]
