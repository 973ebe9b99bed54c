"""Released rows to compare: the mean of the question "speak" unless told otherwise."""

from collections.abc import Mapping
from typing import Any

from privacy.rows import WITHHELD


def a_row(
    value: float | None, margin: float = 0.3, nonresponse: float = 0.4, **others: Any
) -> Mapping[str, Any]:
    """A row as a release has it; without a value, a withheld one."""
    row = {"table": [], "group": {}, "figure": "mean", "question": "speak", "theme": None, "option": None}
    if value is None:
        return {**row, **WITHHELD, **others}
    numbers = {"value": value, "low": value - margin, "high": value + margin, "margin": margin}
    return {**row, **WITHHELD, **numbers, "nonresponse": nonresponse, "shown": True, **others}
