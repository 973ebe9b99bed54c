"""The terms of each wave of a program's plan: its times, its breakdowns, and whom it is paired with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from privacy.contract import Measure
from privacy.errors import Invalid, Problem
from privacy.pairing import EPSILON
from privacy.survey import Survey
from service.programs.wave_schedule import Slot
from service.store.tables_programs import ProgramRow
from service.surveys.pairing_terms import WAVE_BEFORE, PairingTerms
from service.surveys.terms import Terms, usual_tables

CARRIED = timedelta(days=60)  # after the later wave has closed, for its tally
PARTICIPANTS = "participants"  # stands for the attribute that says who takes part


@dataclass(frozen=True, slots=True)
class PairedPlan:
    """What the waves of a plan are paired on, each with the one before.

    ``by`` is the attribute whose groups are told apart, ``PARTICIPANTS`` the program's own; ``epsilon`` is
    what a wave is charged for each paired release it is part of.
    """

    measures: tuple[Measure, ...]
    by: str | None = PARTICIPANTS
    epsilon: float = EPSILON
    carried: timedelta = CARRIED


def tables_for(row: ProgramRow, survey: Survey) -> tuple[tuple[str, ...], ...]:
    """The definition's own breakdowns and those that the program's comparison needs."""
    tables = list(usual_tables(survey))
    if row.attribute is not None:
        needed: list[tuple[str, ...]] = [(row.attribute,)]
        if row.stratum is not None:
            pair = (row.attribute, row.stratum["attribute"])
            needed.append(tuple(one.id for one in survey.attributes if one.id in pair))
        tables += [table for table in needed if table not in tables]
    return tuple(tables)


def terms_of_plan(
    row: ProgramRow,
    survey: Survey,
    slots: Sequence[Slot],
    wishes: Mapping[str, Any],
    pairing: PairedPlan | None,
) -> list[Terms]:
    """The terms of each wave. Raises Invalid for a pairing of a single wave."""
    if pairing is not None and len(slots) < 2:
        message, remedy = "a single wave has none to be paired with", "plan another wave, or no pairing"
        raise Invalid([Problem("pairs-with-nothing", "pairing", message, remedy)])
    usual = {"tables": tables_for(row, survey), **wishes}
    next_closes: list[datetime | None] = [*(slot.closes_at for slot in slots[1:]), None]
    return [
        Terms(
            **usual,
            opens_at=slot.opens_at,
            closes_at=slot.closes_at,
            pairing=None if pairing is None else _paired(row, pairing, number, later),
        )
        for number, (slot, later) in enumerate(zip(slots, next_closes, strict=True))
    ]


def _paired(row: ProgramRow, pairing: PairedPlan, number: int, later: datetime | None) -> PairingTerms:
    return PairingTerms(
        pairing_id=row.pairing_id.hex(),
        measures=pairing.measures,
        by=row.attribute if pairing.by == PARTICIPANTS else pairing.by,
        epsilon=pairing.epsilon,
        earlier=WAVE_BEFORE if number else None,
        carried_until=None if later is None else later + pairing.carried,
    )
