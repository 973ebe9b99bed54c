"""Programs with released waves, to evaluate."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from privacy.canonical import canonical_json
from privacy.contract import Manifest
from service.programs.evaluation_value import Measure
from service.programs.program_view import LabelledWave, Objective, OutsideFigure, ProgramView
from service.results.released import Released
from tests.unit.privacy.program_waves import Answers, a_manifest, a_release, around

VIEW = ProgramView("p-1", "Mentorship", "mentorship", "Program", "takes-part", ("mentee", "mentor"))
THEMES = {"climate": {"en": "Climate", "de": "Klima"}}
LOW = {"mentee": around(3, 40), "mentor": around(3, 40), "neither": around(3, 80)}
HIGH = {**LOW, "mentee": around(4, 40), "mentor": around(4, 40)}


def labelled(
    label: str,
    answers: Answers,
    *,
    month: int = 1,
    manifest: Manifest | None = None,
    more: Mapping[str, Any] | None = None,
) -> LabelledWave:
    """A released wave of these answers that closed in ``month``; ``more`` goes into the release."""
    manifest = replace(manifest or a_manifest(), retention_days=month)  # so that no two have one name
    content = canonical_json({**a_release(manifest, answers), **(more or {})})
    closed = datetime(2026, month, 9, tzinfo=UTC)
    return LabelledWave(
        label,
        Released(
            id=f"w-{month}",
            wave=manifest.wave.hex(),
            closed_at=closed,
            content=content,
            manifest=manifest,
            rows=(),
            languages=("en",),
            themes=THEMES,
        ),
    )


def objective(kind: Any, target: float, *, ref: str | None = None, **others: Any) -> Objective:
    """An objective that wants an increase by the end of the year."""
    made = Objective("o-1", "x", Measure(kind, ref), None, target, date(2026, 12, 31), "increase")
    return replace(made, **others)


def outside(value: float, day: int = 1, group: Any = "participants") -> OutsideFigure:
    """Retention on a day of June."""
    return OutsideFigure("retention", "%", group, date(2026, 6, day), value, 40)
