"""A chart as PNG. The font is shipped: without one the text would silently be missing."""

from functools import lru_cache
from pathlib import Path

import typst

FONTS = Path(__file__).parent / "fonts"
_PAGE = b"""#set page(width: auto, height: auto, margin: 12pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: 300pt)
"""


@lru_cache(maxsize=16)
def png(svg: str) -> bytes:
    """``svg``, which stands alone, as a PNG of 288 pixels an inch on a white ground."""
    image: bytes = typst.compile(
        _PAGE,
        format="png",
        ppi=288,
        font_paths=typst.Fonts(font_paths=[str(FONTS)], include_system_fonts=False),
        sys_inputs={"svg": svg},
    )
    return image
