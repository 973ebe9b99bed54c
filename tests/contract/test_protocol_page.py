"""The page that client writers work from has the values that the code computes."""

import dataclasses
import re
from pathlib import Path

import pytest

from privacy import receipt_code, sealing, tokens
from privacy.answers import Response, encode, layout_for
from privacy.contract import FORMAT, Policy, Weights
from privacy.survey import Attribute, Option, Question
from tests.survey_parts import hierarchy

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
TEXT = " ".join(PAGE.split())
WAVE = bytes(range(32))
CODE = "0123-4567-89AB-CDEF-GHJK-MNPQ-RS"


def _options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": "x"}) for place in range(count))


def test_the_worked_plaintext_is_what_the_code_encodes() -> None:
    questions = (
        Question("scale", "scale", {"en": "?"}, _options(5)),
        Question("text", "text", {"en": "?"}, max_bytes=40),
        Question("choice", "choice", {"en": "?"}, _options(3)),
        Question("multiple", "multiple", {"en": "?"}, _options(10)),
        Question("nps", "nps", {"en": "?"}),
    )
    attributes = (Attribute("four", {"en": "?"}, _options(4)), Attribute("three", {"en": "?"}, _options(3)))
    layout = layout_for(questions, attributes)
    answers = {"scale": 4, "text": "Größe", "choice": 0, "multiple": frozenset({0, 9}), "nps": 10}
    plaintext = encode(layout, Response(answers, {"four": 3, "three": 0}))
    shown = "01 05 01 010102 0b 04 01 0007 4772c3b6c39f65"
    assert f"{shown} and 33 zeros" in TEXT
    assert bytes.fromhex(shown) + bytes(33) == plaintext
    assert f"| plaintext | {layout.size} |" in PAGE
    assert f"| envelope | {sealing.envelope_size(layout)} |" in PAGE
    assert f"{sealing.envelope_size(0)} bytes longer" in TEXT


def test_the_worked_hierarchy_is_what_the_code_encodes() -> None:
    layout = layout_for((), hierarchy(("department", [3]), ("team", [2, 1, 3])))
    shown = [encode(layout, Response({}, {"team": team}))[1:].hex(" ") for team in (0, 2, 5)]
    assert "are `{}`, `{}` and `{}`.".format(*shown) in TEXT


def test_every_field_of_the_manifest_is_on_the_page() -> None:
    for kind in (Attribute, Option, Policy, Weights):
        unpromised = {"reason", "path", "ordered"}
        for field in dataclasses.fields(kind):
            assert field.name in unpromised or re.search(rf"[`{{ ]{field.name}[`,}} ]", PAGE), field.name


def test_the_worked_hashes_are_what_the_code_computes() -> None:
    nonce = sealing.nonce_of(WAVE, b"\4" + b"\1" * 64)
    nullifier = sealing.nullifier_of(tokens.token_input(WAVE, nonce, bytes(range(32, 64))))
    assert receipt_code.normalise(CODE) == CODE
    for name, value in (
        ("nonce", nonce.hex()),
        ("nullifier", nullifier.hex()),
        ("receipt code", CODE),
        ("secret", receipt_code._secret(CODE).hex()),
        ("locator", receipt_code.locator_of(CODE, WAVE).hex()),
        ("locker key", receipt_code._derived(CODE, WAVE, b"sottovoce/1/locker", 32).hex()),
    ):
        assert f"\n{name:13}{value}\n" in PAGE


def test_the_issuer_key_on_the_page_is_the_encoding() -> None:
    modulus = 1 << 2047 | 1
    head, tail = tokens.encode_public_key(modulus).split(modulus.to_bytes(256, "big"))
    assert f"{head.hex()} | n, 256 bytes | {tail.hex()}" in "".join(PAGE.split("\n")).replace("  ", " ")


@pytest.mark.parametrize(
    ("offset", "part"),
    [
        (sealing.WAVE_OFFSET, "32 | wave"),
        (sealing.TOKEN_OFFSET, "354 | token"),
        (sealing.PUBLIC_KEY_OFFSET, "65 | `pk`"),
        (sealing.SEQUENCE_OFFSET, "4 | sequence"),
        (sealing.LOCATOR_OFFSET, "16 | locator"),
        (sealing.LOCKER_OFFSET, "60 | locker"),
        (sealing.ENC_OFFSET, "65 | `enc`"),
        (sealing.CIPHERTEXT_OFFSET, "plaintext + 16 | `ct`"),
    ],
)
def test_the_envelope_on_the_page_is_the_envelope(offset: int, part: str) -> None:
    assert f"| {offset} | {part}" in PAGE


def test_the_page_names_the_format_and_every_label() -> None:
    labels = ("pseudonym", "nullifier", "response", "locator", "locker", "receipt", "release")
    assert f'"{FORMAT}"' in PAGE
    for label in labels:
        assert f'"sottovoce/1/{label}"' in PAGE


def test_the_page_says_what_a_retry_gets_after_the_close_and_what_retention_deletes() -> None:
    assert "also after the close" in TEXT
    assert "counted from `closes_at`" in TEXT
    assert "what is still stored of the wave is deleted" not in TEXT
