"""What a wave of a schedule asks and whom: questions in turn, and whoever has waited longest.

A turn counts the waves that a schedule has held. Part ``turn mod parts`` of the questions is asked, so every
question comes back within as many waves as there are parts. One in n people is drawn, those who were asked
longest ago, so everybody is asked again within n waves while nobody is left out and few join.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import groupby
from random import Random, SystemRandom
from typing import Any

from privacy.survey import Question, Survey
from service.distribution.schedule import Schedule
from service.surveys.yaml_document import read_yaml, write_yaml

_NEVER = -1  # the turn of somebody who was never asked


def parts_of(survey: Survey, schedule: Schedule) -> tuple[tuple[str, ...], ...]:
    """The ids of the questions of each part, those asked always left out; one part where all are asked.

    There are as few parts as ``questions_per_wave`` allows. The questions of a theme stand together, and then
    the parts are as equal as can be, as far as fitting the largest themes first can tell.
    """
    rotating = [question for question in survey.questions if question.id not in schedule.always]
    most = schedule.questions_per_wave
    if most is None or len(rotating) <= most:
        return (tuple(question.id for question in rotating),)
    number = math.ceil(len(rotating) / most)
    sizes = range(math.ceil(len(rotating) / number), most + 1)
    dealings = (_dealt(rotating, number, size, order) for size in sizes for order in (-1, 1))
    parts = min(dealings, key=_pieces)  # of equal ones the first, whose sizes are the most equal
    return tuple(tuple(question.id for question in rotating if question in part) for part in parts)


def _pieces(parts: Sequence[Sequence[Question]]) -> int:
    """In how many parts themes are, added up over them: the fewer the better."""
    return sum(len(set(map(_theme, part))) for part in parts)


def _theme(question: Question) -> tuple[bool, str]:
    return (True, question.id) if question.theme is None else (False, question.theme)


def _dealt(questions: Sequence[Question], number: int, size: int, order: int) -> list[list[Question]]:
    """``number`` parts of at most ``size``: the largest themes first, and those split that fit nowhere.

    Each goes into the fullest part that has room where ``order`` is 1, into the emptiest where it is -1.
    """
    themes: dict[tuple[bool, str], list[Question]] = {}
    for question in questions:
        themes.setdefault(_theme(question), []).append(question)
    parts: list[list[Question]] = [[] for _ in range(number)]
    split: list[Question] = []
    for theme in sorted(themes.values(), key=len, reverse=True):
        fitting = [part for part in parts if len(part) + len(theme) <= size]
        if fitting:
            max(fitting, key=lambda part: order * len(part)).extend(theme)
        else:
            split += theme
    for question in split:
        max((part for part in parts if len(part) < size), key=lambda part: order * len(part)).append(question)
    return parts


def asked_in(source: str, survey: Survey, schedule: Schedule, turn: int) -> str:
    """The definition of the wave of a turn: ``source`` with the questions of its part alone.

    Themes, option lists and scales that no question is left of are dropped, and of a scale the items that are
    not asked. Where everything is asked it is ``source`` as it is.
    """
    parts = parts_of(survey, schedule)
    if len(parts) == 1:
        return source
    asked = {*schedule.always, *parts[turn % len(parts)]}
    value: Any = read_yaml(source.removeprefix("\ufeff")).value
    questions = value["questions"] = [one for one in value["questions"] if one["id"] in asked]
    themes = {one.get("theme") for one in questions}
    lists = {one["options"] for one in questions if isinstance(one.get("options"), str)}
    for scale in value.get("scales", ()):
        scale["items"] = [item for item in scale["items"] if item in asked]
    _keep(value, "themes", lambda theme: theme["id"] in themes)
    _keep(value, "scales", lambda scale: bool(scale["items"]))
    value["option_lists"] = {
        name: one for name, one in value.get("option_lists", {}).items() if name in lists
    }
    return write_yaml({key: one for key, one in value.items() if key != "option_lists" or one})


def _keep(value: dict[str, Any], key: str, wanted: Callable[[Any], bool]) -> None:
    if kept := [one for one in value.pop(key, ()) if wanted(one)]:
        value[key] = kept


def draw(
    people: Collection[str],
    last_turn: Mapping[str, int],
    left_out: Collection[str],
    one_in: int,
    chance: Random | None = None,
) -> tuple[str, ...]:
    """One in ``one_in`` of ``people``, rounded up, in the order of names: whoever was asked longest ago.

    ``last_turn`` is the turn in which each was asked last; who was never asked comes first. Nobody of
    ``left_out`` is drawn; they go on waiting. Between those who have waited equally long chance decides, by
    default the operating system's.
    """
    chance = chance or SystemRandom()
    wanted = math.ceil(len(people) / one_in)
    left_out = frozenset(left_out)
    waiting = sorted((last_turn.get(person, _NEVER), person) for person in people if person not in left_out)
    drawn: list[str] = []
    for _, equal in groupby(waiting, key=lambda one: one[0]):
        if len(drawn) < wanted:
            together = [person for _, person in equal]
            drawn += chance.sample(together, min(len(together), wanted - len(drawn)))
    return tuple(sorted(drawn))
