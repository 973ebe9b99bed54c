"""An attacker's best test against the shipped path, and the loss it proves.

Two neighbouring sets of responses are counted, weighted and given noise by the code that makes releases. The
attacker projects the noisy integers onto the difference of the two and guesses by a threshold half way. From
how often that is right follows a lower bound on rho, which lies above the truth once in a million runs.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from privacy import mechanism
from privacy.answers import Answer, Response, encode, layout_for
from privacy.contract import Policy
from privacy.count import count, vector
from privacy.plan import Design, design_of
from privacy.release import protect
from tests.survey_parts import hierarchy

RHO = 2.0
RUNS = 60_000  # enough to tell a scale 5 % too small from the right one
FEW_RUNS = 10_000  # enough for coarser faults
DRAWS = 800  # whole draws, which take longer
ALARM = 1e-6

Person = tuple[Mapping[str, Answer], Mapping[str, int | None]]  # answers, levels


def proven_rho(one: list[int], two: list[int], d2: int, micro_rho: int, runs: int = FEW_RUNS) -> float:
    """The lower bound on rho from ``runs`` draws of each of two vectors of sums."""
    difference = np.array(two) - np.array(one)
    middle = (np.array(one) + np.array(two)) / 2
    guesses = [
        (np.array(mechanism.draw(values * runs, d2, micro_rho)).reshape(runs, -1) - middle) @ difference > 0
        for values in (one, two)
    ]
    return bound_on_rho(int(guesses[0].sum()), int(guesses[1].sum()), runs)


def bound_on_rho(wrong: int, right: int, runs: int) -> float:
    """The loss proven by a test that says "the second" so often of ``runs`` draws of the first and second."""
    # Clopper and Pearson's exact bounds; two normal laws are this many standard deviations apart.
    most_wrong = stats.beta.isf(ALARM / 2, wrong + 1, runs - wrong)
    least_right = stats.beta.ppf(ALARM / 2, right, runs - right + 1)
    apart = stats.norm.ppf(least_right) - stats.norm.ppf(most_wrong)
    return float(max(apart, 0) ** 2 / 2)


@pytest.fixture(scope="module")
def design(plans: SimpleNamespace) -> Design:
    """One choice between two options, the whole alone: few integers that go through every step."""
    questions = [plans.choice("q", 2)]
    policy = replace(plans.policy(questions, []), micro_rho=round(RHO * mechanism.MICRO))
    return design_of(questions, [], policy)


def sums(design: Design, answers: list[int], spoiled: int = 0) -> list[int]:
    """The vector of sums of responses with these answer bytes."""
    rows = np.array([[1, answer] for answer in answers], dtype=np.uint8).reshape(-1, 2)
    return vector(design, count(design, rows), spoiled)


def test_no_more_is_lost_than_stated_when_a_response_is_added(design: Design) -> None:
    without, added = sums(design, [0, 1]), sums(design, [0, 1, 1])
    proven = proven_rho(without, added, design.d2, design.micro_rho, RUNS)
    assert 0.9 * RHO < proven <= RHO


def test_no_more_is_lost_than_stated_when_a_response_is_replaced(design: Design) -> None:
    stated = design.micro_rho_answers / mechanism.MICRO
    assert stated > RHO
    one, other = sums(design, [0, 1, 1]), sums(design, [0, 1, 2])
    proven = proven_rho(one, other, design.d2, design.micro_rho)
    assert 0.75 * stated < proven <= stated


def test_a_spoiled_response_is_protected_like_a_valid_one(design: Design) -> None:
    proven = proven_rho(sums(design, [0, 1]), sums(design, [0, 1], spoiled=1), design.d2, design.micro_rho)
    assert proven <= RHO


def proven_by_draws(design: Design, policy: Policy, one: list[Person], two: list[Person]) -> float:
    """The lower bound on rho from whole draws, as the tally stores them, of two sets of responses."""
    layout = layout_for(design.questions, design.attributes)
    worlds = []
    for people in (one, two):
        data = b"".join(encode(layout, Response(*person)) for person in people)
        rows = np.frombuffer(data, dtype=np.uint8).reshape(-1, layout.fixed_size)
        worlds.append(count(design, rows))
    sums = [np.array(vector(design, world, 0)) for world in worlds]
    difference, middle = sums[1] - sums[0], (sums[0] + sums[1]) / 2
    said = [
        sum(
            float((np.array(protect(design, world, 0, {}, policy).noisy) - middle) @ difference) > 0
            for _ in range(DRAWS)
        )
        for world in worlds
    ]
    return bound_on_rho(*said, DRAWS)


def test_no_more_is_lost_than_stated_in_a_whole_draw_of_a_hierarchy_and_a_cross(
    plans: SimpleNamespace,
) -> None:
    """Every step of ``protect``, on tables that nest and cross, with a person whose answers weigh most."""
    questions = [plans.scale("s", 2), plans.multiple("m", 2)]
    attributes = [*hierarchy(("unit", [2]), ("team", [1, 2])), plans.attribute("flat", 2)]
    tables = [("unit",), ("team",), ("flat",), ("team", "flat")]
    policy = plans.policy(questions, attributes, tables, micro_rho=round(RHO * mechanism.MICRO))
    design = design_of(questions, attributes, policy)
    others: list[Person] = [
        ({"s": n % 2, "m": frozenset({n % 2})}, {"unit": 1, "team": 1 + n % 2, "flat": n % 2})
        for n in range(30)
    ]
    person: Person = ({"s": 1, "m": frozenset({0, 1})}, {"unit": 0, "team": 0, "flat": 0})
    opposite: Person = ({"s": 0, "m": frozenset()}, {"unit": 1, "team": 1, "flat": 1})
    proven = proven_by_draws(design, policy, others, [*others, person])
    # With so few draws the bound proves a little over half; one run in ten million proves less than these.
    assert 0.25 * RHO < proven <= RHO
    stated = design.micro_rho_answers / mechanism.MICRO
    proven = proven_by_draws(design, policy, [*others, opposite], [*others, person])
    assert 0.3 * stated < proven <= stated


def test_too_little_noise_is_caught(design: Design) -> None:
    """A scale 5 % too small, the smallest fault that the others rely on being seen."""
    d2 = round(0.95**2 * design.d2)
    assert proven_rho(sums(design, [0, 1]), sums(design, [0, 1, 1]), d2, design.micro_rho, RUNS) > RHO


def test_a_response_counted_twice_is_caught(design: Design) -> None:
    twice = sums(design, [0, 1, 1, 1])
    assert proven_rho(sums(design, [0, 1]), twice, design.d2, design.micro_rho) > RHO


def test_half_of_the_sensitivity_is_caught(design: Design) -> None:
    one, two = sums(design, [0, 1]), sums(design, [0, 1, 1])
    assert proven_rho(one, two, design.d2 // 2, design.micro_rho) > RHO
