"""How many take part in a wave, as the API shows it."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from privacy.participation import GroupParticipation, participation
from service.results.released import Released
from service.store.tables_main import WaveRow


class NotedModel(BaseModel):
    """Tokens drawn by then, rounded down to whole tens; it is noted once a day."""

    drawn: int = Field(examples=[120])
    day: date


class GroupParticipationModel(BaseModel):
    """One group of a roster attribute. Withheld: all but ``invited`` is null, whatever the reason."""

    attribute: str = Field(examples=["department"])
    level: str = Field(examples=["engineering"])
    invited: int = Field(examples=[82])
    responses: float | None = Field(description="Unbiased; of those who stated this group.", examples=[51.3])
    rate: float | None = Field(description="Percent of those invited.", examples=[62.6])
    low: float | None = Field(description="Lower end of the 90 % interval of the rate's noise.")
    high: float | None
    margin: float | None = Field(description="90 % margin of the noise, rounded up.", examples=[7.4])
    shown: bool


class ParticipationModel(BaseModel):
    """How many were invited to a wave, drew a token and answered."""

    wave: str = Field(description="The wave's id.", examples=["w-h5jx2ozq7w3a"])
    state: Literal["draft", "open", "closed", "released"]
    invited: int | None = Field(description="Null for a draft.", examples=[240])
    noted: NotedModel | None = Field(description="While it is open, from its second day on.")
    issued: int | None = Field(description="Tokens drawn; null until the wave has closed.", examples=[151])
    responses: int | None = Field(description="Sealed responses; null until it has closed.", examples=[148])
    groups: list[GroupParticipationModel] | None = Field(
        description="Read from the release, which they follow from; null until there is one. Whoever did not "
        "state their group is in none, so rates can be too low."
    )


class ThermometerModel(BaseModel):
    """How many have taken part in an open wave: the same for everybody who asks."""

    invited: int = Field(examples=[240])
    drawn: int = Field(description="Tokens drawn, rounded down to whole tens.", examples=[120])
    day: date = Field(description="When that was counted.")


def groups_of(found: Released) -> tuple[GroupParticipation, ...]:
    """Participation by group, from the release alone."""
    return participation(found.manifest, found.rows, found.merge_at)


def participation_model(row: WaveRow, found: Released | None) -> ParticipationModel:
    """What may be told of the wave in ``row``, whose release is ``found``."""
    noted = None
    if row.state == "open" and row.drawn is not None and row.drawn_on is not None:
        noted = NotedModel(drawn=row.drawn, day=row.drawn_on)
    groups = None
    if found is not None:
        groups = [
            GroupParticipationModel(
                attribute=one.attribute,
                level=one.level,
                invited=one.invited,
                responses=one.responses,
                rate=one.rate,
                low=one.low,
                high=one.high,
                margin=one.margin,
                shown=one.rate is not None,
            )
            for one in groups_of(found)
        ]
    return ParticipationModel.model_validate(
        {
            "wave": row.id,
            "state": row.state,
            "invited": row.invited,
            "noted": noted,
            "issued": row.issued,
            "responses": row.responses,
            "groups": groups,
        }
    )
