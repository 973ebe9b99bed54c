"""Pictures without what a camera or a program wrote beside them: place, time, device, owner, thumbnails.

What shows the picture is copied and everything else is left out, whatever it is. A file that is not laid out
as a JPEG (ITU T.81) or a PNG (https://www.w3.org/TR/png-3/) is refused. The browser has the same rules in
attachments.js.
"""

import zlib
from dataclasses import dataclass
from typing import Literal

from privacy.errors import Refused

ImageType = Literal["image/jpeg", "image/png"]

_PNG = bytes.fromhex("89504e470d0a1a0a")
_PNG_CHUNKS = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"sRGB"))
_HEADER_CHUNK, _EMPTY_CHUNK = 25, 12  # bytes of IHDR and IEND with their length, name and checksum

_JPEG = bytes.fromhex("ffd8ff")
_SOI, _EOI, _SOS, _APP0, _APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xEE
_FRAMES = frozenset((0xC0, 0xC1, 0xC2))  # those that browsers show
_TABLES = frozenset((0xC4, 0xDB, 0xDD))  # DHT, DQT, DRI
_RESTARTS = range(0xD0, 0xD8)
_JFIF = 14  # bytes that a JFIF segment has without its thumbnail
_ADOBE = 14
_SMALLEST_FRAME = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and nothing else."""

    type: ImageType
    content: bytes


def cleaned(data: bytes) -> Picture:
    """The picture in a file. Raises Refused if it is neither a JPEG nor a PNG, or is damaged."""
    if data.startswith(_PNG):
        return Picture("image/png", _PNG + b"".join(_chunks(data)))
    if data.startswith(_JPEG):
        return Picture("image/jpeg", b"".join(_segments(data)))
    raise Refused("the file is neither a JPEG nor a PNG")


def _chunks(data: bytes) -> list[bytes]:
    kept: list[bytes] = []
    seen: set[bytes] = set()
    place = len(_PNG)
    while place + _EMPTY_CHUNK <= len(data):
        end = place + _EMPTY_CHUNK + int.from_bytes(data[place : place + 4], "big")
        name, checksum = data[place + 4 : place + 8], data[end - 4 : end]
        if end > len(data) or zlib.crc32(data[place + 4 : end - 4]) != int.from_bytes(checksum, "big"):
            break
        if not seen and (name != b"IHDR" or end - place != _HEADER_CHUNK):
            break
        seen.add(name)
        if name in _PNG_CHUNKS:
            kept.append(data[place:end])
        if name == b"IEND" and end - place == _EMPTY_CHUNK and b"IDAT" in seen:
            return kept
        place = end
    raise Refused("the file is not laid out as a PNG")


def _segments(data: bytes) -> list[bytes]:
    kept = [data[:2]]
    place, frame, scan = 2, False, False
    while place + 2 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == _EOI and frame and scan:
            return [*kept, bytes((0xFF, _EOI))]
        size = int.from_bytes(data[place + 2 : place + 4], "big") if place + 4 <= len(data) else 0
        end = place + 2 + size
        if size < 2 or end > len(data) or marker < min(_FRAMES) or min(_RESTARTS) <= marker <= _EOI:
            break
        segment = data[place:end]
        if marker == _APP0:
            kept += _without_thumbnail(segment)
        elif (marker == _APP14 and size == _ADOBE and segment[4:9] == b"Adobe") or marker in _TABLES:
            kept.append(segment)
        elif marker in _FRAMES and size >= _SMALLEST_FRAME:
            frame = True
            kept.append(segment)
        elif marker == _SOS and frame:
            scan = True
            end = _end_of_scan(data, end)
            kept.append(data[place:end])
        place = end
    raise Refused("the file is not laid out as a JPEG")


def _without_thumbnail(segment: bytes) -> list[bytes]:
    """A JFIF head (ITU T.871) as it is without a thumbnail; nothing for another."""
    if len(segment) < 4 + _JFIF or segment[4:9] != b"JFIF\0":
        return []
    return [segment[:2] + (2 + _JFIF).to_bytes(2, "big") + segment[4 : 2 + _JFIF] + b"\0\0"]


def _end_of_scan(data: bytes, start: int) -> int:
    """Where the next marker is that is not part of the scan."""
    place = data.find(b"\xff", start)
    while 0 <= place < len(data) - 1:
        follows = data[place + 1]
        if follows not in (0, 0xFF) and follows not in _RESTARTS:
            return place
        place = data.find(b"\xff", place + 1)
    return len(data)
