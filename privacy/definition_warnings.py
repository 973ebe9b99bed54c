"""What is allowed in a survey definition and still worth a second thought, each with a stable id."""

from collections.abc import Callable, Iterator

from privacy.definition_reader import LineOf, Place, place_of, quoted
from privacy.definition_wording import about_a_person, identifying, rare, sensitive
from privacy.errors import Problem
from privacy.survey import Attribute, Question, Survey

MANY_LEVELS = 12
MANY_CELLS = 60
LONG_SCALE = 5  # items; from here on some are reversed, so that agreeing with everything shows

Warn = Callable[[str, Place, str, str], Problem]


def warnings(survey: Survey, line_of: LineOf = lambda _: None) -> list[Problem]:
    """Problems of severity ``warning``; ``line_of`` as for definition.parse."""

    def warn(problem: str, place: Place, message: str, remedy: str) -> Problem:
        return Problem(problem, place_of(place), message, remedy, line_of(place), "warning")

    found: list[Problem] = []
    for position, question in enumerate(survey.questions):
        found.extend(_of_question(warn, question, ("questions", position)))
    for position, attribute in enumerate(survey.attributes):
        found.extend(_of_attribute(warn, attribute, ("attributes", position)))
    found.extend(_of_breakdowns(warn, survey))
    found.extend(_of_scales(warn, survey))
    found.extend(_of_themes(warn, survey))
    return found


def _of_question(warn: Warn, question: Question, place: Place) -> Iterator[Problem]:
    wording = {"": question.id.replace("-", " "), **question.text}
    for kind in identifying(wording):
        yield warn(
            "identifies",
            (*place, "text"),
            f"it asks for {kind}",
            "leave it out: the answer tells who gave it",
        )
    if question.type == "text" and about_a_person(question.text):
        remedy = "ask about the work or the team, so that no comment is about one person"
        yield warn("about-a-person", (*place, "text"), "it invites comments about one person", remedy)
    if question.favourable:
        positions = [p for p, option in enumerate(question.options, 1) if option.id in question.favourable]
        beyond_middle = 2 * sum(positions) - (len(question.options) + 1) * len(positions)
        if beyond_middle * (-1 if question.reverse else 1) < 0:
            remedy = "order the options from least to most, and see whether reverse is right"
            yield warn("favourable-scores-low", place, "its favourable options have the low scores", remedy)


def _of_attribute(warn: Warn, attribute: Attribute, place: Place) -> Iterator[Problem]:
    wording = {"": attribute.id.replace("-", " "), **attribute.text}
    for kind in identifying(wording):
        yield warn(
            "identifies",
            (*place, "text"),
            f"it asks for {kind}",
            "leave it out: the answer tells who gave it",
        )
    if len(attribute.levels) > MANY_LEVELS:
        remedy = f"merge them until at most {MANY_LEVELS} are left, each with ten people or more"
        yield warn("many-levels", (*place, "levels"), f"it has {len(attribute.levels)} levels", remedy)
    for position, level in enumerate(attribute.levels):
        if rare({"": level.id.replace("-", " "), **level.text}):
            message = f"very few people are {quoted(level.id)} anywhere"
            yield warn("rare-level", (*place, "levels", position), message, "merge it with a larger level")
    if sensitive(wording):
        if attribute.reason is None:
            remedy = (
                "add a reason for owners and reviewers, and say in its text what respondents should read; "
                "or do not ask"
            )
            yield warn("sensitive-without-reason", place, "it asks for something the law protects", remedy)
        if attribute.source == "roster":
            remedy = "use source: self, so that it is only in sealed responses"
            yield warn("sensitive-in-roster", place, "the roster would keep it beside names", remedy)


def _of_breakdowns(warn: Warn, survey: Survey) -> Iterator[Problem]:
    levels = {attribute.id: len(attribute.levels) for attribute in survey.attributes}
    reported = {attribute for breakdown in survey.breakdowns for attribute in breakdown}
    for position, breakdown in enumerate(survey.breakdowns):
        cells = 1
        for identifier in breakdown:
            cells *= levels[identifier]
        if len(breakdown) > 1 and cells > MANY_CELLS:
            message = f"it has {cells} groups, most of them too small to be shown"
            remedy = f"cross attributes with at most {MANY_CELLS} groups between them"
            yield warn("many-groups", ("breakdowns", position), message, remedy)
    for attribute in reversed(survey.attributes):
        if attribute.id in reported and attribute.parent is not None:
            reported.add(attribute.parent)  # who states a step of a hierarchy states those above it
    for position, attribute in enumerate(survey.attributes):
        if attribute.id not in reported:
            remedy = "add a breakdown, or do not ask what is not reported"
            yield warn("not-reported", ("attributes", position), "no default breakdown uses it", remedy)


def _of_scales(warn: Warn, survey: Survey) -> Iterator[Problem]:
    reversed_items = {question.id for question in survey.questions if question.reverse}
    for position, scale in enumerate(survey.scales):
        if len(scale.items) >= LONG_SCALE and not reversed_items.intersection(scale.items):
            message = f"none of its {len(scale.items)} items is reversed"
            remedy = "reverse some, so that agreeing with everything does not look like a good score"
            yield warn("nothing-reversed", ("scales", position), message, remedy)


def _of_themes(warn: Warn, survey: Survey) -> Iterator[Problem]:
    lengths: dict[str | None, set[int]] = {}
    for question in survey.questions:
        if question.type == "scale" and question.options:
            lengths.setdefault(question.theme, set()).add(len(question.options))
    for position, theme in enumerate(survey.themes):
        found = sorted(lengths.get(theme.id, ()))
        if len(found) > 1:
            message = f"its scales have {' and '.join(map(str, found))} options"
            remedy = "give them one length, or the theme has no average"
            yield warn("mixed-scales", ("themes", position), message, remedy)
