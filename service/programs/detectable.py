"""What the waves of a program could detect, told before anybody is asked."""

from dataclasses import dataclass, replace

from sqlmodel import Session

from privacy.detectable import Announcement, Detectable, Kind, Shape, announce
from privacy.errors import Invalid, Problem
from privacy.ledger import CAP_DELTA
from privacy.mechanism import micro_rho_for
from privacy.paired_rows import PairedDesign
from privacy.pairing import DELTA_GATE, TWO_PAIRS
from privacy.pairing import EPSILON as PAIRING_EPSILON
from privacy.plan import MARGINS, gate_z
from privacy.planned_wave import Asked
from privacy.planner import USUAL_RATE, Audience, Wishes
from privacy.survey import Survey
from service.errors import Conflict
from service.programs.wave_plan_terms import tables_for
from service.store import programs, rosters, surveys
from service.store.tables_programs import ProgramRow
from service.surveys.definition_file import load
from service.surveys.planning import audience_of, groups_before
from service.surveys.terms import COMMENT_K, EPSILON, K

MOST_PEOPLE = 100_000
_SHAPES: dict[Shape, str] = {
    "groups": "between the two groups in one wave",
    "before-after": "from before to after among those who take part",
    "difference-in-differences": "from before to after, beyond that of the others",
    "paired": "in those who take part and keep a program code",
    "paired-difference": "in those who keep a program code, beyond that of the others who do",
}
_KINDS: dict[Kind, str] = {
    "item": "on every single question",
    "theme": "on every theme",
    "index": "on all questions together",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """``rate`` is the share that answers, None for that of the latest wave. ``people`` and ``others`` are
    the sizes of the two groups where the roster does not tell; ``paired_measures`` is the number of measures
    of a pairing, 0 for none. ``margin`` is the widest of a mean on five points that is shown; ``alone``
    leaves out the definition's own breakdowns.
    """

    epsilon: float = EPSILON
    rate: float | None = None
    people: int | None = None
    others: int | None = None
    paired_measures: int = 0
    pairing_epsilon: float = PAIRING_EPSILON
    margin: float = MARGINS["scale"]
    alone: bool = False


def detectable_effects(tx: Session, program: str, terms: Terms) -> Announcement:
    """What each comparison of a program could detect.

    Raises NotFound; Conflict if nothing says who takes part or how many people there are; Invalid.
    """
    row = programs.get_program(tx, program)
    if row.survey_id is None or row.attribute is None:
        raise Conflict("nothing says who takes part; name the program's survey, attribute and participants")
    survey, _ = load(surveys.get_survey(tx, row.survey_id).source)
    wishes = Wishes(
        tables=tables_for(row, replace(survey, breakdowns=()) if terms.alone else survey),
        epsilon=terms.epsilon,
        k=K,
        comment_k=COMMENT_K,
        margins={**MARGINS, "scale": terms.margin},
        allow_empty=True,
    )
    asked = Asked(
        row.attribute,
        tuple(row.participants),
        tuple(row.comparison["levels"]) if row.comparison["kind"] == "levels" else None,
        terms.people,
        terms.others,
    )
    return announce(
        survey,
        _audience(tx, row, survey, terms),
        wishes,
        asked,
        previous=groups_before(tx, survey),
        pairing=_pairing(survey, row, terms),
    )


def sentence_of(found: Announcement, effect: Detectable) -> str:
    """One effect in words."""
    groups = f"With {found.people} who take part and {found.others} others, of whom {found.rate:.0%} answer"
    if effect.effect is None:
        what = f"{_KINDS[effect.kind]} {_SHAPES[effect.shape]}"
        return f"{groups}, epsilon {found.epsilon:g} is likely to state nothing {what}."
    return (
        f"{groups}, epsilon {found.epsilon:g} detects {effect.effect:.2f} points {_KINDS[effect.kind]} "
        f"{_SHAPES[effect.shape]} in 8 of 10 evaluations."
    )


def _audience(tx: Session, row: ProgramRow, survey: Survey, terms: Terms) -> Audience:
    if rosters.people_of(tx, survey.id):
        _check_source(survey, row, terms)
        return audience_of(tx, survey.id, terms.rate)
    if terms.people is None or terms.others is None:
        raise Conflict(
            "the survey's roster is empty; upload one, or say how many people and others there are"
        )
    return Audience(({},) * (terms.people + terms.others), USUAL_RATE if terms.rate is None else terms.rate)


def _check_source(survey: Survey, row: ProgramRow, terms: Terms) -> None:
    """What people say of themselves is on no roster, so the question must say how many there are."""
    source = next((one.source for one in survey.attributes if one.id == row.attribute), "self")
    if source == "self" and terms.people is None:
        message = "the roster does not tell who takes part"
        remedy = "say how many people take part"
        raise Invalid([Problem("people-needed", "people", message, remedy)])


def _pairing(survey: Survey, row: ProgramRow, terms: Terms) -> PairedDesign | None:
    if not terms.paired_measures:
        return None
    levels = next((one.levels for one in survey.attributes if one.id == row.attribute), ())
    link = micro_rho_for(terms.pairing_epsilon, CAP_DELTA) // TWO_PAIRS
    return PairedDesign(len(levels) + 1, terms.paired_measures, link, gate_z(TWO_PAIRS, DELTA_GATE))
