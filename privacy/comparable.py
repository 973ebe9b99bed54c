"""Whether two waves ask the same thing of the same people: what changed, in one plain sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from privacy.policy_problems import NOT_SAID
from privacy.survey import Attribute, Option, Question, Survey, Texts

Row = Mapping[str, Any]

OTHER_SURVEY = "they are of different surveys"
NOT_ASKED = "one of them does not ask it"
WORDING = "the wording of the question is not the same"
OPTIONS = "the answers to choose from are not the same"
FAVOURABLE = "other answers count as favourable"
ITEMS = "the questions that make it up are not the same"
GROUP = "the group is not made up in the same way"


def obstacle(one: Survey, other: Survey, row: Row) -> str | None:
    """Why the figure and group of ``row`` cannot be compared between two waves; None if they can.

    ``one`` and ``other`` are the surveys of the two manifests. Texts are compared in the languages that both
    have. Figures of several questions need the same questions; a group needs the same level with the same
    members, an attribute that respondents describe themselves by the same levels to choose from, and a unit
    of a hierarchy no unit below it that has moved in or out.
    """
    if one.id != other.id:
        return OTHER_SURVEY
    asked = _questions(one, row), _questions(other, row)
    if not all(asked):
        return NOT_ASKED
    if {question.id for question in asked[0]} != {question.id for question in asked[1]}:
        return ITEMS
    by_id = {question.id: question for question in asked[1]}
    for question in asked[0]:
        found = _reworded(question, by_id[question.id], favourable=row["figure"] == "favourable")
        if found is not None:
            return found
    if not all(_same_group(one, other, name, level) for name, level in row["group"].items()):
        return GROUP
    return None


def level_above(attributes: Sequence[Attribute], attribute: str, level: str, wanted: str) -> str | None:
    """The level of the attribute ``wanted`` that ``level`` of ``attribute`` lies in, in their hierarchy.

    The level itself if the two are the same attribute; None if ``wanted`` is not above.
    """
    by_id = {one.id: one for one in attributes}
    while attribute != wanted:
        here = by_id[attribute]
        if here.parent is None:
            return None
        found = _level(here, level)
        level = NOT_SAID if found is None or found.parent is None else found.parent
        attribute = here.parent
    return level


def _questions(survey: Survey, row: Row) -> list[Question]:
    if row["question"] is not None:
        return [question for question in survey.questions if question.id == row["question"]]
    scales = [question for question in survey.questions if question.type == "scale"]
    return [question for question in scales if row["theme"] in (None, question.theme)]


def _reworded(one: Question, other: Question, *, favourable: bool) -> str | None:
    if not _same_text(one.text, other.text) or one.reverse != other.reverse:
        return WORDING
    if one.type != other.type or not _same_options(one.options, other.options):
        return OPTIONS
    if favourable and set(one.favourable) != set(other.favourable):
        return FAVOURABLE
    return None


def _same_group(one: Survey, other: Survey, name: str, level: str) -> bool:
    found = [attribute for survey in (one, other) for attribute in survey.attributes if attribute.id == name]
    if len(found) < 2 or found[0].source != found[1].source:
        return False
    first, second = found
    if first.source == "self":
        return _same_text(first.text, second.text) and _same_options(first.levels, second.levels)
    if level == NOT_SAID:
        return True
    before, after = _level(first, level), _level(second, level)
    if before is None or after is None or not _same_options([before], [after]):
        return False
    return not _moved(one, other, name, level)


def _moved(one: Survey, other: Survey, name: str, level: str) -> bool:
    """Whether a unit below ``level`` that both waves know is inside it in one of them alone."""
    for attribute in one.attributes:
        before, after = (_inside(survey, attribute.id, name, level) for survey in (one, other))
        if any(before[unit] != after[unit] for unit in before.keys() & after.keys()):
            return True
    return False


def _inside(survey: Survey, below: str, name: str, level: str) -> dict[str, bool]:
    """For each unit of the attribute ``below``, before it was merged, whether it lies in ``level``."""
    inside = {}
    for attribute in survey.attributes:
        if attribute.id == below:
            for unit in attribute.levels:
                above = level_above(survey.attributes, below, unit.id, name)
                if above is not None:
                    inside.update(dict.fromkeys(unit.members or (unit.id,), above == level))
    return inside


def _level(attribute: Attribute, level: str) -> Option | None:
    return next((option for option in attribute.levels if option.id == level), None)


def _same_options(one: Sequence[Option], other: Sequence[Option]) -> bool:
    return len(one) == len(other) and all(
        first.id == second.id and first.members == second.members and _same_text(first.text, second.text)
        for first, second in zip(one, other, strict=True)
    )


def _same_text(one: Texts, other: Texts) -> bool:
    shared = one.keys() & other.keys()
    return bool(shared) and all(one[language] == other[language] for language in shared)
