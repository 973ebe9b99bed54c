"""Waves as they are asked for: the bodies of the API's requests."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from privacy.pairing import EPSILON as PAIRING_EPSILON
from privacy.planner import MERGE_AT
from service.surveys.terms import COMMENT_K, EPSILON, RETENTION_DAYS, K

_UNSENT = datetime.min.replace(tzinfo=UTC)
_TIME = {"type": "string", "format": "date-time", "examples": ["2026-03-02T08:00:00Z"]}


def _whole_minute(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("a time is text such as 2026-03-02T08:00:00Z")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("not a time; write it as 2026-03-02T08:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError("a time without a zone; end it with Z for UTC")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("not within the years 1 to 9999 in UTC") from None
    if moment.second or moment.microsecond:
        raise ValueError("not a whole minute")
    return moment


Minute = Annotated[datetime, BeforeValidator(_whole_minute), WithJsonSchema(_TIME)]


class MarginsModel(BaseModel):
    """The widest 90 % margins that are shown."""

    model_config = ConfigDict(extra="forbid", strict=True)

    scale: float = Field(default=0.5, gt=0, allow_inf_nan=False, description="On a five-point scale.")
    share: float = Field(default=15.0, gt=0, allow_inf_nan=False, description="Percentage points.")
    nps: float = Field(default=30.0, gt=0, allow_inf_nan=False, description="Points.")


class MeasureModel(BaseModel):
    """A scale question, a theme, or all scale questions where both are null."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: str | None = Field(default=None, max_length=100)
    theme: str | None = Field(default=None, max_length=100, examples=["learning"])


class PairingModel(BaseModel):
    """How the answers are compared, person by person, with those of another wave of a program."""

    model_config = ConfigDict(extra="forbid", strict=True)

    program: str = Field(max_length=100, description="Its codes tell which answers belong together.")
    measures: list[MeasureModel] = Field(min_length=1, max_length=12, description="Whose change is released.")
    by: str | None = Field(default=None, max_length=100, description="Attribute whose groups are told apart.")
    epsilon: float = Field(
        default=PAIRING_EPSILON,
        gt=0,
        le=20,
        allow_inf_nan=False,
        description="What the wave is charged for each paired release it can be part of, at delta 1e-6. "
        "With an earlier wave it is what that one promised.",
    )
    earlier: str | None = Field(
        default=None,
        max_length=100,
        description="The wave whose answers these are paired with.",
    )
    carried_until: Minute | None = Field(
        default=None,
        description="Until when what is needed is kept, sealed, for a later wave; null if it is not.",
    )


class TermsModel(BaseModel):
    """The terms of a wave; what is left out stays as it is, or takes its usual value in a new draft."""

    model_config = ConfigDict(extra="forbid", strict=True)

    epsilon: float = Field(
        default=EPSILON,
        gt=0,
        le=20,
        allow_inf_nan=False,
        description="Most privacy loss of whoever answers, at delta 1e-6 (presence).",
    )
    k: int = Field(
        default=K, ge=2, le=1_000_000, description="No group below this many respondents is shown."
    )
    comment_k: int = Field(
        default=COMMENT_K, ge=2, le=1_000_000, description="Comments are shown from this many on; at least k."
    )
    tables: list[list[str]] = Field(
        default_factory=list,
        max_length=100,
        description="Attribute ids of each breakdown, `[]` being the whole; usually the definition's own.",
        examples=[[[], ["department"], ["tenure"]]],
    )
    retention_days: int = Field(
        default=RETENTION_DAYS,
        ge=1,
        le=3650,
        description="Sealed responses are deleted this many days after the closing time in the manifest, or "
        "once the wave is released if that is later.",
    )
    margins: MarginsModel = Field(default_factory=MarginsModel)
    merge_at: int = Field(
        default=MERGE_AT,
        ge=1,
        le=1_000_000,
        description="Groups of the roster are merged until as many are invited in each; 1 merges none.",
    )
    fresh_groups: bool = Field(
        default=False, description="Do not keep the groups that the survey's latest wave merged."
    )
    importance: dict[str, float] = Field(
        default_factory=dict,
        max_length=1_000,
        description="How much a question, a theme or the breakdown by an attribute matters, by its id: a "
        "factor from 0.1 to 10.",
        examples=[{"speaking-up": 2}],
    )
    allow_empty: bool = Field(
        default=False, description="Accept a wave of which nothing is likely to be shown, for a trial."
    )

    pairing: PairingModel | None = Field(
        default=None, description="What is compared with another wave; null for nothing."
    )

    def wishes(self) -> dict[str, Any]:
        """The fields that were sent, as fields of Terms."""
        sent = self.model_dump(exclude_unset=True)
        if "tables" in sent:
            sent["tables"] = tuple(tuple(table) for table in self.tables)
        if "margins" in sent:
            sent["margins"] = self.margins.model_dump()
        if self.pairing is not None:
            sent["pairing"] = self.pairing.model_dump()
        return sent


class NewWaveModel(TermsModel):
    """A wave to draft."""

    opens_at: Minute = Field(description="When it opens by itself; a whole minute.")
    closes_at: Minute = Field(description="When it closes by itself; a whole minute.")


class ChangedWaveModel(TermsModel):
    """What to change in a draft."""

    # Sent or left out, but never null: this default is never looked at.
    opens_at: Minute = Field(default_factory=lambda: _UNSENT, description="As for a new wave.")
    closes_at: Minute = Field(default_factory=lambda: _UNSENT, description="As for a new wave.")
