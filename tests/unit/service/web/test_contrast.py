"""The colours of the pages can be told apart: WCAG 2.2, success criteria 1.4.3 and 1.4.11."""

import re
from itertools import product
from pathlib import Path

import pytest

import service.web
from service.charts.colours import contrast

SHEET = (Path(service.web.__file__).parent / "static" / "css" / "site.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))
    for block in re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)
)
THEMES = {"light": LIGHT, "dark": LIGHT | DARK}
TEXT = [
    *product(("ink", "soft", "link", "bad", "warn", "good"), ("ground", "card")),
    ("on-brand", "brand"),
    ("ink", "chosen"),
    ("ink", "warn-ground"),
    ("ink", "bad-ground"),
    ("bad", "bad-ground"),
]
PARTS = [("line", "card"), ("line", "ground"), ("focus", "ground"), ("focus", "card")]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    assert contrast(THEMES[theme][ink], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("part", "ground"), PARTS)
def test_borders_and_focus_can_be_seen(theme: str, part: str, ground: str) -> None:
    assert contrast(THEMES[theme][part], THEMES[theme][ground]) >= 3
