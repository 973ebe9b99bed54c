"""What may be said of a roster: how many people, and the public sizes of its groups. No names come back."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, Field

from privacy.errors import Problem
from privacy.hierarchy import levels_from_paths, path_problems
from privacy.planner import MERGE_AT
from privacy.survey import Attribute, Survey
from service.http.problem import FaultModel
from service.surveys.load_models import LoadModel
from service.surveys.roster_file import columns_of


class LevelSizeModel(BaseModel):
    """One group."""

    id: str = Field(examples=["engineering"])
    text: Mapping[str, str] = Field(description="By language.", examples=[{"en": "Engineering"}])
    parent: str | None = Field(
        description="In a hierarchy, the level of the attribute above that this one lies in.", examples=[None]
    )
    people: int = Field(examples=[82])


class AttributeSizesModel(BaseModel):
    """The groups of one roster attribute."""

    id: str = Field(examples=["department"])
    levels: list[LevelSizeModel]
    unknown: int = Field(description="People whose level the roster does not give.", examples=[0])


class SizesModel(BaseModel):
    """A roster's size. Never who is on it, and never who has answered."""

    survey: str = Field(examples=["psychological-safety"])
    people: int = Field(examples=[240])
    attributes: list[AttributeSizesModel]
    warnings: list[FaultModel] = Field(description="Groups so small that a wave merges them.")


class RosterModel(SizesModel):
    """A roster's size, and how much its people are asked for."""

    load: LoadModel


def summarise(survey: Survey, people: Iterable[Mapping[str, str]]) -> SizesModel:
    """Count ``people``, each given by level ids by attribute id and paths by their names."""
    columns = columns_of(survey)
    counts: dict[str, Counter[str]] = {name: Counter() for name in columns}
    number = 0
    for attributes in people:
        number += 1
        for name in columns:
            counts[name][attributes.get(name, "")] += 1
    sizes: list[AttributeSizesModel] = []
    warnings: list[FaultModel] = []
    for name, steps in columns.items():
        found = _sizes(steps, counts[name], survey.languages)
        # Unknown is whoever has no level, or one that an older version of the definition had.
        unknown = number - sum(level.people for level in found[0])
        sizes += [
            AttributeSizesModel(id=step.id, levels=levels, unknown=unknown)
            for step, levels in zip(steps, found, strict=True)
        ]
        if steps[0].path is None:  # no definition could merge the units of a hierarchy
            small = (_small(name, level) for level in found[0] if level.people < MERGE_AT)
            warnings += [FaultModel.model_validate(problem, from_attributes=True) for problem in small]
    return SizesModel(survey=survey.id, people=number, attributes=sizes, warnings=warnings)


def _sizes(
    steps: Sequence[Attribute], counts: Mapping[str, int], languages: Sequence[str]
) -> list[list[LevelSizeModel]]:
    """The groups of each attribute of a column, from the number of people with each value of it."""
    if steps[0].path is not None:
        faulty = {problem.place for problem in path_problems(steps, {path: path for path in sorted(counts)})}
        sound = {path: people for path, people in counts.items() if path not in faulty}
        steps = levels_from_paths(steps, sound, languages)
    return [
        [
            LevelSizeModel(
                id=level.id,
                text=level.text,
                parent=level.parent,
                people=counts[level.id] if level.invited is None else level.invited,
            )
            for level in step.levels
        ]
        for step in steps
    ]


def _small(attribute: str, level: LevelSizeModel) -> Problem:
    number = {0: "nobody", 1: "one person"}.get(level.people, f"{level.people} people")
    message = f"{number} in this group, which is merged with others until {MERGE_AT} are invited"
    remedy = "a plan of the survey tells with which; merge levels of the definition to choose yourself"
    return Problem("small-group", f"{attribute}.{level.id}", message, remedy, severity="warning")
