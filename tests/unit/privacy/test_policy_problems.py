"""A policy that contradicts itself, the survey or what can be computed is named with its place."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from privacy.contract import Policy, Weights
from privacy.plan import make_policy
from privacy.policy_problems import (
    LARGEST_COUNT_WEIGHT,
    LARGEST_QUESTION_WEIGHT,
    LARGEST_TABLE_WEIGHT,
    problems_of,
)
from privacy.survey import Attribute, Question
from tests.survey_parts import attribute, choice, hierarchy, options

QUESTIONS = (choice("q", 3), choice("r", 2))
ATTRIBUTES = (attribute("a", 3), attribute("b", 2))
COMPANY = hierarchy(("division", [8]), ("department", [5] * 8), ("team", [10] * 40))
FLAT = tuple(attribute(f"a{number}", 6) for number in range(8))
SINGLES = [(one.id,) for one in (*COMPANY, *FLAT)]


def faults(
    policy: Policy, questions: Sequence[Question] = QUESTIONS, attributes: Sequence[Attribute] = ATTRIBUTES
) -> list[tuple[str, str]]:
    return [(problem.id, problem.place) for problem in problems_of(questions, attributes, policy)]


def policy_with(breakdowns: Sequence[Sequence[str]] = (("a",),), **weights: tuple[int, ...]) -> Policy:
    policy = make_policy(QUESTIONS, ATTRIBUTES, [("a",)], epsilon=3, k=5, comment_k=10)
    parts = {"counts": (1, 1), "tables": (1, 1), "questions": (1, 1), **weights}
    return replace(policy, tables=((), *map(tuple, breakdowns)), weights=Weights(**parts))


@pytest.mark.parametrize(
    ("name", "largest"),
    [
        ("counts", LARGEST_COUNT_WEIGHT),
        ("tables", LARGEST_TABLE_WEIGHT),
        ("questions", LARGEST_QUESTION_WEIGHT),
    ],
)
def test_weights_are_whole_numbers_from_1_to_the_largest_one_for_each_table_or_question(
    name: str, largest: int
) -> None:
    place = f"policy.weights.{name}"
    assert faults(policy_with(**{name: (1, largest)})) == []
    for weights in ((1, 0), (-1, 1), (largest + 1, 1)):
        assert faults(policy_with(**{name: weights})) == [("weights-out-of-range", place)]
    for weights in ((), (1,), (1, 1, 1)):
        assert faults(policy_with(**{name: weights})) == [("weights-length", place)]
    assert faults(policy_with(**{name: (0,)})) == [("weights-length", place), ("weights-out-of-range", place)]


def test_comments_of_fewer_people_than_k_contradict_k() -> None:
    policy = policy_with()
    assert faults(replace(policy, comment_k=policy.k)) == []
    assert faults(replace(policy, comment_k=policy.k - 1)) == [("comment-k", "policy.comment_k")]


@pytest.mark.parametrize("levels", [0, 1])
def test_an_attribute_of_one_level_breaks_nothing_down(levels: int) -> None:
    attributes = (*ATTRIBUTES, attribute("c", levels))
    assert faults(policy_with(), attributes=attributes) == []
    for table in (("c",), ("a", "c")):
        assert faults(policy_with([table]), attributes=attributes) == [("one-level", "policy.tables[1]")]


def test_a_step_of_one_unit_breaks_nothing_down() -> None:
    steps = hierarchy(("company", [1]), ("team", [3]))
    policy = policy_with([("company",)])
    assert faults(policy, attributes=steps) == [("one-level", "policy.tables[1]")]
    assert faults(policy_with([("team",)]), attributes=steps) == []


@pytest.mark.parametrize(
    ("crosses", "problem"),
    [
        ([], None),
        ([("department", "a0")], None),  # 508 groups and 41 times 7
        ([("department", "a0"), ("division", "a1"), ("a0", "a2"), ("a2", "a3")], None),  # 956 groups
        (
            [("department", "a0"), ("division", "a1"), ("a0", "a2"), ("a2", "a3"), ("a3", "a4")],
            "too-many-groups",
        ),
    ],
)
def test_400_teams_8_attributes_and_30_items_are_allowed_and_crosses_up_to_1000_groups(
    crosses: list[tuple[str, str]], problem: str | None
) -> None:
    items = [Question(f"q{number}", "scale", {"en": "x"}, options(5)) for number in range(30)]
    tables = ((), *SINGLES, *crosses)
    weights = Weights((1,) * len(tables), (1,) * len(tables), (1,) * len(items))
    policy = replace(policy_with(), tables=tables, weights=weights)
    found = faults(policy, items, (*COMPANY, *FLAT))
    assert found == ([] if problem is None else [(problem, "policy.tables")])
