"""Releases to attack, of waves whose every answer the test chooses, and guesses that are counted.

Releases are made by the code that makes them in the tally, noise included.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec
from scipy import stats

from privacy import signatures
from privacy.answers import Answer, Response, encode, layout_for
from privacy.contract import Manifest, Policy
from privacy.count import Counts, count
from privacy.guarantee import guarantee_of
from privacy.plan import Design, design_of, make_policy
from privacy.release import BoardFacts, Draw, build_release, protect, sign_release
from privacy.survey import Attribute, Option, Question

BOARD = 200  # responses on every board
ALARM = 1e-6  # how often a test may fail by bad luck
SHOW_ALL = {"scale": 1_000.0, "share": 100_000.0, "nps": 100_000.0}  # no figure is withheld for its margin
PLACE = ("table", "group", "figure", "question", "theme", "option")  # what a row is about

Person = tuple[Mapping[str, Answer], Mapping[str, int | None]]  # answers, levels of attributes
Release = dict[str, Any]


@dataclass(frozen=True)
class Setting:
    """What everybody knows before a wave opens, and the key that signs its release."""

    manifest: Manifest
    design: Design
    key: ec.EllipticCurvePrivateKey

    @property
    def policy(self) -> Policy:
        return self.manifest.policy

    def counts(self, people: Iterable[Person]) -> Counts:
        """The exact sums of what these people answer."""
        layout = layout_for(self.manifest.questions, self.manifest.attributes)
        data = b"".join(
            encode(layout, Response(answers, levels))[: layout.fixed_size] for answers, levels in people
        )
        return count(self.design, np.frombuffer(data, dtype=np.uint8).reshape(-1, layout.fixed_size))

    def draw(self, counts: Counts, comments: Mapping[str, Sequence[str]] | None = None) -> Draw:
        """What the tally stores before it publishes."""
        return protect(self.design, counts, 0, comments or {}, self.policy)

    def promised(self, relation: str) -> int:
        """How many of 100 guesses are right at most, as every release states: ``presence`` or ``answers``."""
        return int(guarantee_of(self.design, self.policy)[relation]["guess"])

    def release(self, draw: Draw, responses: int) -> Release:
        """What the tally signs."""
        board = BoardFacts(bytes(32), responses, responses, self.manifest.invited)
        return build_release(self.manifest, board, draw)

    def stored(self, draw: Draw, responses: int) -> Release:
        """What anybody reads who may read results, from the signed bytes; slower than ``release``."""
        return dict(json.loads(sign_release(self.release(draw, responses), self.key)))


def setting(
    questions: Sequence[Question],
    attributes: Sequence[Attribute] = (),
    tables: Sequence[Sequence[str]] = (),
    *,
    epsilon: float,
    k: int = 5,
    comment_k: int = 10,
    margins: Mapping[str, float] = SHOW_ALL,
    invited: int = 1_000,
) -> Setting:
    """A wave with these terms."""
    policy = make_policy(
        questions, attributes, tables, epsilon=epsilon, k=k, comment_k=comment_k, margins=margins
    )
    key = signatures.new_key()
    point = signatures.point_of(key)
    manifest = Manifest(
        survey_id="s",
        survey_version="1",
        title={"en": "s"},
        opens_at=datetime(2026, 1, 1, tzinfo=UTC),
        closes_at=datetime(2026, 1, 8, tzinfo=UTC),
        invited=invited,
        retention_days=30,
        questions=tuple(questions),
        attributes=tuple(attributes),
        policy=policy,
        hpke_public_key=point,
        issuer_public_key=b"",
        receipt_public_key=point,
        release_public_key=point,
    )
    return Setting(manifest, design_of(questions, attributes, policy), key)


def scale(name: str, options: int = 5, theme: str | None = None) -> Question:
    """A scale whose two highest options are favourable."""
    levels = tuple(Option(f"o{place}", {"en": f"Option {place}"}) for place in range(options))
    return Question(name, "scale", {"en": name}, levels, (f"o{options - 2}", f"o{options - 1}"), theme=theme)


def numbers_of(release: Release) -> np.ndarray:
    """Every value that a release states, and of which figures it states none or words instead.

    The ends of intervals follow from the values.
    """
    rows = release["figures"]
    stated = [[row["value"] or 0.0, row["shown"], row.get("words") is not None] for row in rows]
    return np.array([*np.ravel(np.array(stated, dtype=float)), release["spoiled"]["value"]])


class LinearGuess:
    """The best linear test between two worlds, learned from releases that the attacker simulates (Fisher)."""

    def __init__(self, one: np.ndarray, two: np.ndarray) -> None:
        """``one`` and ``two`` are (releases, numbers), of each world."""
        deviation = np.concatenate([one, two]).std(axis=0)
        self._scale = np.where(deviation > 0, deviation, np.inf)
        one, two = one / self._scale, two / self._scale
        spread = np.cov(one, rowvar=False) + np.cov(two, rowvar=False)
        self._direction = np.linalg.pinv(spread, 1e-6) @ (two.mean(axis=0) - one.mean(axis=0))
        self._middle = (one.mean(axis=0) + two.mean(axis=0)) / 2

    def right(self, one: np.ndarray, two: np.ndarray) -> int:
        """How many of these are put into their own world."""
        said = [(sample / self._scale - self._middle) @ self._direction > 0 for sample in (one, two)]
        return int((~said[0]).sum() + said[1].sum())


World = Sequence[Counts]  # the exact sums of each wave that the attacker has the release of
DrawOf = Callable[[Counts], Draw]


def observed(wave: Setting, world: World, number: int, draw: DrawOf | None = None) -> np.ndarray:
    """(number, numbers): all that the releases of a world's waves state, each time with other noise.

    The board says the same in every world: who did not answer had sent an answer and withdrawn it.
    """
    make = draw or wave.draw
    return np.array(
        [
            np.concatenate([numbers_of(wave.release(make(counts), BOARD)) for counts in world])
            for _ in range(number)
        ]
    )


def most_right(percent: float, guesses: int) -> int:
    """Above so many right guesses the true rate is over ``percent``, but for one run in a million."""
    return int(stats.binom.isf(ALARM, guesses, percent / 100))
