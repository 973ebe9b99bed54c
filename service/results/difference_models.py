"""Differences and changes as the API shows them: one shape, whether there is a difference to state or not."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from privacy.evaluate import Difference, Outcome, Verdict
from service.results.rows import ResultRowModel
from service.results.selection import FigureKind


class OutcomeModel(BaseModel):
    """One figure of one group less another. Nothing to state: the numbers and the verdict are null."""

    table: list[str] = Field(description="Attribute ids of the breakdown, empty for the whole.")
    group: dict[str, str] = Field(description="Level ids by attribute id.", examples=[{"unit": "north"}])
    figure: FigureKind
    question: str | None = Field(description="Id, for a question's figure.")
    theme: str | None = Field(description="Id, for a theme's figure.")
    option: str | None = Field(description="Id, for the share of an answer option.")
    value: float | None = Field(description="This less that, in the figure's unit.")
    margin: float | None = Field(description="90 % margin of the noise.")
    nonresponse: float | None = Field(description="90 % margin of who did not answer.")
    combined: float | None = Field(description="90 % margin of both.")
    low: float | None = Field(description="`value` less `combined`.")
    high: float | None = Field(description="`value` plus `combined`.")
    verdict: Verdict | None = Field(description="`cannot tell` if zero is between `low` and `high`.")
    note: str | None = Field(
        description="One sentence: why there is no difference to state, or with which wave it is compared."
    )
    question_text: str | None
    theme_text: str | None
    option_text: str | None
    group_text: str | None = Field(description="The levels, joined by a slash; null for the whole.")


class DifferenceRowModel(OutcomeModel):
    """A group less another of the same wave."""

    against: dict[str, str] = Field(description="The other group; empty for the whole.")
    against_text: str | None = Field(description="Its levels, joined by a slash; null for the whole.")


class ChangeRowModel(OutcomeModel):
    """A wave less one before it."""

    wave: str = Field(description="64 hex digits.")
    wave_id: str
    survey_version: str
    closed_on: date
    against_wave: str | None = Field(description="The other wave; null if there is none.")
    against_wave_id: str | None
    against_closed_on: date | None


class ComparisonsModel(BaseModel):
    """How far chance alone accounts for the verdicts of one answer."""

    comparisons: int = Field(description="Rows of all pages that state a difference.")
    expected_by_chance: float = Field(
        description="How many of them would be `higher` or `lower` if nothing differed: one in ten."
    )


class DifferencePageModel(ComparisonsModel):
    """One page of differences."""

    items: list[DifferenceRowModel]
    next: str | None = Field(description="Send it as `cursor` for the next page; null on the last one.")


class ChangePageModel(ComparisonsModel):
    """One page of changes."""

    items: list[ChangeRowModel]
    next: str | None = Field(description="Send it as `cursor` for the next page; null on the last one.")


DIFFERENCE_HEADER = (*DifferenceRowModel.model_fields, *ComparisonsModel.model_fields)
CHANGE_HEADER = (*ChangeRowModel.model_fields, *ComparisonsModel.model_fields)
_OF_THE_ROW = {"table", "group", "figure", "question", "theme", "option"}
_TEXTS = {"question_text", "theme_text", "option_text", "group_text"}
_NOTHING = dict.fromkeys(Difference.__slots__)


def outcome_fields(row: ResultRowModel, outcome: Outcome, note: str | None) -> dict[str, Any]:
    """The fields of OutcomeModel for the difference of the figure and group in ``row``."""
    numbers = asdict(outcome) if isinstance(outcome, Difference) else _NOTHING
    return {**row.model_dump(include=_OF_THE_ROW | _TEXTS), **numbers, "note": note}


def flat_rows(
    rows: Iterable[DifferenceRowModel | ChangeRowModel], comparisons: ComparisonsModel
) -> Iterable[Sequence[object]]:
    """The rows as fields of a CSV file; each ends with what a page says once."""
    for row in rows:
        values = row.model_dump()
        values["table"] = " / ".join(row.table)
        for name in ("group", "against"):
            if name in values:
                values[name] = " / ".join(values[name].values())
        yield [*values.values(), *comparisons.model_dump().values()]
