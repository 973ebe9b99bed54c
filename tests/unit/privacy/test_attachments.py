"""Pictures lose everything but the picture, and what is no picture is refused."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.attachments import cleaned
from privacy.errors import Refused

SECRET = b"52.5200N 13.4050E Anna Berger"
HEAD = bytes.fromhex("89504e470d0a1a0a")


def chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data


IHDR = chunk(b"IHDR", bytes.fromhex("00000003000000020802000000"))
IDAT = chunk(b"IDAT", zlib.compress(bytes(20)))
IEND = chunk(b"IEND", b"")
JFIF = segment(0xE0, b"JFIF\0" + bytes.fromhex("010100000100010000"))
DQT, FRAME, DHT = (
    segment(0xDB, bytes(65)),
    segment(0xC0, bytes.fromhex("080002000301011100")),
    segment(0xC4, bytes(20)),
)
SCAN = segment(0xDA, bytes.fromhex("010100003f00")) + bytes.fromhex("12ff0034ffd056")
PNG = HEAD + IHDR + IDAT + IEND
JPEG = b"\xff\xd8" + JFIF + DQT + FRAME + DHT + SCAN + b"\xff\xd9"


def test_a_png_keeps_what_shows_it_and_nothing_else() -> None:
    more = b"".join(chunk(name, SECRET) for name in (b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME", b"iCCP"))
    found = cleaned(HEAD + IHDR + more + chunk(b"gAMA", bytes(4)) + IDAT + more + IDAT + IEND + SECRET)
    assert (found.type, found.content) == (
        "image/png",
        HEAD + IHDR + chunk(b"gAMA", bytes(4)) + IDAT + IDAT + IEND,
    )


def test_a_jpeg_keeps_what_shows_it_and_nothing_else() -> None:
    more = b"".join(segment(marker, b"Exif\0\0" + SECRET) for marker in (0xE1, 0xE2, 0xED, 0xEF, 0xFE, 0xEE))
    adobe = segment(0xEE, b"Adobe" + bytes.fromhex("00640000000001"))
    thumbnail = segment(0xE0, b"JFIF\0" + bytes.fromhex("010100000100010303") + SECRET)
    dirty = (
        b"\xff\xd8"
        + thumbnail
        + more
        + adobe
        + DQT
        + more
        + FRAME
        + DHT
        + SCAN
        + DHT
        + SCAN
        + b"\xff\xd9"
        + SECRET
    )
    found = cleaned(dirty)
    assert found.type == "image/jpeg"
    assert found.content == b"\xff\xd8" + JFIF + adobe + DQT + FRAME + DHT + SCAN + DHT + SCAN + b"\xff\xd9"


BESIDE = st.lists(st.sampled_from([b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME", b"caBX"]), max_size=4)
MARKERS = st.lists(st.sampled_from([*range(0xE1, 0xF0), 0xFE]), max_size=4)


@given(data=st.data(), trailing=st.binary(max_size=40))
def test_whatever_stands_wherever_beside_the_picture_is_gone(data: st.DataObject, trailing: bytes) -> None:
    parts = [HEAD + IHDR, IDAT, IDAT, IEND]
    more = [b"".join(chunk(name, SECRET) for name in data.draw(BESIDE)) for _ in parts]
    dirty = b"".join(part + beside for part, beside in zip(parts, more, strict=True)) + trailing
    assert cleaned(dirty).content == b"".join(parts)
    parts = [b"\xff\xd8", JFIF, DQT, FRAME, DHT, SCAN, b"\xff\xd9"]
    more = [b"".join(segment(marker, SECRET) for marker in data.draw(MARKERS)) for _ in parts]
    dirty = b"".join(part + beside for part, beside in zip(parts, more, strict=True)) + trailing
    assert cleaned(dirty).content == JPEG


@pytest.mark.parametrize("whole", [PNG, JPEG])
def test_cleaning_again_changes_nothing_and_what_is_cut_is_refused(whole: bytes) -> None:
    assert cleaned(whole).content == whole
    for size in range(len(whole)):
        with pytest.raises(Refused):
            cleaned(whole[:size])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + bytes(100),
        b"%PDF-1.7",
        b"<svg onload=alert(1)>",
        HEAD + IDAT + IHDR + IEND,
        HEAD + IHDR + IEND,
        HEAD + IHDR + IDAT[:-1] + b"x" + IEND,
        JPEG[:2] + SCAN + JPEG[-2:],
        JPEG[:2] + FRAME + JPEG[-2:],
        b"\xff\xd8\xff" + PNG,
    ],
)
def test_what_lies_about_its_type_or_is_damaged_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        cleaned(data)


@given(data=st.binary(max_size=300), head=st.sampled_from([HEAD, HEAD + IHDR, JPEG[:2], JPEG[:-2]]))
def test_anything_is_cleaned_or_refused_and_never_half(data: bytes, head: bytes) -> None:
    try:
        found = cleaned(head + data)
    except Refused:
        return
    assert cleaned(found.content) == found
