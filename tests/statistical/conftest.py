"""Policies, designs and simulated organisations for tests of laws and rates.

Every test that draws real noise states the chance that it fails by bad luck; those with simulated noise have
a fixed seed and none.
"""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from privacy.contract import Policy, Weights
from privacy.plan import make_policy
from privacy.survey import Attribute, Question
from tests.survey_parts import attribute, choice, multiple, nps, options


def _scale(name: str, count: int = 5, theme: str | None = None, reverse: bool = False) -> Question:
    favourable = ("o0", "o1") if reverse else (f"o{count - 2}", f"o{count - 1}")
    return Question(name, "scale", {"en": name}, options(count), favourable, reverse, theme)


def _policy(
    questions: Sequence[Question],
    attributes: Sequence[Attribute],
    tables: Sequence[Sequence[str]] = (),
    *,
    epsilon: float = 3,
    k: int = 5,
    micro_rho: int | None = None,
    weights: Weights | None = None,
) -> Policy:
    policy = make_policy(questions, attributes, tables, epsilon=epsilon, k=k, comment_k=10, weights=weights)
    return policy if micro_rho is None else replace(policy, micro_rho=micro_rho)


def _rows(random: np.random.Generator, people: int, columns: Sequence[np.ndarray]) -> np.ndarray:
    """Plaintext rows of answers and attributes, each column (people,) or (people, bytes)."""
    parts = [np.ones(people, dtype=np.uint8), *columns]
    return np.column_stack([np.asarray(part, dtype=np.uint8) for part in parts])


@pytest.fixture(scope="session")
def plans() -> SimpleNamespace:
    """Makers of questions, ``attribute``, ``policy`` and plaintext ``rows``."""
    return SimpleNamespace(
        scale=_scale,
        choice=choice,
        multiple=multiple,
        nps=nps,
        attribute=attribute,
        policy=_policy,
        rows=_rows,
    )
