from dataclasses import replace

import numpy as np
import pytest

from privacy.consistency import Consistent, Projection
from privacy.estimate import Figure, estimate
from privacy.gate import passes, precise, shown_groups
from privacy.plan import Design, design_of, make_policy
from privacy.survey import Attribute, Option


def attribute(name: str, levels: int) -> Attribute:
    return Attribute(name, {"en": name}, tuple(Option(f"o{place}", {"en": "x"}) for place in range(levels)))


@pytest.fixture(scope="module")
def design() -> Design:
    attributes = (attribute("a", 3),)
    return design_of((), attributes, make_policy((), attributes, [("a",)], epsilon=3, k=5, comment_k=10))


def with_counts(design: Design, *parts: float) -> Consistent:
    """Noisy counts of the levels of one attribute, not said last, and the whole that they add up to."""
    sums = Projection(design)([0] * design.size)
    return replace(sums, counts=np.array([sum(parts), *parts], dtype=float))


def nobody_held(design: Design) -> np.ndarray:
    return np.zeros(design.cells, dtype=bool)


def test_a_group_passes_from_k_and_z_standard_errors(design: Design) -> None:
    error = Projection(design)([0] * design.size).count_errors[1]
    threshold = design.k + design.z * error
    passing = passes(design, with_counts(design, threshold + 1e-6, threshold - 1e-6, 1_000, -3))
    assert passing.tolist() == [True, True, False, True, False]


def test_the_smallest_group_is_withheld_with_one_that_does_not_pass(design: Design) -> None:
    sums = with_counts(design, 60, 2, 100, 80)
    assert shown_groups(design, sums, nobody_held(design)).tolist() == [True, False, False, True, True]


def test_those_who_did_not_say_cost_no_group(design: Design) -> None:
    sums = with_counts(design, 60, 80, 100, 2)
    assert shown_groups(design, sums, nobody_held(design)).tolist() == [True, True, True, True, False]


def test_two_small_groups_that_are_large_together_cost_no_other(design: Design) -> None:
    sums = with_counts(design, 12, 13, 100, 80)
    assert not passes(design, sums)[[1, 2]].any()
    assert shown_groups(design, sums, nobody_held(design)).tolist() == [True, False, False, True, True]


def test_nothing_is_shown_where_the_whole_does_not_pass(design: Design) -> None:
    sums = replace(with_counts(design, 60, 80, 100, 2), counts=np.array([10.0, 60, 80, 100, 2]))
    assert not shown_groups(design, sums, nobody_held(design)).any()


def test_a_group_of_fewer_than_k_people_is_withheld_whatever_its_noisy_count(design: Design) -> None:
    sums = with_counts(design, 60, 80, 100, 70)
    held = nobody_held(design)
    held[2] = True
    assert shown_groups(design, sums, held).tolist() == [True, False, False, True, True]


def test_a_margin_is_shown_up_to_its_limit(design: Design) -> None:
    margins = np.array([0.1, 0.5, 0.5001, np.inf])
    assert precise(design, 0.5, margins, np.full(4, 40.0)).tolist() == [True, True, False, False]


def test_a_question_that_fewer_than_k_may_have_answered_is_withheld(design: Design) -> None:
    answered = np.array([-3.0, design.k - 0.01, design.k])
    assert precise(design, 0.5, np.full(3, 0.1), answered).tolist() == [False, False, True]


def test_a_group_that_passes_always_has_a_count_to_show(design: Design) -> None:
    sums = with_counts(design, 40, 40, 40, 40)
    count = estimate(design, sums, Figure("count"))
    assert passes(design, sums).all()
    assert precise(design, np.inf, count.judged, count.answered).all()
