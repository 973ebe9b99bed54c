"""What spoils a picture: ink that is lost on its ground, characters that XML cannot say."""

from xml.etree import ElementTree

import pytest

from service.charts.colours import READABLE, SEQUENTIAL, contrast, ink_on, scale
from service.charts.draw import draw
from service.charts.shapes import Bar, Distribution, Part


@pytest.mark.parametrize("options", range(1, 30))
def test_numbers_can_be_read_on_every_colour_of_any_scale(options: int) -> None:
    assert all(contrast(ink_on(colour), colour) >= READABLE for colour in (*scale(options), *SEQUENTIAL))


@pytest.mark.parametrize("broken", ["\0", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_a_character_that_xml_cannot_say_does_not_spoil_the_picture(broken: str) -> None:
    said = f"a{broken}b"
    picture = draw(Distribution(said, (Bar(said, (Part(said, 1.0),)),)), alone=True)
    assert "a\ufffdb" in "".join(ElementTree.fromstring(picture).itertext())  # noqa: S314 - drawn here
