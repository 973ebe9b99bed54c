"""An attacker's best test against the shipped path, and the loss it proves.

Two neighbouring sets of responses are counted, weighted and given noise by the code that makes releases. The
attacker projects the noisy integers onto the difference of the two and guesses by a threshold half way. From
how often that is right follows a lower bound on rho, which lies above the truth once in a million runs.
"""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from privacy import mechanism
from privacy.count import count, vector
from privacy.plan import Design, design_of

RHO = 2.0
RUNS = 60_000  # enough to tell a scale 5 % too small from the right one
FEW_RUNS = 10_000  # enough for coarser faults
ALARM = 1e-6


def proven_rho(one: list[int], two: list[int], d2: int, micro_rho: int, runs: int = FEW_RUNS) -> float:
    """The lower bound on rho from ``runs`` draws of each of two vectors of sums."""
    difference = np.array(two) - np.array(one)
    middle = (np.array(one) + np.array(two)) / 2
    guesses = [
        (np.array(mechanism.draw(values * runs, d2, micro_rho)).reshape(runs, -1) - middle) @ difference > 0
        for values in (one, two)
    ]
    wrong, right = (int(guess.sum()) for guess in guesses)
    # Clopper and Pearson's exact bounds; two normal laws are this many standard deviations apart.
    most_wrong = stats.beta.isf(ALARM / 2, wrong + 1, runs - wrong)
    least_right = stats.beta.ppf(ALARM / 2, right, runs - right + 1)
    apart = stats.norm.ppf(least_right) - stats.norm.ppf(most_wrong)
    return float(max(apart, 0) ** 2 / 2)


@pytest.fixture(scope="module")
def design(plans: SimpleNamespace) -> Design:
    """One choice with one option, the whole alone: the fewest integers that go through every step."""
    questions = [plans.choice("q", 1)]
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
    skipped, answered = sums(design, [0, 1, 0]), sums(design, [0, 1, 1])
    proven = proven_rho(skipped, answered, design.d2, design.micro_rho)
    assert 0.75 * stated < proven <= stated


def test_a_spoiled_response_is_protected_like_a_valid_one(design: Design) -> None:
    proven = proven_rho(sums(design, [0, 1]), sums(design, [0, 1], spoiled=1), design.d2, design.micro_rho)
    assert proven <= RHO


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
