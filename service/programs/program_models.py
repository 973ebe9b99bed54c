"""Programs as the API takes and shows them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from privacy.survey import ProgramKind
from service.store.programs import ProgramState
from service.store.tables_programs import ProgramRow
from service.surveys.action_models import Id, Line, Text

Role = Literal["mentor", "mentee", "member", "ally", "trained-manager", "not-yet", "participant"]
Name = Annotated[
    str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")
]
Levels = Annotated[list[Id], Field(max_length=50)]


class RestModel(BaseModel):
    """Participants are compared with everybody else who answers."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["rest"] = "rest"


class LevelsModel(BaseModel):
    """Participants are compared with other levels of the attribute, such as a waiting list."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["levels"]
    levels: Annotated[list[Id], Field(min_length=1, max_length=50)]


class StratumModel(BaseModel):
    """Both groups are narrowed to one level of another attribute."""

    model_config = ConfigDict(extra="forbid", strict=True)

    attribute: Id
    level: Id


Comparison = Annotated[RestModel | LevelsModel, Field(discriminator="kind")]


class NewProgramModel(BaseModel):
    """A program that is planned."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name = Field(examples=["Mentoring 2026"])
    kind: ProgramKind
    purpose: Text | Literal[""] = Field(default="", description="What it is for, in a sentence or two.")
    owner: Line = Field(default="", description="Who runs it.")
    sponsor: Line = Field(default="", description="Who answers for it.")
    starts_on: date
    ends_on: date = Field(description="A later day.")
    roles: Annotated[list[Role], Field(max_length=7)] = Field(
        default_factory=list, description="What people can be in it.", examples=[["mentor", "mentee"]]
    )
    survey: Id | None = Field(default=None, description="The survey whose waves judge it.")
    attribute: Id | None = Field(
        default=None, description="The attribute of the survey that says who takes part."
    )
    participants: Levels = Field(
        default_factory=list, description="Its levels of those who take part.", examples=[["mentee"]]
    )
    comparison: Comparison = Field(
        default_factory=RestModel, description="Whom participants are compared with."
    )
    stratum: StratumModel | None = Field(default=None, description="Needs a breakdown by both attributes.")


_SOME_DAY = date(2000, 1, 1)


class ChangedProgramModel(NewProgramModel):
    """What changes of a program; what is left out stays as it is."""

    # Sent or left out: these defaults are never looked at.
    name: Name = ""
    kind: ProgramKind = "other"
    starts_on: date = _SOME_DAY
    ends_on: date = _SOME_DAY
    state: ProgramState = Field(default="planned", description="As it is, or the next one.")


class ProgramModel(BaseModel):
    """A program."""

    id: str = Field(examples=["p-h5jx2ozq7w3a"])
    name: str
    kind: ProgramKind
    purpose: str
    owner: str
    sponsor: str
    starts_on: date
    ends_on: date
    roles: list[Role]
    state: ProgramState
    survey: str | None
    attribute: str | None
    participants: list[str]
    comparison: Comparison
    stratum: StratumModel | None
    created_on: date


def program_model(row: ProgramRow) -> ProgramModel:
    """The program as the API shows it."""
    columns: dict[str, Any] = row.model_dump(exclude={"survey_id", "pairing_id"})
    return ProgramModel(**columns, survey=row.survey_id)
