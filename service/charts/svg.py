"""SVG as text: elements with presentation attributes alone, because pages allow no style of their own.

Drawn 300 units wide, so that text of 12 units is 12 px on a phone of 320 px, and larger on wider screens.
"""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

WIDTH = 300
LETTERS = 42  # of a line of text that fits
TEXT = 12  # units; never smaller
ROW = 16  # units between lines of text
FONT = "DejaVu Sans, Noto Sans, sans-serif"
# What XML cannot say even escaped (XML 1.0, production 2): one such character would spoil the whole picture.
_UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
INK, SOFT, HAIR, BAND, LINE = "#14202b", "#4a5763", "#d5dde3", "#bcd6e2", "#1c5f87"


def element(name: str, attributes: dict[str, object], *inside: str) -> str:
    """One element; ``inside`` is markup already."""
    written = "".join(f" {key}={quoteattr(_value(value))}" for key, value in attributes.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def text(x: float, y: float, content: str, **attributes: object) -> str:
    """A line of text at its base line."""
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    return element(
        "text", {"x": x, "y": y, "font-size": TEXT, "fill": INK, "class": "ink", **named}, _said(content)
    )


def drawing(height: float, title: str, description: str, parts: Iterable[str], *, alone: bool = False) -> str:
    """The whole picture with its alternative text. ``alone`` is for a file: a white ground and a font."""
    attributes: dict[str, object] = {
        "viewBox": f"0 0 {WIDTH} {_value(height)}",
        "role": "img",
        "class": "chart",
    }
    ground = ""
    if alone:
        attributes |= {"xmlns": "http://www.w3.org/2000/svg", "width": WIDTH, "height": height}
        attributes["font-family"] = FONT
        ground = element("rect", {"width": WIDTH, "height": height, "fill": "#ffffff"})
    named = (
        element("title", {}, _said(title) or "\u200b"),
        element("desc", {}, _said(description) or "\u200b"),
    )
    return element("svg", attributes, *named, ground, *parts)


def hatch(x: float, y: float, width: float, height: float) -> str:
    """A withheld place: diagonal lines, drawn one by one because a pattern needs an id of its own."""
    lines = []
    step, at = 6.0, -height
    while at < width:
        start, end = max(at, 0.0), min(at + height, width)
        ends = ((x + end, y + height - (end - at)), (x + start, y + height - (start - at)))
        lines.append("M" + "L".join(f"{_value(one)} {_value(other)}" for one, other in ends))
        at += step
    frame = element(
        "rect",
        {
            "x": x,
            "y": y,
            "width": width,
            "height": height,
            "fill": "none",
            "stroke": "#8594a1",
            "class": "gap",
        },
    )
    return frame + element("path", {"d": "".join(lines), "stroke": "#b4bfc8", "class": "gap", "fill": "none"})


def heading(title: str, *, alone: bool) -> tuple[list[str], float]:
    """A chart's title, in a file alone since a page has its own; and where what follows begins."""
    lines = wrapped(title, 38) if alone else []
    drawn = [text(0, 12 + n * ROW, line, font_weight="bold") for n, line in enumerate(lines)]
    return drawn, 12.0 + ROW * len(lines)


def wrapped(content: str, characters: int, most: int = 3) -> list[str]:
    """``content`` in lines of at most so many characters; what is beyond ``most`` lines ends in dots."""
    lines: list[str] = []
    for word in content.split():
        if lines and len(lines[-1]) + 1 + len(word) <= characters:
            lines[-1] += f" {word}"
        else:
            lines.extend(word[at : at + characters] for at in range(0, len(word), characters))
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][: characters - 1]}…"]
    return lines or [""]


def _said(content: str) -> str:
    """Text as markup; a character that XML cannot say becomes the replacement character."""
    return escape(_UNSAYABLE.sub("\ufffd", content))


def _value(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
