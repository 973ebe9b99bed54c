"""Which characters the shipped font can draw: a document of PDF/UA may have no other."""

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

FONT_FILE = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_UNTOLD = {"Cc", "Cn", "Co", "Cs"}  # control, unassigned, private, surrogate: no reader can say them
_GROUPS = 12  # the format of the table that covers all of Unicode (OpenType, "cmap")


def drawable(text: str) -> str:
    """``text`` with the replacement character for each character that the shipped font lacks."""
    known = _covered()
    return "".join(
        one if one == "\n" or (ord(one) in known and unicodedata.category(one) not in _UNTOLD) else "\ufffd"
        for one in text
    )


@lru_cache(maxsize=1)
def _covered() -> frozenset[int]:
    font = FONT_FILE.read_bytes()
    tables = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(*_count(font, 4)))
    cmap = next(offset for tag, _, offset, _ in tables if tag == b"cmap")
    found: set[int] = set()
    for n in range(*_count(font, cmap + 2)):
        (offset,) = struct.unpack_from(">I", font, cmap + 4 + 8 * n + 4)
        at = cmap + offset
        if struct.unpack_from(">H", font, at)[0] == _GROUPS:
            (groups,) = struct.unpack_from(">I", font, at + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * group)
                found.update(range(first, last + 1))
    return frozenset(found)


def _count(font: bytes, at: int) -> tuple[int]:
    (count,) = struct.unpack_from(">H", font, at)
    return (count,)
