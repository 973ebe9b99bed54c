"""Released waves of a program, of given answers, without noise or with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from privacy import signatures
from privacy.answers import layout_for
from privacy.contract import Manifest
from privacy.count import count, vector
from privacy.deviation import FigureName
from privacy.plan import design_of, make_policy
from privacy.release import BoardFacts, Draw, build_release, protect
from privacy.released_wave import ReleasedWave
from privacy.survey import Attribute, Option, Question
from tests.survey_parts import nps, options

LEVELS = ("mentee", "mentor", "neither")
VOICE, INDEX = FigureName("mean", "voice"), FigureName("mean")
EPSILON = 20.0  # so that groups of twenty are shown
POINT = signatures.point_of(signatures.new_key())

Answers = Mapping[str, Sequence[int]]  # by level, each person's answer to every question: 1 to 5


def questions(*, reverse: bool = False, text: str = "We are heard.") -> tuple[Question, ...]:
    """Two items of one theme, and eNPS."""
    favourable = ("o0", "o1") if reverse else ("o3", "o4")
    voice = Question("voice", "scale", {"en": text}, options(5), favourable, reverse, "climate")
    pace = Question("pace", "scale", {"en": "The pace is right."}, options(5), ("o3", "o4"), theme="climate")
    return (voice, pace, nps("recommend"))


def attribute(invited: Sequence[int | None]) -> Attribute:
    """Who takes part, with public numbers of people."""
    levels = tuple(
        Option(name, {"en": name}, None, number) for name, number in zip(LEVELS, invited, strict=True)
    )
    return Attribute("takes-part", {"en": "Takes part"}, levels, "roster")


def a_manifest(
    asked: Sequence[Question] = (), invited: Sequence[int] = (60, 60, 120), **other: Any
) -> Manifest:
    """The contract of a wave on ``asked``, broken down by who takes part."""
    asked, attributes = tuple(asked) or questions(), (attribute(invited),)
    policy = make_policy(asked, attributes, [("takes-part",)], epsilon=EPSILON, k=5, comment_k=5)
    manifest = Manifest(
        survey_id="program",
        survey_version="1",
        title={"en": "Program"},
        opens_at=datetime(2026, 1, 1, tzinfo=UTC),
        closes_at=datetime(2026, 1, 8, tzinfo=UTC),
        invited=sum(invited),
        retention_days=30,
        questions=asked,
        attributes=attributes,
        policy=policy,
        hpke_public_key=POINT,
        issuer_public_key=b"",
        receipt_public_key=POINT,
        release_public_key=POINT,
    )
    return replace(manifest, **other)


def a_release(manifest: Manifest, answers: Answers, *, noise: bool = False) -> dict[str, Any]:
    """The release of these answers. A reversed question is answered at its other end."""
    design = design_of(manifest.questions, manifest.attributes, manifest.policy)
    layout = layout_for(manifest.questions, manifest.attributes)
    given = [(level, one) for level, name in enumerate(LEVELS, start=1) for one in answers.get(name, ())]
    rows = np.ones((len(given), layout.fixed_size), dtype=np.uint8)
    score = np.array([one for _, one in given])
    for field, question in zip(layout.questions, manifest.questions, strict=True):
        rows[:, field.offset] = 6 - score if question.reverse else score
        if question.type == "nps":
            rows[:, field.offset] = 2 * score + 1
    rows[:, layout.attributes[0].offset] = [level for level, _ in given]
    counts = count(design, rows)
    if noise:
        draw = protect(design, counts, 0, {}, manifest.policy)
    else:
        draw = Draw(tuple(vector(design, counts, 0)), (False,) * design.cells, ())
    board = BoardFacts(bytes(32), len(given), len(given), manifest.invited)
    return build_release(manifest, board, draw)


def a_wave(answers: Answers, *, manifest: Manifest | None = None, noise: bool = False) -> ReleasedWave:
    """A released wave to compare with."""
    manifest = manifest or a_manifest()
    return ReleasedWave(manifest, a_release(manifest, answers, noise=noise))


def around(mean: int, people: int) -> list[int]:
    """Answers of so many people, a multiple of four: one below the mean, two at it, one above."""
    return [mean - 1, mean, mean, mean + 1] * (people // 4)
