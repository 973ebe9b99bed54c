"""The guarantee of a release in numbers and in plain words, for both neighbour relations."""

import math
from statistics import NormalDist
from typing import Any

from privacy.contract import Pairing, Policy
from privacy.mechanism import MICRO
from privacy.plan import Design

_WORDS = {
    "presence": "From these figures, someone who guesses whether you answered goes from 50 % to at most "
    "{percent} % right.",
    "answers": "From these figures, someone who knows that you answered and guesses between two answers of "
    "yours goes from 50 % to at most {percent} % right.",
}


def guarantee_of(design: Design, policy: Policy, pairing: Pairing | None = None) -> dict[str, Any]:
    """Both relations: rho, epsilon at its delta, and how often a guess between two neighbours is right.

    With ``pairing`` they are of the wave and of the paired releases it can be part of.

    A release differs from pure noise addition only where the exact threshold test changes it: with
    probability ``delta_gate`` when a response is added or removed, twice that when one is replaced by another
    (docs/decisions/0004-count-gate.md). ``guess`` is in percent, rounded up.
    """
    cost, gate = 0, policy.delta_gate
    epsilons = policy.epsilon_presence, policy.epsilon_answers
    if pairing is not None:
        # One person can change two pairs of each release; another answer goes up to twice as far.
        cost, gate = pairing.micro_rho, gate + 2 * pairing.links * pairing.delta_gate
        epsilons = pairing.epsilon_presence, pairing.epsilon_answers
    relations = (
        ("presence", policy.micro_rho + cost, epsilons[0], 1),
        ("answers", design.micro_rho_answers + 4 * cost, epsilons[1], 2),
    )
    chances = {
        name: right_guess(micro_rho, design.sigma, gates * gate) for name, micro_rho, _, gates in relations
    }
    return {
        name: {
            "rho": micro_rho / MICRO,
            "epsilon": epsilon,
            "delta": policy.delta + gates * gate,
            "guess": chances[name],
            "words": in_words(name, chances[name]),
        }
        for name, micro_rho, epsilon, gates in relations
    }


def in_words(relation: str, percent: int) -> str:
    """What ``percent`` right guesses mean to a respondent; ``relation`` is presence or answers."""
    return _WORDS[relation].format(percent=percent)


def right_guess(micro_rho: int, sigma: float, delta: float) -> int:
    """The largest percentage of right guesses of one who gives two neighbours even odds, rounded up.

    (1 + TV) / 2 for the total variation TV of two normal laws that are sqrt(2 rho) standard deviations apart,
    which is Phi(sqrt(rho / 2)); one lattice point's probability pays for the noise being discrete.
    """
    lattice = 1 / (sigma * math.sqrt(2 * math.pi)) / 2
    right = NormalDist().cdf(math.sqrt(micro_rho / MICRO / 2)) + lattice + delta
    return math.ceil(100 * min(right, 1.0))
