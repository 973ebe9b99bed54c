"""The evidence report as CSV: a line for each thing it says, with the numbers of it."""

from collections.abc import Iterator
from typing import Any

from service.http.negotiate import csv_bytes
from service.programs.evaluation_value import Comparison
from service.programs.evidence import Evidence

_ESTIMATE = (
    "value",
    "low",
    "high",
    "combined",
    "noise",
    "nonresponse",
    "chance",
    "standardised",
    "standardised_low",
    "standardised_high",
    "verdict",
)
HEADER = (
    "part",
    "text",
    "measure",
    "ref",
    "unit",
    "comparison",
    "waves",
    "paired",
    *_ESTIMATE,
    "simultaneous",
    "status",
    "baseline",
    "direction",
    "target",
    "day",
    "invited",
    "responses",
    "groups",
    "withheld",
    "owner",
    "sentence",
)


def evidence_csv(evidence: Evidence) -> bytes:
    """Everything the report says; what a line does not have is an empty field."""
    return csv_bytes(HEADER, ([line.get(name) for name in HEADER] for line in _lines(evidence)))


def _lines(evidence: Evidence) -> Iterator[dict[str, Any]]:
    yield {
        "part": "program",
        "text": evidence.name,
        "measure": evidence.kind,
        "status": evidence.state,
        "day": evidence.as_of,
        "owner": evidence.owner,
        "sentence": evidence.purpose,
    }
    yield {"part": "compared", "sentence": evidence.compared_with}
    for aim in evidence.objectives:
        yield {
            "part": "objective",
            "text": aim.text,
            "measure": aim.measure.kind,
            "ref": aim.measure.ref,
            "value": aim.value,
            "low": aim.low,
            "high": aim.high,
            "status": aim.status,
            "baseline": aim.baseline,
            "direction": aim.direction,
            "target": aim.target,
            "day": aim.due,
            "sentence": aim.sentence,
        }
    yield from (_compared("figure", one) for one in evidence.figures)
    yield from (_compared("lasting", one) for one in evidence.lasting)
    yield from ({"part": "helped", "text": text} for text in evidence.helped)
    yield from ({"part": "hurt", "text": text} for text in evidence.hurt)
    for wave in evidence.waves:
        yield {
            "part": "wave",
            "text": wave.label,
            "ref": wave.wave_id,
            "day": wave.closed_on,
            "invited": wave.invited,
            "responses": wave.responses,
            "groups": wave.groups,
            "withheld": wave.withheld,
        }
    for action in evidence.actions:
        asked = action.pulse
        yield {
            "part": "action",
            "text": action.text,
            "ref": action.id,
            "status": action.state,
            "day": action.due,
            "owner": action.owner,
            "sentence": action.objective or action.theme,
            "value": None if asked is None else asked.value,
            "low": None if asked is None else asked.low,
            "high": None if asked is None else asked.high,
            "combined": None if asked is None else asked.margin,
            "verdict": None if asked is None else asked.verdict,
        }
    for name, sentence in evidence.privacy.items():
        yield {"part": "privacy", "ref": name, "sentence": sentence}
    yield {"part": "chance", "text": "measures compared", "value": evidence.compared}
    yield {"part": "chance", "text": "expected by chance", "value": evidence.expected_by_chance}
    yield from ({"part": "method", "sentence": sentence} for sentence in evidence.method)
    yield from ({"part": "caveat", "sentence": sentence} for sentence in evidence.caveats)


def _compared(part: str, one: Comparison) -> dict[str, Any]:
    found = one.estimate
    return {
        "part": part,
        "text": one.text,
        "measure": one.measure.kind,
        "ref": one.measure.ref,
        "unit": one.unit,
        "comparison": one.kind,
        "waves": " ".join(one.waves),
        "paired": "true" if one.paired else "false",
        **{name: None if found is None else getattr(found, name) for name in _ESTIMATE},
        "simultaneous": one.simultaneous,
        "sentence": one.sentence if found is not None else one.why,
    }
