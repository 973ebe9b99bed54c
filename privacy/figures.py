"""Which figures a release states, in their fixed order."""

import math
from collections.abc import Mapping, Sequence

from privacy.estimate import Figure, Item
from privacy.plan import Design
from privacy.survey import Question

NPS_WEIGHTS = (-100.0, 0.0, 100.0)  # detractor, passive, promoter
STEPS_OF_FIVE = 4  # the limit for a mean is stated for answers 1 to 5


def figures_of(design: Design) -> tuple[Figure, ...]:
    """The count, then each question's figures, then those of each theme, then the index over all scale items.

    A theme or index has a mean only where its items have the same number of answers, and a share favourable
    only where each of them has favourable answers.
    """
    figures = [Figure("count")]
    for place, question in enumerate(design.questions):
        figures += _of_question(place, question)
    scales = [place for place, question in enumerate(design.questions) if question.type == "scale"]
    themes = dict.fromkeys(design.questions[place].theme for place in scales)
    for theme in themes:
        if theme is not None:
            figures += _over(design, [p for p in scales if design.questions[p].theme == theme], theme)
    if len(scales) > 1:
        figures += _over(design, scales, None)
    return tuple(figures)


def limit_of(figure: Figure, limits: Mapping[str, float]) -> float:
    """The widest margin with which a figure is shown, in its own unit, by the policy's margins."""
    match figure.kind:
        case "count":
            return math.inf
        case "mean":
            return limits["scale"] * (figure.high - figure.low) / STEPS_OF_FIVE
        case "nps":
            return limits["nps"]
        case _:
            return limits["share"]


def _of_question(place: int, question: Question) -> list[Figure]:
    if question.type == "nps":
        return [Figure("nps", (Item(place, NPS_WEIGHTS),), question.id, low=-100.0, high=100.0)]
    figures = []
    options = len(question.options)
    if question.type == "scale":
        figures.append(
            Figure("mean", (Item(place, _scores(question)),), question.id, low=1.0, high=float(options))
        )
        if question.favourable:
            figures.append(
                Figure("favourable", (Item(place, _favourable(question)),), question.id, high=100.0)
            )
    for position, option in enumerate(question.options):
        weights = tuple(100.0 * (position == other) for other in range(options))
        figures.append(Figure("share", (Item(place, weights),), question.id, option=option.id, high=100.0))
    return figures


def _over(design: Design, places: Sequence[int], theme: str | None) -> list[Figure]:
    questions = [design.questions[place] for place in places]
    figures = []
    if len({len(question.options) for question in questions}) == 1:
        items = tuple(Item(place, _scores(design.questions[place])) for place in places)
        figures.append(Figure("mean", items, theme=theme, low=1.0, high=float(len(questions[0].options))))
    if all(question.favourable for question in questions):
        items = tuple(Item(place, _favourable(design.questions[place])) for place in places)
        figures.append(Figure("favourable", items, theme=theme, high=100.0))
    return figures


def _scores(question: Question) -> tuple[float, ...]:
    """What each option scores: its position, or K + 1 minus that where agreement is unfavourable."""
    scores = [float(position) for position in range(1, len(question.options) + 1)]
    return tuple(reversed(scores) if question.reverse else scores)


def _favourable(question: Question) -> tuple[float, ...]:
    return tuple(100.0 * (option.id in question.favourable) for option in question.options)
