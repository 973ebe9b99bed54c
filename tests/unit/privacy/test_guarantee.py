import math
from statistics import NormalDist

import pytest

from privacy.guarantee import guarantee_of, right_guess
from privacy.mechanism import MICRO, epsilon_of
from privacy.plan import design_of, make_policy
from privacy.survey import Option, Question

QUESTIONS = (Question("q", "choice", {"en": "x"}, (Option("o", {"en": "x"}),)),)


def test_both_relations_are_stated_with_what_the_threshold_test_adds() -> None:
    policy = make_policy(QUESTIONS, (), [], epsilon=1, k=5, comment_k=10, delta=1e-6, delta_gate=1e-7)
    design = design_of(QUESTIONS, (), policy)
    guarantee = guarantee_of(design, policy)
    assert guarantee["presence"]["epsilon"] == policy.epsilon_presence <= 1
    assert guarantee["presence"]["delta"] == pytest.approx(1.1e-6)
    assert guarantee["answers"]["epsilon"] == policy.epsilon_answers
    assert guarantee["answers"]["delta"] == pytest.approx(1.2e-6)
    assert guarantee["answers"]["rho"] == design.micro_rho_answers / MICRO


def test_the_words_name_the_chance_of_a_right_guess() -> None:
    policy = make_policy(QUESTIONS, (), [], epsilon=1, k=5, comment_k=10)
    presence = guarantee_of(design_of(QUESTIONS, (), policy), policy)["presence"]
    assert presence["guess"] == 55
    assert presence["words"] == (
        "From these figures, someone who guesses whether you answered goes from 50 % to at most 55 % right."
    )


@pytest.mark.parametrize("micro_rho", [100, 18_000, 185_069, 2_000_000, 10_000_000])
def test_a_guess_is_right_at_most_as_often_as_between_two_normal_laws_so_far_apart(micro_rho: int) -> None:
    exact = 100 * NormalDist().cdf(math.sqrt(micro_rho / MICRO / 2))
    assert exact <= right_guess(micro_rho, 10_000, 1e-6) <= exact + 1.1


def test_a_guess_is_right_less_often_than_epsilon_alone_would_allow() -> None:
    """e^epsilon / (1 + e^epsilon), the bound that knows nothing of the noise."""
    for micro_rho in (18_000, 185_069, 1_000_000):
        epsilon = epsilon_of(micro_rho, 1e-6)
        assert right_guess(micro_rho, 10_000, 1e-6) < 100 / (1 + math.exp(-epsilon))


def test_a_guess_is_never_right_more_often_than_always() -> None:
    assert right_guess(10_000_000, 0.1, 1e-6) == 100
