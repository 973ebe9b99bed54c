"""Simulated organisations with a program whose true effect is known.

A person has an attitude in general and one to each item, and moods of both kinds in each wave; on five-point
items an answer is their sum, rounded and cut. Who joins may be ahead beforehand; who answers depends on habit
and, mildly, on attitude. Effects are set in points of the scale as answered, so that the truth is exact.
"""

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from privacy.survey import Attribute, Option, Question

ANSWERS, SKIPPED = 5, 0.05
# Variances: the attitude in general and to an item, the mood in general and towards an item. What a person
# answers in two waves then correlates by 0.6, on an item as on their average; two items by 0.36.
PERSON, OWN, MOOD, OWN_MOOD = 0.264, 0.396, 0.136, 0.204
HABIT = 1.5  # of answering, standard deviation of the log odds: who answers once mostly answers again
MOST_SHIFT = 3.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scenario:
    """``ahead`` is what participants answer above others before the program, ``effect`` what it adds at the
    end, both in points; ``lasting`` what is left of it in each wave from the end on. ``rate`` is the share
    who answer, ``leaning`` how the log odds of answering grow with a standard deviation of attitude.
    ``same_people`` has the same people on the roster of every wave; else each has people of its own.
    """

    name: str
    people: int
    participants: int
    effect: float = 0.0
    ahead: float = 0.0
    rate: float = 0.6
    leaning: float = 0.15
    lasting: tuple[float, ...] = (0.0, 1.0)
    items: int = 8
    themes: int = 2
    epsilon: float = 3.0
    same_people: bool = True
    units: int = 0
    codes: float = 0.0


def questions(items: int, themes: int) -> tuple[Question, ...]:
    """Five-point items in themes."""
    options = tuple(Option(f"o{place}", {"en": str(place + 1)}) for place in range(ANSWERS))
    return tuple(
        Question(f"q{i}", "scale", {"en": f"q{i}"}, options, ("o3", "o4"), theme=f"t{i * themes // items}")
        for i in range(items)
    )


def attributes(units: int) -> tuple[Attribute, ...]:
    """Who takes part, and where there are several units, those."""
    yes = (Option("yes", {"en": "Yes"}), Option("no", {"en": "No"}))
    named = [Attribute("takes-part", {"en": "Takes part"}, yes, "roster")]
    if units:
        levels = tuple(Option(f"u{i}", {"en": f"u{i}"}) for i in range(units))
        named.append(Attribute("unit", {"en": "Unit"}, levels, "roster"))
    return tuple(named)


class Organisation:
    """The people of one repetition."""

    def __init__(self, scenario: Scenario, random: np.random.Generator) -> None:
        self.scenario = scenario
        self._random = random
        self.takes_part = np.arange(scenario.people) < scenario.participants
        self.unit = np.arange(scenario.people) % max(scenario.units, 1)
        self._new_people()

    def _new_people(self) -> None:
        people, items = self.scenario.people, self.scenario.items
        random = self._random
        self._attitude = random.normal(0, 1, people)
        self._own = random.normal(0, OWN**0.5, (people, items))
        self._habit = random.normal(0, HABIT, people)
        self.tags = np.arange(1, people + 1)
        self.uses_code = random.random(people) < self.scenario.codes

    def wave(self, number: int) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
        """Who answers the wave, and their answers (n, items), 0 for a skip."""
        scenario, random = self.scenario, self._random
        if number and not scenario.same_people:
            self._new_people()
        odds = intercept(scenario.rate, scenario.leaning) + self._habit + scenario.leaning * self._attitude
        there = np.flatnonzero(random.random(scenario.people) < 1 / (1 + np.exp(-odds)))
        mean = np.where(self.takes_part[there, None], shifted(scenario, number), usual(scenario.items))
        latent = mean + PERSON**0.5 * self._attitude[there, None] + self._own[there]
        latent = latent + random.normal(0, MOOD**0.5, (len(there), 1))
        latent = latent + random.normal(0, OWN_MOOD**0.5, latent.shape)
        answers = np.clip(np.rint(latent), 1, ANSWERS).astype(np.uint8)
        answers[random.random(answers.shape) < SKIPPED] = 0
        return there, answers


def usual(items: int) -> Floats:
    """The latent mean of each item of those who do not take part; about what the planner takes as usual."""
    return np.linspace(3.5, 3.9, items)


@lru_cache(maxsize=64)
def shifted(scenario: Scenario, number: int) -> Floats:
    """The latent means of those who take part in a wave."""
    points = scenario.ahead + scenario.effect * scenario.lasting[number]
    found = [_shifted(mean, answered(mean) + points) for mean in usual(scenario.items)]
    return np.array(found)


def answered(latent: float) -> float:
    """The mean answer of people whose latent mean is this."""
    law = NormalDist(latent, (PERSON + OWN + MOOD + OWN_MOOD) ** 0.5)
    return 1 + sum(1 - law.cdf(step + 0.5) for step in range(1, ANSWERS))


def _shifted(latent: float, wanted: float) -> float:
    """The latent mean at which ``wanted`` is answered."""
    low, high = latent - MOST_SHIFT, latent + MOST_SHIFT
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if answered(middle) < wanted else (low, middle)
    return low


@lru_cache(maxsize=64)
def intercept(rate: float, leaning: float) -> float:
    """The log odds at which that share answers, by draws of habit and attitude."""
    random = np.random.default_rng(1)
    apart = random.normal(0, HABIT, 20_000) + leaning * random.normal(0, 1, 20_000)
    low, high = -10.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        share = (1 / (1 + np.exp(-middle - apart))).mean()
        low, high = (middle, high) if share < rate else (low, middle)
    return low
