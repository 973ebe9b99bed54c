"""What may be said of a roster: how many people, and the public sizes of its groups. No names come back."""

from collections import Counter
from collections.abc import Iterable, Mapping

from pydantic import BaseModel, Field

from privacy.errors import Problem
from privacy.survey import Survey
from service.http.problem import FaultModel

SMALLEST_GROUP = 5  # a wave's own k is decided when it is drafted; this is what it is unless said otherwise


class LevelSizeModel(BaseModel):
    """One group."""

    id: str = Field(examples=["engineering"])
    people: int = Field(examples=[82])


class AttributeSizesModel(BaseModel):
    """The groups of one roster attribute."""

    id: str = Field(examples=["department"])
    levels: list[LevelSizeModel]
    unknown: int = Field(description="People whose level the roster does not give.", examples=[0])


class RosterModel(BaseModel):
    """A roster's size. Never who is on it, and never who has answered."""

    survey: str = Field(examples=["psychological-safety"])
    people: int = Field(examples=[240])
    attributes: list[AttributeSizesModel]
    warnings: list[FaultModel] = Field(description="Groups too small to be shown.")


def summarise(survey: Survey, people: Iterable[Mapping[str, str]]) -> RosterModel:
    """Count ``people``, each given by level ids by attribute id."""
    columns = [attribute for attribute in survey.attributes if attribute.source == "roster"]
    counts: dict[str, Counter[str]] = {attribute.id: Counter() for attribute in columns}
    number = 0
    for attributes in people:
        number += 1
        for attribute in columns:
            counts[attribute.id][attributes.get(attribute.id, "")] += 1
    sizes = [
        AttributeSizesModel(
            id=attribute.id,
            levels=[
                LevelSizeModel(id=level.id, people=counts[attribute.id][level.id])
                for level in attribute.levels
            ],
            # Whoever has no level, or one that an older version of the definition had.
            unknown=number - sum(counts[attribute.id][level.id] for level in attribute.levels),
        )
        for attribute in columns
    ]
    warnings = [
        FaultModel.model_validate(_small(attribute.id, level), from_attributes=True)
        for attribute in sizes
        for level in attribute.levels
        if level.people < SMALLEST_GROUP
    ]
    return RosterModel(survey=survey.id, people=number, attributes=sizes, warnings=warnings)


def _small(attribute: str, level: LevelSizeModel) -> Problem:
    number = {0: "nobody", 1: "one person"}.get(level.people, f"{level.people} people")
    message = f"{number} in this group, and groups below {SMALLEST_GROUP} are not shown"
    remedy = "merge it with another level of the definition"
    return Problem("small-group", f"{attribute}.{level.id}", message, remedy, severity="warning")
