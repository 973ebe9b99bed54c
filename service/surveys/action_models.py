"""Actions as the API takes and shows them."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.store.actions import ActionState

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
    due: date | None = None
    published: bool = False


class ActionModel(BaseModel):
    """An action."""

    id: str = Field(examples=["a-h5jx2ozq7w3a"])
    survey: str = Field(examples=["psychological-safety"])
    wave: str | None = Field(description="Id of a wave; null for all waves of the survey.")
    theme: str | None
    text: dict[str, str] = Field(description="By language.")
    state: ActionState
    owner: str
    due: date | None
    published: bool = Field(description="Whether everybody who was invited reads it.")
    created_on: date
