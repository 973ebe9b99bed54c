"""What the wave of a turn asks and costs, as far as its schedule and the survey tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from privacy.ledger import CAP_DELTA
from privacy.mechanism import micro_rho_for
from privacy.survey import Survey
from service.distribution.rotation import asked_in, parts_of
from service.distribution.schedule import Schedule
from service.surveys.definition_file import load
from service.surveys.minutes import minutes_of
from service.surveys.wave_bodies import TermsModel


@dataclass(frozen=True, slots=True)
class Part:
    """A wave of a schedule: the definition it asks, as text and read, and the fields of Terms but its times.

    ``minutes`` is how long answering takes, ``micro_rho`` what it costs everybody it invites, in millionths.
    """

    source: str
    survey: Survey
    wishes: Mapping[str, Any]
    minutes: int
    micro_rho: int


def parts(source: str, schedule: Schedule) -> list[Part]:
    """The waves of the turns 0, 1, ...; after the last of them the first comes again. Raises Invalid."""
    survey, _ = load(source)
    return [_part(source, survey, schedule, turn) for turn in range(len(parts_of(survey, schedule)))]


def part_of(source: str, schedule: Schedule, turn: int) -> Part:
    """The wave of one turn. Raises Invalid."""
    survey, _ = load(source)
    return _part(source, survey, schedule, turn)


def _part(source: str, survey: Survey, schedule: Schedule, turn: int) -> Part:
    asked = asked_in(source, survey, schedule, turn)
    if asked != source:
        survey, _ = load(asked)
    terms = TermsModel.model_validate(schedule.terms)
    wishes = terms.wishes()
    named = {one.id for some in (survey.questions, survey.themes, survey.attributes) for one in some}
    if "importance" in wishes:
        # What is asked another time has no weight this time.
        wishes["importance"] = {name: one for name, one in terms.importance.items() if name in named}
    return Part(asked, survey, wishes, minutes_of(survey), micro_rho_for(terms.epsilon, CAP_DELTA))
