"""How each question was answered: one stacked bar a question."""

from service.charts.colours import LIGHT_INK, ink_on, scale
from service.charts.shapes import NOT_SHOWN, Bar, Distribution, Part
from service.charts.svg import LETTERS, ROW, WIDTH, drawing, element, hatch, heading, text, wrapped

ALMOST_ALL = "almost all"
_THICK = 22  # of a bar
_FEW = 0.09  # a part narrower than this share has no room for its number


def draw_bar(bar: Bar) -> str:
    """One bar alone, for a page that prints its question beside it."""
    return drawing(float(_THICK + 2), bar.label, _told(bar), _parts(bar, 1.0))


def draw_distribution(chart: Distribution, *, alone: bool) -> str:
    """All bars under each other, each under its question."""
    parts, y = heading(chart.title, alone=alone)
    for bar in chart.bars:
        for line in wrapped(bar.label, LETTERS):
            parts.append(text(0, y, line))
            y += ROW
        parts += _parts(bar, y - 10)
        y += _THICK + 14
    described = " ".join(_told(bar) for bar in chart.bars)
    return drawing(y, chart.title, described, parts, alone=alone)


def _parts(bar: Bar, y: float) -> list[str]:
    shares = [_width(part) for part in bar.parts]
    known = [share for share in shares if share is not None]
    if len(known) < len(shares) or not sum(known):
        words = NOT_SHOWN
        label = text(WIDTH / 2, y + 15, words, text_anchor="middle")
        ground = element(
            "rect",
            {
                "x": 30,
                "y": y + 2,
                "width": WIDTH - 60,
                "height": _THICK - 4,
                "fill": "#ffffff",
                "class": "ground",
            },
        )
        return [hatch(0.5, y, WIDTH - 1, float(_THICK)), ground, label]
    drawn, x = [], 0.0
    for part, share, colour in zip(bar.parts, known, scale(len(known)), strict=True):
        width = WIDTH * share / sum(known)
        if width < 0.05:
            continue
        area = {"x": x, "y": y, "width": width, "height": _THICK, "fill": colour, "stroke": LIGHT_INK}
        drawn.append(element("rect", {**area, "stroke-width": 1}))
        if share / sum(known) >= _FEW:
            middle = {"text_anchor": "middle", "fill": ink_on(colour), "class_": "on"}
            drawn.append(
                text(
                    x + width / 2,
                    y + 15,
                    str(round(100 * min(1, part.share or 0))) if part.share is not None else ALMOST_ALL,
                    **middle,
                )
            )
        x += width
    return drawn


def _told(bar: Bar) -> str:
    return f"{bar.label}: {', '.join(f'{part.label} {_share(part)}' for part in bar.parts)}."


def _share(part: Part) -> str:
    return part.words or (NOT_SHOWN if part.share is None else f"{round(100 * part.share)} %")


def _width(part: Part) -> float | None:
    """How wide a part is drawn: what is almost none has no width, what is almost all has all."""
    if part.words is not None:
        return 1.0 if part.words == ALMOST_ALL else 0.0
    return None if part.share is None else max(0.0, part.share)
