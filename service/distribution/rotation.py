"""What a wave of a schedule asks and whom: questions in turn, and whoever has waited longest.

A turn counts the waves that a schedule has held. Part ``turn mod parts`` of the questions is asked, so every
question comes back within as many waves as there are parts; one in n people is drawn of those who were asked
longest ago, so everybody is asked again within n waves and nobody before that.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from random import Random, SystemRandom
from typing import Any

from privacy.survey import Question, Survey
from service.distribution.schedule import Schedule
from service.surveys.yaml_document import read_yaml, write_yaml

_NEVER = -1  # the turn of somebody who was never asked


def parts_of(survey: Survey, schedule: Schedule) -> tuple[tuple[str, ...], ...]:
    """The ids of the questions of each part, those asked always left out; one part where all are asked.

    The parts are as equal as they can be. Questions of a theme stand together where that costs no more parts.
    """
    turning = [question for question in survey.questions if question.id not in schedule.always]
    if schedule.questions_per_wave is None or not turning:
        return (tuple(question.id for question in turning),)
    number = math.ceil(len(turning) / schedule.questions_per_wave)
    order = [theme.id for theme in survey.themes]
    by_theme = sorted(turning, key=lambda one: order.index(one.theme) if one.theme in order else len(order))
    return tuple(_dealt(by_theme, number))


def _dealt(questions: Sequence[Question], number: int) -> Iterable[tuple[str, ...]]:
    """Cut into ``number`` parts whose sizes differ by one at most."""
    for part in range(number):
        start, end = (len(questions) * place // number for place in (part, part + 1))
        yield tuple(question.id for question in questions[start:end])


def asked_in(source: str, survey: Survey, schedule: Schedule, turn: int) -> str:
    """The definition of the wave of a turn: ``source`` with the questions of its part alone.

    Themes, option lists and scales that no question is left of are dropped. Where everything is asked it is
    ``source`` as it is.
    """
    parts = parts_of(survey, schedule)
    if len(parts) == 1:
        return source
    asked = {*schedule.always, *parts[turn % len(parts)]}
    value: Any = read_yaml(source.removeprefix("\ufeff")).value
    questions = [one for one in value["questions"] if one["id"] in asked]
    value["questions"] = questions
    _keep(value, "themes", lambda theme: theme["id"] in {one.get("theme") for one in questions})
    lists = {one["options"] for one in questions if isinstance(one.get("options"), str)}
    if "option_lists" in value:
        value["option_lists"] = {name: one for name, one in value["option_lists"].items() if name in lists}
        if not value["option_lists"]:
            del value["option_lists"]
    for scale in value.get("scales") or ():
        scale["items"] = [item for item in scale["items"] if item in asked]
    _keep(value, "scales", lambda scale: bool(scale["items"]))
    return write_yaml(value)


def _keep(value: dict[str, Any], name: str, wanted: Any) -> None:
    if name not in value:
        return
    value[name] = [one for one in value[name] if wanted(one)]
    if not value[name]:
        del value[name]


def draw(
    people: Collection[str],
    last_turn: Mapping[str, int],
    left_out: Collection[str],
    one_in: int,
    chance: Random | None = None,
) -> tuple[str, ...]:
    """One in ``one_in`` of ``people``, rounded up, in the order of names: whoever was asked longest ago.

    ``last_turn`` is the turn in which each was asked last. Nobody of ``left_out`` is drawn; they go on
    waiting. Between those who have waited equally long chance decides.
    """
    chance = chance or SystemRandom()
    wanted = math.ceil(len(people) / one_in)
    waiting = sorted(
        (person for person in people if person not in left_out), key=lambda one: (_last(last_turn, one), one)
    )
    drawn: list[str] = []
    for _, equal in groupby(waiting, key=lambda one: _last(last_turn, one)):
        together = list(equal)
        chance.shuffle(together)
        drawn += together[: wanted - len(drawn)]
    return tuple(sorted(drawn))


def _last(last_turn: Mapping[str, int], person: str) -> int:
    return last_turn.get(person, _NEVER)
