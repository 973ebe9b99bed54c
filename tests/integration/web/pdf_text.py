"""The texts of a PDF that typst made with one font, in their order: what is copied from it or read out."""

import re
import zlib
from collections.abc import Iterator

_MARK = re.compile(rb"/\w+\s*<</MCID \d+(?:/Alt\([^()]*\))?>>\s*BDC")  # a picture's text in words is left out
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def texts_of(pdf: bytes) -> list[str]:
    """One text for each marked piece, mostly a line."""
    streams = [
        zlib.decompress(one)
        for one in re.findall(rb"/FlateDecode[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    ]
    [letters] = [_letters(one) for one in streams if b"beginbfchar" in one]
    pieces = [piece for page in streams if re.search(rb"\bBT\b", page) for piece in _MARK.split(page)[1:]]
    return ["".join(_said(one, letters) for one in _strings(piece)) for piece in pieces]


def pages_of(pdf: bytes) -> int:
    """How many sheets it takes."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def _strings(content: bytes) -> Iterator[bytes]:
    """The literal strings of a content stream, whose parentheses may be nested (ISO 32000-1, 7.3.4.2)."""
    depth = start = at = 0
    while at < len(content):
        symbol = content[at : at + 1]
        if depth and symbol == b"\\":
            at += 1
        elif symbol == b"(":
            start, depth = (start if depth else at + 1), depth + 1
        elif depth and symbol == b")":
            depth -= 1
            if not depth:
                yield _ESCAPED.sub(_unescaped, content[start:at])
        at += 1


def _said(codes: bytes, letters: dict[int, str]) -> str:
    return "".join(letters[codes[at] * 256 + codes[at + 1]] for at in range(0, len(codes), 2))


def _unescaped(found: re.Match[bytes]) -> bytes:
    name = found[1]
    return bytes([int(name, 8)]) if name[:1].isdigit() else _NAMED.get(name, name)


def _letters(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\s", cmap)
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
