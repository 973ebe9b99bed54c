"""Questions, attributes and policies to build release designs from."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from privacy.plan import design_of, make_policy
from privacy.survey import Attribute, Question
from tests.survey_parts import attribute, choice, multiple, nps, options


def _scale(name: str, count: int, favourable: Sequence[int] = ()) -> Question:
    ids = tuple(f"o{place}" for place in favourable)
    return Question(name, "scale", {"en": name}, options(count), ids)


def _design(
    questions: Sequence[Question],
    attributes: Sequence[Attribute],
    tables: Sequence[Sequence[str]],
    k: int = 5,
) -> object:
    policy = make_policy(questions, attributes, tables, epsilon=3, k=k, comment_k=10)
    return design_of(questions, attributes, policy)


@pytest.fixture(scope="session")
def plans() -> SimpleNamespace:
    """Makers of questions (``scale``, ``choice``, ``multiple``, ``nps``), ``attribute`` and ``design``."""
    return SimpleNamespace(
        scale=_scale, choice=choice, multiple=multiple, nps=nps, attribute=attribute, design=_design
    )
