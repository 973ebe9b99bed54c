"""Questions, attributes and policies to build release designs from."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from privacy.plan import design_of, make_policy
from privacy.survey import Attribute, Option, Question


def _options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": f"Option {place}"}) for place in range(count))


def _scale(name: str, options: int, favourable: Sequence[int] = ()) -> Question:
    ids = tuple(f"o{place}" for place in favourable)
    return Question(name, "scale", {"en": name}, _options(options), ids)


def _choice(name: str, options: int) -> Question:
    return Question(name, "choice", {"en": name}, _options(options))


def _multiple(name: str, options: int) -> Question:
    return Question(name, "multiple", {"en": name}, _options(options))


def _nps(name: str) -> Question:
    return Question(name, "nps", {"en": name})


def _attribute(name: str, levels: int) -> Attribute:
    return Attribute(name, {"en": name}, _options(levels))


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
        scale=_scale, choice=_choice, multiple=_multiple, nps=_nps, attribute=_attribute, design=_design
    )
