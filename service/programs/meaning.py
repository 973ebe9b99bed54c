"""Whether the waves of a program still ask the same: what changed its meaning between two of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from privacy.comparable import obstacle
from privacy.errors import Problem
from privacy.manifest_reader import read_manifest
from privacy.survey import Survey
from service.programs.measures import items_of
from service.programs.program_view import BASELINE
from service.store.tables_main import WaveRow
from service.store.tables_programs import ObjectiveRow
from service.surveys.definition_file import load

Measured = tuple[str, str | None]  # kind and ref


@dataclass(frozen=True, slots=True)
class Asked:
    """A wave's label in a program and the survey that it asks."""

    label: str
    survey: Survey


def survey_of_wave(row: WaveRow) -> Survey:
    """What the wave asks: what its manifest says, or as long as it is a draft its definition."""
    if row.manifest is not None:
        return read_manifest(row.manifest, row.wave).survey
    return load(row.source)[0]


def measured_by(objectives: Iterable[ObjectiveRow]) -> list[Measured]:
    """The measures of objectives, each once."""
    return list(dict.fromkeys((one.measure["kind"], one.measure["ref"]) for one in objectives))


def paired_measures(row: WaveRow) -> list[Measured]:
    """The measures that a wave pairs on, by its manifest or, as long as it is a draft, its plan."""
    if row.manifest is None:
        return paired_in(row.plan)
    pairing = read_manifest(row.manifest, row.wave).pairing
    return [] if pairing is None else [_measured(one.question, one.theme) for one in pairing.measures]


def paired_in(plan: Mapping[str, Any]) -> list[Measured]:
    """The measures that the plan of a draft pairs on."""
    pairing = plan.get("pairing") or {"measures": []}
    return [_measured(one["question"], one["theme"]) for one in pairing["measures"]]


def changed_meaning(wave: Asked, others: Sequence[Asked], measures: Iterable[Measured]) -> list[Problem]:
    """What ``wave`` asks in another way than the baseline among ``others``, or as the baseline than they."""
    if wave.label == BASELINE:
        pairs = [(wave, other) for other in others]
    else:
        pairs = [(other, wave) for other in others if other.label == BASELINE]
    problems = []
    for before, after in pairs:
        for kind, ref in measures:
            for row in _rows(before.survey, kind, ref):
                why = obstacle(before.survey, after.survey, row)
                if why is not None:
                    problems.append(_problem(before, after, kind, row, why))
    return list(dict.fromkeys(problems))


def _measured(question: str | None, theme: str | None) -> Measured:
    if question is not None:
        return "item", question
    return ("index", None) if theme is None else ("theme", theme)


def _rows(survey: Survey, kind: str, ref: str | None) -> list[dict[str, Any]]:
    """Rows of a release that the measure is read from, as far as comparing two waves needs them."""
    row: dict[str, Any] = {"figure": "mean", "group": {}, "question": None, "theme": None}
    if kind == "item":
        return [{**row, "question": ref}]
    if kind in ("theme", "index"):
        return [{**row, "theme": ref}]
    return [{**row, "figure": "nps", "question": one.id} for one in items_of(survey, kind, ref)]


def _problem(before: Asked, after: Asked, kind: str, row: Mapping[str, Any], why: str) -> Problem:
    what = row["question"] or (f"theme {row['theme']}" if row["theme"] else kind)
    return Problem(
        "measure-changed-meaning",
        "wave",
        f"{what} does not mean the same in the {before.label} and the {after.label} wave: {why}",
        "attach a wave that asks it as the other does, or drop what measures it, or give a changed question "
        "a new id",
    )
