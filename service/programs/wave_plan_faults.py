"""What is wrong with a plan of waves as a whole, and what it cannot tell."""

from collections.abc import Mapping, Sequence
from typing import Any

from privacy.errors import Problem
from service.programs.program_view import BASELINE
from service.programs.wave_schedule import Slot
from service.store.tables_programs import ProgramRow
from service.surveys.plan_room import Load, loss_in_words


def over_the_cap(found: Sequence[Load], largest_epsilon: float | None) -> list[Problem]:
    """A fault for each wave that would take somebody past the cap, with what would fit."""
    problems = []
    for load in found:
        if load.fits:
            continue
        cost = load.cost
        message = (
            f"{cost.label} costs {loss_in_words(cost.micro_rho)} on {cost.day.isoformat()}; of "
            f"{loss_in_words(load.cap)} a year, {loss_in_words(load.spent)} is charged or planned by then"
        )
        ways = []
        if largest_epsilon is not None:
            ways.append(f"choose an epsilon of at most {largest_epsilon:g} for every wave")
        elif any(one.cost.fixed for one in found):
            ways.append("leave out the pairing, or give it a smaller epsilon")
        if len(found) > 1:
            ways.append("plan fewer waves")
        if load.fits_from is not None:
            ways.append(f"open it on {load.fits_from.isoformat()} or later")
        remedy = "; or ".join(ways) or "choose a smaller epsilon"
        problems.append(Problem("plan-over-the-cap", f"waves.{cost.label}", message, remedy))
    return problems


def of_wave(label: str, problem: Problem) -> Problem:
    """A fault of one wave; what all of them have in common stays as it is."""
    if problem.place not in ("opens_at", "closes_at"):
        return problem
    remedy = "choose another first_opens_at, or say when this wave opens"
    return Problem(problem.id, f"waves.{label}.{problem.place}", problem.message, remedy)


def notes_on(row: ProgramRow, slots: Sequence[Slot], plan: Mapping[str, Any]) -> list[str]:
    """What waves with this stored plan cannot tell of a program."""
    late = [slot for slot in slots if slot.label == BASELINE and slot.opens_at.date() > row.starts_on]
    notes = ["The baseline opens after the program starts: what changed before is not seen."] if late else []
    return notes + _notes_on_groups(row, plan)


def _notes_on_groups(row: ProgramRow, plan: Mapping[str, Any]) -> list[str]:
    if row.attribute is None:
        return ["Nothing says who takes part: only changes of everybody can be told."]
    if [row.attribute] not in plan["promise"]["tables"]:
        return [f"Nothing is broken down by {row.attribute}, so participants are compared with nobody."]
    participants = set(row.participants)
    merged = [
        members
        for _, members in plan["chosen"]["groups"].get(row.attribute, [])
        if participants & set(members) and not participants >= set(members)
    ]
    return [
        f"Participants are reported together with others ({', '.join(members)}), so nothing tells them "
        "apart; plan with a smaller merge_at."
        for members in merged
    ]
