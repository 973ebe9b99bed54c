"""The comparisons of evaluations as CSV: a line a comparison, its number with all its margins."""

from collections.abc import Iterator, Sequence

from service.http.negotiate import csv_bytes
from service.programs.evaluation_value import Comparison, Evaluation

_NUMBERS = (
    "value",
    "low",
    "high",
    "noise",
    "nonresponse",
    "chance",
    "combined",
    "standardised",
    "standardised_low",
    "standardised_high",
    "verdict",
)
HEADER = (
    "program",
    "name",
    "kind",
    "measure",
    "ref",
    "text",
    "unit",
    "waves",
    "paired",
    *_NUMBERS,
    "simultaneous",
    "sentence",
    "why",
    "caveats",
    "compared",
    "expected_by_chance",
)


def comparisons_csv(found: Evaluation) -> bytes:
    """Every comparison of an evaluation, those of decay last."""
    return csv_bytes(HEADER, _rows(found))


def _rows(found: Evaluation) -> Iterator[Sequence[object]]:
    for one in (*found.comparisons, *found.decay):
        yield (found.program, found.name, *cells_of(one), found.compared, found.expected_by_chance)


def cells_of(one: Comparison) -> tuple[object, ...]:
    """The fields of a comparison, in the order of the header."""
    numbers = [None if one.estimate is None else getattr(one.estimate, name) for name in _NUMBERS]
    return (
        one.kind,
        one.measure.kind,
        one.measure.ref,
        one.text,
        one.unit,
        " ".join(one.waves),
        "true" if one.paired else "false",
        *numbers,
        one.simultaneous,
        one.sentence,
        one.why,
        " ".join(one.caveats),
    )
