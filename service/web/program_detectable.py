"""What the waves of a plan could detect, as a page tells it before anybody is asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from privacy.detectable import Detectable
from privacy.errors import Invalid
from privacy.pairing import EPSILON as PAIRING_EPSILON
from service.errors import Conflict
from service.http.context import Context
from service.programs.detectable import MOST_PEOPLE, Terms, detectable_effects, sentence_of
from service.store.unit_of_work import reading
from service.surveys.terms import EPSILON
from service.web.program_forms import number, read, texts_of

# What the sentence tells of, if it can be detected at all: the first that is there.
_SHAPES = ("paired-difference", "difference-in-differences", "groups", "before-after", "paired")
_KINDS = ("theme", "index", "item")


class DetectableTerms(BaseModel):
    """What the detectable effect depends on, beside the definition and the roster. ``rate`` is in percent."""

    model_config = ConfigDict(strict=True)

    epsilon: float = Field(default=EPSILON, gt=0, le=20)
    people: int | None = Field(default=None, ge=1, le=MOST_PEOPLE)
    rate: float | None = Field(default=None, gt=0, le=100)
    pairing_epsilon: float = Field(default=PAIRING_EPSILON, gt=0, le=20)


@dataclass(frozen=True, slots=True)
class CouldDetect:
    """A sentence, and by comparison the least effect on an item, a theme and the index, in scale points.

    Where nothing can be told, the sentence says what is missing and there are no rows.
    """

    sentence: str
    kinds: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()


def could_detect(context: Context, program: str, sent: Mapping[str, list[str]]) -> CouldDetect:
    """What waves on the terms of a form could detect. Raises Invalid for numbers that are none."""
    texts = texts_of(sent, DetectableTerms.model_fields)
    given = {name: number(text, whole=name == "people") for name, text in texts.items() if text}
    wanted = read(DetectableTerms, given)
    terms = Terms(
        epsilon=wanted.epsilon,
        rate=None if wanted.rate is None else wanted.rate / 100,
        people=wanted.people,
        paired_measures=len(sent.get("paired", ())),
        pairing_epsilon=wanted.pairing_epsilon,
    )
    try:
        with reading(context.main) as tx:
            found = detectable_effects(tx, program, terms)
    except Conflict as error:
        return CouldDetect(f"It cannot be told: {error}.")
    except Invalid as error:
        missing = "; ".join(f"{one.message}, {one.remedy}" for one in error.problems)
        return CouldDetect(f"It cannot be told: {missing}.")
    effects = {(one.shape, one.kind): one for one in found.effects}
    kinds = tuple(dict.fromkeys(one.kind for one in found.effects))
    shapes = dict.fromkeys(one.shape for one in found.effects)
    told = min(found.effects, key=_place)
    return CouldDetect(
        sentence_of(found, told),
        kinds,
        tuple((shape, tuple(_least(effects.get((shape, kind))) for kind in kinds)) for shape in shapes),
    )


def _place(effect: Detectable) -> tuple[bool, int, int]:
    return effect.effect is None, _SHAPES.index(effect.shape), _KINDS.index(effect.kind)


def _least(effect: Detectable | None) -> str:
    return "\N{EN DASH}" if effect is None or effect.effect is None else f"{effect.effect:.2f}"
