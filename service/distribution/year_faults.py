"""What stands against a schedule once its year was gone through, and what its owner should know."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from privacy.errors import Problem
from privacy.ledger import CAP_DELTA, YEAR
from privacy.mechanism import micro_rho_for
from service.distribution.crowd import Asking, Numbers, People
from service.distribution.year import Foreseen, Ground
from service.surveys.plan_room import epsilon_within, loss_in_words


def year_problems(year: Ground, without_cap: Ground) -> list[Problem]:
    """Why a schedule cannot be, from its year and from one in which nobody is left out because of the cap."""
    return [*_overlaps(year), *_over_the_load(year), *_over_the_cap(year, without_cap)]


def largest_epsilon(ground: Ground) -> float | None:
    """The largest epsilon, in hundredths, with which the cap leaves nobody out who has room at all.

    ``ground`` is a year in which nobody is left out because of it. None if there is none.
    """
    limit = most = ground.crowd.limits.micro_rho
    for wave in (one.wave for one in ground.foreseen if one.wave is not None):
        counts, others = _own_waves(ground, wave.day)
        asked = wave.people & (counts > 0) & ~_full_anyway(ground, others)
        if asked.any():
            most = min(most, int(((limit - others) // np.maximum(counts, 1))[asked].min()))
    return epsilon_within(most)


def notes_on(ground: Ground) -> list[str]:
    """What the owner should know of a year that can be."""
    own = [one for one in ground.foreseen if one.coming.survey == ground.own]
    held = ground.held[ground.own]
    notes = []
    if len(held.parts) > 1:
        notes.append(f"Every question comes back within {len(held.parts)} waves.")
    if held.schedule.people_one_in > 1:
        notes.append(
            f"A wave asks one in {held.schedule.people_one_in} people, those who have waited longest."
        )
    skipped = [one for one in own if one.reason is not None]
    if skipped:
        days = ", ".join(one.coming.occurrence.day.isoformat() for one in skipped[:3])
        more = ", ..." if len(skipped) > 3 else ""
        notes.append(f"{len(skipped)} of {len(own)} waves will not come ({days}{more}).")
    notes += _left_out(own)
    return notes + [
        f"{len(days)} waves of {survey} will not come, because this survey asks its people at that time."
        for survey, days in sorted(_crowded_out(ground).items())
    ]


def _left_out(own: Sequence[Foreseen]) -> Iterator[str]:
    drawn = [one.drawn for one in own if one.drawn is not None and one.reason is None]
    for name, words in (
        ("taken", "another wave asks them at that time"),
        ("burdened", "they are asked for enough within 28 days"),
        ("without_room", "they have no room left under the cap of privacy loss"),
    ):
        numbers = [number for one in drawn if (number := getattr(one, name))]
        if numbers:
            yield (
                f"In {len(numbers)} of {len(drawn)} waves up to {max(numbers)} of {drawn[0].roster} people "
                f"are left out of the draw: {words}."
            )


def _overlaps(ground: Ground) -> Iterator[Problem]:
    """Waves for everybody that meet: one of them would have nobody left to ask."""
    own = ground.held[ground.own].schedule
    if own.people_one_in != 1:
        return
    met: dict[str, list[date]] = {}
    for one in ground.foreseen:
        if one.coming.survey == ground.own and one.drawn is not None and one.reason and one.drawn.taken:
            at = one.coming.occurrence
            for wave in ground.crowd.overlapping(at.opens_at, at.closes_at):
                if (wave.people & ground.crowd.rosters[ground.own]).any():
                    met.setdefault(wave.survey, []).append(at.day)
    for survey, days in _crowded_out(ground).items():
        if ground.held[survey].schedule.people_one_in == 1:
            met.setdefault(survey, []).extend(days)
    for survey, days in sorted(met.items()):
        message = (
            f"a wave of {survey} asks the same people at the same time on {_some(sorted(set(days)))}, and "
            "nobody is asked by two waves at once"
        )
        remedy = "choose other days, or draw people with people_one_in so that each wave asks some of them"
        yield Problem("overlapping-waves", "starts_on", message, remedy)


def _crowded_out(ground: Ground) -> dict[str, list[date]]:
    """The dates of other surveys that will not come because this one asks their people, by survey."""
    found: dict[str, list[date]] = {}
    for one in ground.foreseen:
        if one.coming.survey == ground.own or one.drawn is None or one.reason is None:
            continue
        at = one.coming.occurrence
        for wave in ground.crowd.overlapping(at.opens_at, at.closes_at):
            if wave.survey == ground.own and (wave.people & ground.crowd.rosters[one.coming.survey]).any():
                found.setdefault(one.coming.survey, []).append(at.day)
                break
    return found


def _over_the_load(year: Ground) -> Iterator[Problem]:
    days = _skipped(year, "burdened")
    if days:
        limits = year.crowd.limits
        message = (
            f"on {_some(days)} too many people are asked for {limits.invitations} waves or {limits.minutes} "
            "minutes within 28 days already"
        )
        remedy = "ask fewer questions, less often, or draw people with people_one_in"
        yield Problem("schedule-over-the-load", "cadence", message, remedy)


def _over_the_cap(year: Ground, without_cap: Ground) -> Iterator[Problem]:
    """What is planned may not be too much by itself, nor leave too few to ask beside what was charged."""
    limit = without_cap.crowd.limits.micro_rho
    planned = [
        (one.coming, one.wave, _planned(without_cap, one.wave))
        for one in without_cap.foreseen
        if one.wave is not None
    ]
    over = [(coming, spent) for coming, _, spent in planned if spent > limit]
    days = _skipped(year, "without_room")
    if over:
        coming, spent = over[0]
        message = (
            f"{len(over)} of {len(planned)} waves take somebody past the cap: with that of {coming.survey} "
            f"on {coming.occurrence.day.isoformat()} {loss_in_words(spent)} is planned within a year, of "
            f"{loss_in_words(limit)}"
        )
    elif days:
        message = (
            f"on {_some(days)} too many people have been charged too much of {loss_in_words(limit)} a year"
        )
    else:
        return
    ways = ["draw people with people_one_in, or have waves come less often"]
    most = largest_epsilon(without_cap)
    if most is not None and micro_rho_for(most, CAP_DELTA) < without_cap.held[year.own].parts[0].micro_rho:
        ways.insert(0, f"choose an epsilon of at most {most:g}")
    if days:
        ways.insert(0, "let it start later, once what was charged is a year past")
    yield Problem("schedule-over-the-cap", "terms.epsilon", message, "; or ".join(ways))


def _planned(ground: Ground, last: Asking) -> int:
    """The most that anybody whom a wave asks will be charged in the year up to it by waves still to draft."""
    found = np.zeros(len(ground.crowd.names), dtype=np.int64)
    for wave in ground.crowd.waves:
        if wave.id is None and last.day - YEAR < wave.day <= last.day:
            found[wave.people] += wave.micro_rho
    return int(found[last.people].max(initial=0))


def _skipped(year: Ground, why: str) -> list[date]:
    """The schedule's days without a wave for want of people, most of whom are left out for this reason."""
    return [
        one.coming.occurrence.day
        for one in year.foreseen
        if one.coming.survey == year.own
        and one.drawn is not None
        and one.reason is not None
        and getattr(one.drawn, why) == max(one.drawn.taken, one.drawn.burdened, one.drawn.without_room, 1)
    ]


def _full_anyway(ground: Ground, others: Numbers) -> People:
    """Whoever has no room for a single wave of the schedule beside the ``others``: they are not drawn."""
    found: People = others + ground.held[ground.own].parts[0].micro_rho > ground.crowd.limits.micro_rho
    return found


def _own_waves(ground: Ground, day: date) -> tuple[Numbers, Numbers]:
    """How many waves of the schedule ask each in the year up to ``day``, drafts left out, and what each is
    charged for everything else."""
    counts = np.zeros(len(ground.crowd.names), dtype=np.int64)
    for wave in ground.crowd.waves:
        if wave.survey == ground.own and wave.id is None and day - YEAR < wave.day <= day:
            counts[wave.people] += 1
    return counts, ground.crowd.spent(day) - counts * ground.held[ground.own].parts[0].micro_rho


def _some(days: Sequence[date]) -> str:
    named = ", ".join(day.isoformat() for day in days[:3])
    return f"{named} and {len(days) - 3} more days" if len(days) > 3 else named
