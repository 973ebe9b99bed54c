"""Simulated employees: a roster with attributes and opinions that hang together; seeded."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from privacy.answers import Response
from privacy.contract import Manifest
from privacy.survey import NPS_SCORES, Attribute, Question, Survey

ANSWERING = 0.85  # of those invited
SKIPPING = 0.04  # of the questions
COMMENTING = 0.25  # of those who answer
CHANGING = 6  # people who think again
WITHDRAWING = 1
_LEVEL_WEIGHTS = (0.34, 0.26, 0.22, 0.18, 0.1)  # the sizes of an attribute's levels, from the first on
_COMMENTS = (
    "In our weekly meeting I can say when something went wrong.",
    "Questions from newcomers are welcome here.",
    "We talk about mistakes, but rarely about why they happened.",
    "Reviews have become kinder since spring.",
    "I would speak up more if decisions were explained.",
    "Remote colleagues are often heard last.",
    "Asking for help is normal in my team.",
    "Some topics are still avoided when managers are in the room.",
)


@dataclass(frozen=True, slots=True, eq=False)  # two people may be alike and are still two
class Person:
    """One invited employee; ``levels`` are level ids by attribute id."""

    name: str
    levels: Mapping[str, str]
    mood: float  # how they see things, in standard deviations

    def attributes(self, survey: Survey) -> dict[str, str]:
        """The roster's columns for this person."""
        return {
            attribute.id: self.levels[attribute.id]
            for attribute in survey.attributes
            if attribute.source == "roster"
        }


def people(survey: Survey, number: int, seed: int = 1) -> list[Person]:
    """A roster of ``number`` people."""
    chance = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    roster = []
    for index in range(number):
        places = {
            attribute.id: chance.choices(
                range(len(attribute.levels)), weights=list(_weights(len(attribute.levels)))
            )[0]
            for attribute in survey.attributes
        }
        first = next(iter(places.values()), 0)
        mood = chance.gauss(0.35 - 0.3 * first, 0.6)
        levels = {attribute.id: attribute.levels[places[attribute.id]].id for attribute in survey.attributes}
        roster.append(Person(f"employee-{index + 1:04}@example.org", levels, mood))
    return roster


def opinion(person: Person, manifest: Manifest, chance: random.Random) -> Response:
    """What this person answers; some questions are skipped."""
    return Response(
        answers={question.id: _answer(question, person, chance) for question in manifest.questions},
        attributes={
            attribute.id: None if chance.random() < SKIPPING else _place(attribute, person)
            for attribute in manifest.attributes
        },
    )


def _place(attribute: Attribute, person: Person) -> int:
    """The position of the level that the person's own was merged into, or of that itself."""
    own = person.levels[attribute.id]
    return next(place for place, level in enumerate(attribute.levels) if own in (level.id, *level.members))


def _answer(question: Question, person: Person, chance: random.Random) -> int | frozenset[int] | str | None:
    if question.type == "text":
        return chance.choice(_COMMENTS) if chance.random() < COMMENTING else None
    if chance.random() < SKIPPING:
        return None
    if question.type == "nps":
        return _within(7.2 + 2 * person.mood + chance.gauss(0, 1.5), NPS_SCORES)
    count = len(question.options)
    if question.type == "choice":
        return chance.choices(range(count), weights=list(_weights(count)))[0]
    if question.type == "multiple":
        return frozenset(option for option in range(count) if chance.random() < 1 / (option + 2))
    position = _within((count - 1) * 0.65 + person.mood + chance.gauss(0, 0.8), count)
    return count - 1 - position if question.reverse else position


def _within(value: float, count: int) -> int:
    return min(count - 1, max(0, round(value)))


def _weights(count: int) -> Iterator[float]:
    for index in range(count):
        yield _LEVEL_WEIGHTS[min(index, len(_LEVEL_WEIGHTS) - 1)]
