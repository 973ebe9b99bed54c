"""The evidence report of a program as one value: page, PDF, CSV and JSON are written from it.

Nothing is in it but the program's evaluation and what its owner entered; nothing is computed here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.programs.evaluation_value import Comparison, Evaluation, ObjectiveResult, WaveSummary
from service.store.tables_programs import ProgramRow
from service.surveys.pulses import Pulse

_METHOD = (
    "Responses are sealed on the respondent's device; once a wave has closed its figures are released once, "
    "with noise added.",
    "After ± stands the 90 % margin of all that may be off together: the noise, who did not answer, who "
    "happens to be on the roster. SDs are standard deviations of one answer.",
    "Higher and lower are said where the whole 90 % interval is above or below zero, else it cannot tell. Of "
    "each measure the strongest comparison that the waves allow is told.",
)
_OUTSIDE = "Figures from outside the survey are as they were entered, and are not checked here."


@dataclass(frozen=True, slots=True)
class ActionTaken:
    """An action that is published. ``objective`` and ``theme`` are their texts; ``pulse`` says if
    it helped.
    """

    id: str
    text: str
    state: str
    owner: str
    due: date | None
    objective: str | None
    theme: str | None
    pulse: Pulse | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a program, for one page.

    ``survey`` is the id of the one that judges it, ``languages`` are those that its texts can be read in.
    ``as_of`` is the day on which the latest wave closed, None before there is one. ``figures`` has the best
    comparison of each measure but of single items, unless an objective is about them; ``lasting`` what
    became of them after the end.
    """

    program: str
    name: str
    kind: str
    purpose: str
    owner: str
    sponsor: str
    starts_on: date
    ends_on: date
    state: str
    survey: str | None
    language: str
    languages: tuple[str, ...]
    as_of: date | None
    compared_with: str
    objectives: tuple[ObjectiveResult, ...]
    figures: tuple[Comparison, ...]
    lasting: tuple[Comparison, ...]
    helped: tuple[str, ...]
    hurt: tuple[str, ...]
    waves: tuple[WaveSummary, ...]
    actions: tuple[ActionTaken, ...]
    privacy: Mapping[str, str]
    compared: int
    expected_by_chance: float
    method: tuple[str, ...]
    caveats: tuple[str, ...]


def evidence_of(
    row: ProgramRow,
    evaluation: Evaluation,
    actions: Sequence[ActionTaken],
    *,
    compared_with: str,
    languages: Sequence[str],
) -> Evidence:
    """The report of the program in ``row``; ``compared_with`` is a sentence about who is compared."""
    figures = _best(evaluation)
    outside = any(one.measure.kind == "outside" for one in evaluation.objectives)
    told = (*evaluation.caveats, *(caveat for one in figures for caveat in one.caveats))
    return Evidence(
        program=row.id,
        name=row.name,
        kind=row.kind,
        purpose=row.purpose,
        owner=row.owner,
        sponsor=row.sponsor,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        state=row.state,
        survey=row.survey_id,
        language=evaluation.language,
        languages=tuple(languages),
        as_of=max((wave.closed_on for wave in evaluation.waves), default=None),
        compared_with=compared_with,
        objectives=evaluation.objectives,
        figures=figures,
        lasting=evaluation.decay,
        helped=evaluation.helped,
        hurt=evaluation.hurt,
        waves=evaluation.waves,
        actions=tuple(actions),
        privacy=evaluation.privacy,
        compared=evaluation.compared,
        expected_by_chance=evaluation.expected_by_chance,
        method=(*_METHOD, _OUTSIDE) if outside else _METHOD,
        caveats=tuple(dict.fromkeys(told)),
    )


def _best(evaluation: Evaluation) -> tuple[Comparison, ...]:
    """The first comparison of each measure; of items, only those that an objective is about."""
    aimed_at = {one.measure for one in evaluation.objectives}
    best = {one.measure: one for one in reversed(evaluation.comparisons)}
    return tuple(
        best[measure]
        for measure in dict.fromkeys(one.measure for one in evaluation.comparisons)
        if measure.kind != "item" or measure in aimed_at
    )
