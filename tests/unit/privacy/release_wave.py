"""A wave to make releases of: its counts, its draws with and without noise, and what they are built into."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np

from privacy import signatures
from privacy.answers import layout_for
from privacy.contract import Manifest
from privacy.count import Counts, count, vector
from privacy.plan import design_of, make_policy
from privacy.release import BoardFacts, Draw, build_release, protect
from privacy.survey import Attribute, Option, Question


def options(size: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": "x"}) for place in range(size))


QUESTIONS = (
    Question("s", "scale", {"en": "x"}, options(5), ("o3", "o4"), theme="t"),
    Question("why", "text", {"en": "x"}, max_bytes=40),
    Question("n", "nps", {"en": "x"}),
    Question("else", "text", {"en": "x"}, max_bytes=40),
)
ATTRIBUTES = (Attribute("a", {"en": "x"}, options(3)),)
LAYOUT = layout_for(QUESTIONS, ATTRIBUTES)


def new_wave() -> SimpleNamespace:
    """A wave: its release ``key``, ``policy``, ``manifest``, ``design`` and the ``facts`` of its board."""
    key = signatures.new_key()
    policy = make_policy(QUESTIONS, ATTRIBUTES, [("a",)], epsilon=3, k=5, comment_k=5)
    manifest = Manifest(
        survey_id="s",
        survey_version="1",
        title={"en": "s"},
        opens_at=datetime(2026, 1, 1, tzinfo=UTC),
        closes_at=datetime(2026, 1, 8, tzinfo=UTC),
        invited=240,
        retention_days=30,
        questions=QUESTIONS,
        attributes=ATTRIBUTES,
        policy=policy,
        hpke_public_key=signatures.point_of(signatures.new_key()),
        issuer_public_key=b"",
        receipt_public_key=signatures.point_of(signatures.new_key()),
        release_public_key=signatures.point_of(key),
    )
    design = design_of(QUESTIONS, ATTRIBUTES, policy)
    facts = BoardFacts(bytes(range(32)), 200, 210, 240)
    return SimpleNamespace(key=key, policy=policy, manifest=manifest, design=design, facts=facts)


def counts_of(wave: SimpleNamespace, *groups: int) -> Counts:
    """Counts of these numbers of people in the levels of the attribute, not said last; answers vary."""
    levels = np.repeat([1, 2, 3, 0], groups)
    rows = np.ones((len(levels), LAYOUT.fixed_size), dtype=np.uint8)
    rows[:, LAYOUT.questions[0].offset] = np.arange(len(levels)) % 3 + 3
    rows[:, LAYOUT.questions[1].offset] = np.arange(len(levels)) % 12
    rows[:, LAYOUT.attributes[0].offset] = levels
    return count(wave.design, rows)


def draw_of(wave: SimpleNamespace, counts: Counts) -> Draw:
    return protect(wave.design, counts, 2, {"why": ["one", "two", "three", "four", "five"]}, wave.policy)


def exact_draw(wave: SimpleNamespace, counts: Counts) -> Draw:
    """A draw whose noise is zero."""
    return Draw(tuple(vector(wave.design, counts, 0)), (False,) * wave.design.cells, ())


def release_of(wave: SimpleNamespace, draw: Draw) -> dict[str, Any]:
    return build_release(wave.manifest, wave.facts, draw)
