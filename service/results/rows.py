"""Result rows: one flat shape for what is shown and for what is withheld, with texts in one language."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, Field

from privacy.errors import Invalid, Problem
from privacy.policy_problems import NOT_SAID
from service.results.released import Released, Row
from service.results.selection import FigureKind

_NOT_SAID = {"en": "Not stated", "de": "Keine Angabe"}


class ResultRowModel(BaseModel):
    """One figure of one group. Withheld: its numbers are null, whatever the reason."""

    table: list[str] = Field(description="Attribute ids of the breakdown, empty for the whole.")
    group: dict[str, str] = Field(description="Level ids by attribute id.", examples=[{"unit": "north"}])
    figure: FigureKind
    question: str | None = Field(description="Id, for a question's figure.")
    theme: str | None = Field(description="Id, for a theme's figure.")
    option: str | None = Field(description="Id, for the share of an answer option.")
    value: float | None = Field(
        description="Unbiased, so that sums over groups hold: it may lie outside the possible range, and "
        "outside `low` to `high`, which do not. Clip it to the range where it is displayed. Null beside "
        "`words`."
    )
    low: float | None = Field(description="Lower end of the 90 % interval, cut to the possible range.")
    high: float | None = Field(
        description="Upper end of the 90 % interval, cut to the possible range; for a count, to the "
        "responses on the board."
    )
    margin: float | None = Field(
        description="90 % margin of the noise: the larger of the distances from `value` to the ends of the "
        "interval before it was cut, rounded up."
    )
    nonresponse: float | None = Field(
        description="90 % margin of who did not answer, if those who did are a random sample of those "
        "invited in the group; rounded up. Null for a count."
    )
    combined: float | None = Field(
        description="90 % margin of both together, the root of the sum of their squares, rounded up: how "
        "far `value` may lie from that of all invited. Null for a count."
    )
    smoothed: float | None = Field(
        description="The value drawn towards the other groups of its table, further where less is known: "
        "less wrong on average over the groups, but not for a group unlike the others. No interval is about "
        "it. Null for counts, for the whole and where fewer than three groups are shown."
    )
    words: Literal["almost all", "almost none"] | None = Field(
        description="For a share whose interval reaches 100 or 0 percent, in place of all numbers but `low` "
        "and `high`."
    )
    shown: bool
    question_text: str | None
    theme_text: str | None
    option_text: str | None
    group_text: str | None = Field(description="The levels, joined by a slash; null for the whole.")


CSV_HEADER = tuple(ResultRowModel.model_fields)


def language_of(wave: Released, wanted: str | None) -> str:
    """The wanted language, or the survey's first. Raises Invalid for one the survey has not."""
    if wanted is None:
        return wave.languages[0]
    if wanted not in wave.languages:
        remedy = f"use {', '.join(wave.languages)}"
        raise Invalid([Problem("unknown-language", "language", "the survey is not in this language", remedy)])
    return wanted


def labelled(wave: Released, row: Row, language: str) -> ResultRowModel:
    """A row of the release with its texts."""
    question = next((one for one in wave.manifest.questions if one.id == row["question"]), None)
    option = None
    if question is not None:
        option = next((one for one in question.options if one.id == row["option"]), None)
    return ResultRowModel(
        **row,
        question_text=None if question is None else question.text[language],
        theme_text=_in(language, wave.themes.get(row["theme"], {})),
        option_text=None if option is None else option.text[language],
        group_text=" / ".join(_level(wave, name, row["group"][name], language) for name in row["table"])
        or None,
    )


def flat(row: ResultRowModel) -> Sequence[object]:
    """The row as fields of a CSV file, in the order of CSV_HEADER."""
    values = row.model_dump()
    values["table"] = " / ".join(row.table)
    values["group"] = " / ".join(row.group[name] for name in row.table)
    values["shown"] = "true" if row.shown else "false"
    return list(values.values())


def _level(wave: Released, attribute: str, level: str, language: str) -> str:
    if level == NOT_SAID:
        return _in(language, _NOT_SAID) or NOT_SAID
    for one in wave.manifest.attributes:
        for option in one.levels:
            if one.id == attribute and option.id == level:
                return option.text[language]
    return level


def _in(language: str, texts: Mapping[str, str]) -> str | None:
    return texts.get(language, next(iter(texts.values()), None))
