"""One figure from wave to wave: each less the one before it that gave a number, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from privacy.comparable import obstacle
from privacy.evaluate import NO_NUMBER, NotCompared, Outcome, Row, difference
from privacy.survey import Survey

NONE_BEFORE = "No wave before it gave a number for this figure."


@dataclass(frozen=True, slots=True)
class Reading:
    """What one wave says on a figure. ``row`` is the released row, None where the release has none."""

    survey: Survey
    closed_on: date
    row: Row | None

    @property
    def has_number(self) -> bool:
        """Whether it can be compared with."""
        return self.row is not None and self.row["value"] is not None


@dataclass(frozen=True, slots=True)
class Change:
    """A wave's figure less that of the wave at the place ``against``, None if there is none before it.

    ``note`` is one sentence: with which wave it is compared, or why with none.
    """

    against: int | None
    outcome: Outcome
    note: str


def changes(readings: Sequence[Reading]) -> list[Change]:
    """Each wave against the latest before it that gave a number; ``readings`` are in the order of time."""
    found = []
    latest = None
    for place, reading in enumerate(readings):
        if latest is None:
            found.append(Change(None, NotCompared(NONE_BEFORE), NONE_BEFORE))
        else:
            skipped = place - latest - 1
            outcome, note = _between(reading, readings[latest], skipped)
            found.append(Change(latest, outcome, note))
        if reading.has_number:
            latest = place
    return found


def change(reading: Reading, against: Reading) -> Change:
    """One wave against another that was named; ``against`` is at place 0."""
    outcome, note = _between(reading, against, 0)
    return Change(0, outcome, note)


def _between(reading: Reading, against: Reading, skipped: int) -> tuple[Outcome, str]:
    wave = f"the wave that closed on {against.closed_on}"
    row = reading.row if reading.row is not None else against.row
    why = None if row is None else obstacle(against.survey, reading.survey, row)
    if why is not None:
        sentence = f"Not compared with {wave}: {why}."
        return NotCompared(sentence), sentence
    if reading.row is None or against.row is None:
        return NotCompared(NO_NUMBER), NO_NUMBER
    outcome = difference(reading.row, against.row)
    if isinstance(outcome, NotCompared):
        return outcome, outcome.why
    between = "the wave" if skipped == 1 else f"the {skipped} waves"
    reason = f", because {between} in between gave no number for it" if skipped else ""
    return outcome, f"Compared with {wave}{reason}."
