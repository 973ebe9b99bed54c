"""Two waves of one pairing, and the records of the responses to them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from privacy import signatures
from privacy.answers import Response, encode, layout_of
from privacy.answers_batch import decode_batch
from privacy.contract import Manifest, Measure
from privacy.pairing import make_pairing, records_of
from privacy.plan import make_policy
from privacy.survey import Attribute, Question
from tests.survey_parts import options

PAIRING_ID = bytes(range(16))
QUESTIONS = (
    Question("heard", "scale", {"en": "x"}, options(5), ("o3", "o4"), theme="voice"),
    Question("ignored", "scale", {"en": "x"}, options(5), ("o0", "o1"), reverse=True, theme="voice"),
    Question("why", "text", {"en": "x"}, max_bytes=20),
    Question("pace", "scale", {"en": "x"}, options(5), ("o3", "o4")),
)
ATTRIBUTES = (Attribute("takes-part", {"en": "x"}, options(2)),)
VOICE, PACE = Measure(None, "voice"), Measure("pace", None)


def two_waves(
    *, measures: tuple[Measure, ...] = (VOICE,), by: str | None = None, epsilon: float = 1.5
) -> tuple[Manifest, Manifest]:
    """The manifests of an earlier wave and of the one that is paired with it."""
    policy = make_policy(QUESTIONS, ATTRIBUTES, (), epsilon=3, k=5, comment_k=5)
    point = signatures.point_of(signatures.new_key())
    wanted: dict[str, Any] = {"pairing_id": PAIRING_ID, "measures": measures, "by": by, "epsilon": epsilon}
    earlier = Manifest(
        survey_id="s",
        survey_version="1",
        title={"en": "s"},
        opens_at=datetime(2026, 1, 1, tzinfo=UTC),
        closes_at=datetime(2026, 1, 8, tzinfo=UTC),
        invited=300,
        retention_days=30,
        questions=QUESTIONS,
        attributes=ATTRIBUTES,
        policy=policy,
        hpke_public_key=point,
        issuer_public_key=b"",
        receipt_public_key=point,
        release_public_key=point,
        pairing=make_pairing(
            QUESTIONS, ATTRIBUTES, policy, carried_until=datetime(2026, 5, 1, tzinfo=UTC), **wanted
        ),
    )
    later = replace(
        earlier,
        opens_at=datetime(2026, 4, 1, tzinfo=UTC),
        closes_at=datetime(2026, 4, 8, tzinfo=UTC),
        pairing=make_pairing(QUESTIONS, ATTRIBUTES, policy, earlier=earlier.wave, **wanted),
    )
    return earlier, later


def tag(number: int) -> bytes:
    """The tag of the person of this number, from 1."""
    return number.to_bytes(16, "big")


def records(manifest: Manifest, responses: Iterable[tuple[bytes | None, Mapping[str, Any]]]) -> np.ndarray:
    """The records of responses, each a tag and positions by question or attribute id."""
    layout = layout_of(manifest)
    plaintexts = []
    for code, given in responses:
        levels = {name: given[name] for name in ("takes-part",) if name in given}
        answers = {name: value for name, value in given.items() if name not in levels}
        plaintexts.append(encode(layout, Response(answers, levels, code)))
    return records_of(manifest, decode_batch(layout, plaintexts))
