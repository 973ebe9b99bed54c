"""Colours that stay apart for colour-blind eyes, and the ink that can be read on each."""

from collections.abc import Sequence

# From the unfavourable end to the favourable one; orange and blue differ in lightness too.
SCALE = ("#9a4a07", "#e49b55", "#d3d7db", "#79aecb", "#1c5f87")
SEQUENTIAL = ("#eaf2f6", "#cfe1ea", "#a9cadb", "#7fb0c9", "#4f8fb0", "#2b7098", "#1c5f87")
DARK_INK, LIGHT_INK, BLACK = "#14202b", "#ffffff", "#000000"
READABLE = 4.5  # contrast of text (WCAG 2.2, 1.4.3)


def scale(options: int) -> tuple[str, ...]:
    """As many colours as there are options, ends of SCALE at the ends."""
    if options <= 1:
        return SCALE[-1:] * options
    return tuple(_between(SCALE, n / (options - 1)) for n in range(options))


def step(value: float, least: float, most: float) -> int:
    """Which colour of SEQUENTIAL a value has, 0 to 6."""
    share = (value - least) / (most - least) if most > least else 0.0
    return min(len(SEQUENTIAL) - 1, max(0, int(share * len(SEQUENTIAL))))


def ink_on(colour: str) -> str:
    """The ink with the higher contrast on a ground, black where neither can be read: at least READABLE."""
    best = max((DARK_INK, LIGHT_INK), key=lambda ink: contrast(ink, colour))
    if contrast(best, colour) >= READABLE:
        return best
    return max((BLACK, LIGHT_INK), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def channels(colour: str) -> list[float]:
    """Red, green and blue of #rrggbb, 0 to 1 each."""
    return [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]


def _between(colours: Sequence[str], share: float) -> str:
    place = share * (len(colours) - 1)
    first = min(int(place), len(colours) - 2)
    pair = zip(channels(colours[first]), channels(colours[first + 1]), strict=True)
    mixed = (round(255 * (one + (place - first) * (other - one))) for one, other in pair)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
