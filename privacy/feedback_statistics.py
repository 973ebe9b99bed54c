"""Statistics of a month's conversations: noisy counts, and what one person can change in them.

A conversation is counted under the month of its token and nowhere else: once as opened, at most once each
with the time to its first answer, with what its sender said of the result, and with its first label. So it
adds one to four cells at most. One person opens at most ``conversations`` of a month: as many as a feedback
link is good for, once for each link that they had in it, and one for each wave that was open in that month.
Their cells may be the same, so a person changes the vector by ``sqrt(4) * conversations`` at most in the
Euclidean norm.

What happens after the next month has ended is not counted, and so the month can be published then. Noise is
the discrete Gaussian of privacy/mechanism.py, the same on every cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from privacy.feedback_cells import ANSWERED, HISTOGRAMS, VERDICTS, Cell, cells_of
from privacy.intervals import Z
from privacy.mechanism import draw, epsilon_of, sigma_of

FORMAT = "sottovoce-feedback-statistics-1"
DELTA = 1e-6
K = 5


@dataclass(frozen=True, slots=True)
class Terms:
    """What a month's statistics cost a person, and how much a person can change."""

    month: str
    micro_rho: int
    conversations: int

    @property
    def d2(self) -> int:
        """The largest squared Euclidean distance that one person makes."""
        return HISTOGRAMS * self.conversations**2

    @property
    def margin(self) -> float:
        """90 % margin of every cell: the number is off by no more in nine of ten."""
        return Z * sigma_of(self.d2, self.micro_rho)


def protect(
    terms: Terms, channels: Mapping[str, Sequence[str]], counts: Mapping[Cell, int]
) -> dict[str, Any]:
    """What is published of a month, as canonical JSON takes it: noise is drawn here, once.

    A cell is a number, or null where it is withheld; the two look the same whatever the reason. Raises
    ContractBroken if the noise would cost more than ``terms.micro_rho``.
    """
    cells = cells_of(channels)
    # What is counted of no cell (a label that is gone) is in no number.
    noisy = draw([counts.get(cell, 0) for cell in cells], terms.d2, terms.micro_rho) if cells else []
    shown = {
        cell: value if _is_shown(value, terms.margin) else None
        for cell, value in zip(cells, noisy, strict=True)
    }
    return {
        "format": FORMAT,
        "month": terms.month,
        "k": K,
        "micro_rho": terms.micro_rho,
        "epsilon": epsilon_of(terms.micro_rho, DELTA),
        "delta": DELTA,
        "conversations": terms.conversations,
        "margin": round(terms.margin, 1),
        "channels": [
            {
                "channel": channel,
                "opened": shown[channel, "opened", ""],
                "answered": [
                    {"within": name, "number": shown[channel, "answered", name]} for name in ANSWERED
                ],
                "verdicts": [
                    {"verdict": name, "number": shown[channel, "verdict", name]} for name in VERDICTS
                ],
                "themes": [
                    {"theme": name, "number": shown[channel, "theme", name]} for name in channels[channel]
                ],
            }
            for channel in sorted(channels)
        ],
    }


def _is_shown(value: int, margin: float) -> bool:
    """At least k, even if it is as far off as nine in ten are, and known to within half of itself."""
    return value >= K + margin and margin <= value / 2
