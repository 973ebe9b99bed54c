"""Actions as the API takes and shows them."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from privacy.alternatives import LARGEST_EPSILON
from service.store.actions import ActionState
from service.store.tables_staff import ActionRow
from service.surveys.pulses import EPSILON, Pulse, Verdict
from service.surveys.wave_models import State

LONGEST = 1000  # characters of a text
# Several lines are allowed, other control characters are not, and something must stand there.
_WRITTEN = r"^[^\x00-\x08\x0b-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x08\x0b-\x1f\x7f]*$"
Text = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=_WRITTEN)]
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Id = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


class NewActionModel(BaseModel):
    """Something that was decided after a wave."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: dict[str, Text] = Field(
        description="What is done, by language; in one language of the survey at least.",
        min_length=1,
        max_length=20,
        examples=[{"en": "Retrospectives without managers, every second week"}],
    )
    state: ActionState = Field(default="planned", description="How far it has come.")
    owner: Line = Field(default="", description="Who sees to it; published with it.", examples=["Robin"])
    wave: Id | None = Field(default=None, description="A wave of the survey; null for all its waves.")
    theme: Id | None = Field(default=None, description="A theme of the survey.", examples=["learning"])
    program: Id | None = Field(default=None, description="A program that the survey judges.")
    objective: Id | None = Field(default=None, description="An objective of that program.")
    due: date | None = Field(default=None, description="By which day.", examples=["2026-06-30"])
    published: bool = Field(
        default=False, description="Whether everybody who was invited reads it beside the results."
    )


class ChangedActionModel(BaseModel):
    """What changes of an action; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: dict[str, Text] = Field(default={}, min_length=1, max_length=20)
    state: ActionState = "planned"
    owner: Line = ""
    wave: Id | None = None
    theme: Id | None = None
    program: Id | None = None
    objective: Id | None = None
    due: date | None = None
    published: bool = False


class NewPulseModel(BaseModel):
    """When and how closely everybody on the roster is asked whether the action helped."""

    model_config = ConfigDict(extra="forbid", strict=True)

    from_day: date | None = Field(
        default=None,
        alias="from",
        description="The day on which it was done or published, today unless it is given. The wave opens 30 "
        "days later, tomorrow at the earliest.",
        examples=["2026-06-30"],
    )
    epsilon: float = Field(
        default=EPSILON,
        gt=0,
        le=LARGEST_EPSILON,
        allow_inf_nan=False,
        description="Most privacy loss of whoever answers, at delta 1e-6.",
    )


class PulseModel(BaseModel):
    """The wave that asks whether an action helped. Its numbers are null until they are released and shown."""

    model_config = ConfigDict(from_attributes=True)

    wave: str = Field(examples=["w-h5jx2ozq7w3a"])
    survey: str
    state: State
    opens_at: str = Field(examples=["2026-07-30T08:00:00Z"])
    closes_at: str
    value: float | None = Field(description="Mean of the answers, from 1, much worse, to 5, much better.")
    low: float | None = Field(
        description="Lower end of the 90 % interval of the noise and of who did not answer."
    )
    high: float | None
    margin: float | None = Field(description="90 % margin of both together.")
    verdict: Verdict | None = Field(
        description="`helped` or `made it worse` where the interval leaves the middle of the scale out."
    )


class ActionModel(BaseModel):
    """An action."""

    id: str = Field(examples=["a-h5jx2ozq7w3a"])
    survey: str = Field(examples=["psychological-safety"])
    wave: str | None = Field(description="Id of a wave; null for all waves of the survey.")
    theme: str | None
    program: str | None
    objective: str | None
    text: dict[str, str] = Field(description="By language.")
    state: ActionState
    owner: str
    due: date | None
    published: bool = Field(description="Whether everybody who was invited reads it.")
    created_on: date
    pulse: PulseModel | None = Field(description="Whether it helped; null as long as nobody is asked.")


_RENAMED = ("survey", "wave", "program", "objective")


def action_model(row: ActionRow, pulse: Pulse | None) -> ActionModel:
    """The action as the API shows it; ``pulse`` is what pulse_of gives for it."""
    columns = row.model_dump(exclude={*(f"{name}_id" for name in _RENAMED), "pulse_wave_id"})
    named = {name: getattr(row, f"{name}_id") for name in _RENAMED}
    asked = None if pulse is None else PulseModel.model_validate(pulse)
    return ActionModel(**columns, **named, pulse=asked)
