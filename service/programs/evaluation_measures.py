"""What the waves of a program measure: the figures to compare, their texts and units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from privacy.deviation import FigureName
from privacy.released_wave import ReleasedWave
from privacy.survey import Texts
from service.programs.evaluation_value import Measure

UNITS = {"mean": "points", "favourable": "%", "nps": "eNPS points"}
INDEX = "All questions together"
PARTICIPATION = "Participation"


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure with the figure of the releases that it is, and its text."""

    measure: Measure
    figure: FigureName
    text: str

    @property
    def unit(self) -> str:
        """What its numbers are in."""
        return UNITS[self.figure.figure]

    def range_in(self, wave: ReleasedWave) -> tuple[float, float]:
        """The least and the most that its value can be."""
        match self.figure.figure:
            case "nps":
                return -100.0, 100.0
            case "mean":
                scales = [one for one in wave.survey.questions if one.type == "scale"]
                own = [one for one in scales if self.figure.question in (None, one.id)]
                theme = [one for one in own if self.figure.theme in (None, one.theme)]
                return 1.0, float(len(theme[0].options))
            case _:
                return 0.0, 100.0


def measured(wave: ReleasedWave, themes: Mapping[str, Texts], language: str) -> list[Measured]:
    """The index, the themes, the items and eNPS of a wave, each by its mean or else its share favourable."""
    found: dict[Measure, Measured] = {}
    texts = {question.id: question.text for question in wave.survey.questions}
    for figure in wave.figures:
        measure = _measure(figure)
        if measure is not None and measure not in found:
            names: Texts = {}
            if measure.kind == "theme":
                names = themes.get(measure.ref or "", {})
            elif figure.question is not None:
                names = texts[figure.question]
            text = INDEX if measure.kind == "index" else spoken(names, language, measure.ref or "eNPS")
            found[measure] = Measured(measure, figure, text)
    order = ("index", "theme", "item", "enps")
    return sorted(found.values(), key=lambda one: order.index(one.measure.kind))


def find(measures: Sequence[Measured], measure: Measure) -> Measured | None:
    """The measure an objective names; eNPS need not say which question."""
    for one in measures:
        if one.measure == measure or one.measure.kind == measure.kind == "enps":
            return one
    return None


def spoken(texts: Texts, language: str, otherwise: str) -> str:
    """The text in ``language``, or in the first it has."""
    return texts.get(language) or next(iter(texts.values()), otherwise)


def _measure(figure: FigureName) -> Measure | None:
    if figure.figure == "nps":
        return Measure("enps", None)
    if figure.figure not in ("mean", "favourable"):
        return None
    if figure.question is not None:
        return Measure("item", figure.question)
    return Measure("theme", figure.theme) if figure.theme is not None else Measure("index", None)
