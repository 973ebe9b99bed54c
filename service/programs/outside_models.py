"""Figures from outside as the API takes and shows them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.programs.program_models import Name
from service.store.tables_programs import OutsideFigureRow
from service.surveys.action_models import Line

MOST_PEOPLE = 100_000_000
LARGEST_VALUE = 1e12
Group = Literal["participants", "others", "everybody"]
Unit = Annotated[str, Field(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]


class NewFigureModel(BaseModel):
    """An aggregate that no survey measures, such as retention or promotions."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name = Field(description="The same for every group and day.", examples=["retention"])
    unit: Unit = Field(default="", examples=["%"])
    group: Group = "everybody"
    day: date = Field(description="The last day of the period that it is of.")
    value: Annotated[float, Field(ge=-LARGEST_VALUE, le=LARGEST_VALUE, allow_inf_nan=False, examples=[91.5])]
    people: Annotated[int, Field(ge=0, le=MOST_PEOPLE)] = Field(
        description="How many people it is about; at least 5.", examples=[24]
    )
    source: Line = Field(default="", description="Where it comes from.", examples=["personnel system"])


class FigureModel(NewFigureModel):
    """A figure from outside."""

    id: str = Field(examples=["f-h5jx2ozq7w3a"])
    name: str
    unit: str
    source: str


class ImportedModel(BaseModel):
    """What a file brought."""

    imported: int


def figure_model(row: OutsideFigureRow) -> FigureModel:
    """The figure as the API shows it."""
    return FigureModel(**row.model_dump(exclude={"program_id"}))
