"""Plans as the API shows them."""

from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from privacy.alternatives import Alternative, Seen
from privacy.mechanism import epsilon_of
from privacy.planner import Plan
from privacy.survey import Survey
from service.surveys.ledger_room import Room


class RoomModel(BaseModel):
    """The room that the ledger leaves for a draft."""

    cap_epsilon: float = Field(description="Most a person may be asked for in a rolling year.")
    cap_micro_rho: int
    spent_micro_rho: int = Field(description="The most that was charged to anybody on the roster.")
    spent_epsilon: float
    fits: bool = Field(description="Whether the wave could open today.")
    fits_from: date | None = Field(description="The first day on which it could; null if it never could.")


class ExpectedModel(BaseModel):
    """What to expect of one figure in the groups of one breakdown."""

    table: list[str] = Field(description="Attribute ids, empty for the whole.")
    figure: str = Field(examples=["mean"])
    question: str | None
    theme: str | None = Field(description="Null with the question null too: the index over all scale items.")
    margin: float | None = Field(
        description="90 % margin in the group of median size; null where the noise leaves everything open."
    )
    limit: float = Field(description="The widest margin that is shown.")
    groups: int
    shown: int = Field(description="How many of the groups are likely to be shown.")
    smallest: int | None = Field(description="Responses from which a group is shown.")


class ChosenModel(BaseModel):
    """A plan, and what it was expected to say."""

    invited: int
    rate: float = Field(description="The share of those invited that is expected to answer.")
    weights: dict[str, list[int]] = Field(
        description="Multipliers of the count by table, of the questions by table, and of each question."
    )
    notes: list[str] = Field(description="What was merged or left out, and who is asked for too much.")
    left_out: list[list[str]] = Field(description="Breakdowns that cannot be, for want of two large groups.")
    expected: list[ExpectedModel]


class SeenModel(BaseModel):
    """How many figures of how many are likely to be shown."""

    shown: int
    of: int


class AlternativeModel(BaseModel):
    """One way to run the wave."""

    id: str = Field(examples=["half-the-items"])
    change: str = Field(description="What is different.", examples=["without the breakdown by tenure"])
    questions: list[str] = Field(description="Ids of those that are asked.")
    tables: list[list[str]] = Field(description="Attribute ids of each breakdown, `[]` being the whole.")
    cadence: str | None
    waves: int = Field(description="Waves a year.")
    epsilon: float = Field(description="Of one wave, at delta 1e-6.")
    micro_rho: int
    year_epsilon: float = Field(description="Of a year of such waves.")
    year_micro_rho: int
    fits: bool = Field(description="Whether a year of such waves stays within the cap.")
    items: SeenModel
    themes: SeenModel
    index: SeenModel
    margin: float | None = Field(description="Widest 90 % margin of an item's mean for everybody.")


class GroupModel(BaseModel):
    """A group as it would be asked for and reported."""

    id: str
    text: dict[str, str]
    invited: int | None
    members: list[str] = Field(description="The levels that were merged into it.")


class PlanAnswerModel(BaseModel):
    """What a wave on these terms would say and cost, and what else could be done."""

    survey: str
    room: RoomModel
    plan: ChosenModel
    groups: dict[str, list[GroupModel]] = Field(description="By attribute.")
    tables: list[list[str]]
    alternatives: list[AlternativeModel] = Field(description="The first is the plan itself.")


def answer_of(
    survey: Survey,
    alternatives: tuple[Alternative, ...],
    chosen: dict[str, Any],
    room: RoomModel,
) -> PlanAnswerModel:
    """The answer to a request for a plan."""
    plan: Plan = alternatives[0].plan
    return PlanAnswerModel(
        survey=survey.id,
        room=room,
        plan=ChosenModel(**{name: chosen[name] for name in ChosenModel.model_fields}),
        groups={
            attribute.id: [
                GroupModel(
                    id=level.id, text=dict(level.text), invited=level.invited, members=list(level.members)
                )
                for level in attribute.levels
            ]
            for attribute in plan.attributes
        },
        tables=[list(table) for table in plan.policy.tables],
        alternatives=[_alternative(one) for one in alternatives],
    )


def _alternative(one: Alternative) -> AlternativeModel:
    return AlternativeModel(
        id=one.id,
        change=one.change,
        questions=list(one.questions),
        tables=[list(table) for table in one.plan.policy.tables],
        cadence=one.cadence,
        waves=one.waves,
        epsilon=one.epsilon,
        micro_rho=one.micro_rho,
        year_epsilon=one.year_epsilon,
        year_micro_rho=one.year,
        fits=one.fits,
        items=_seen(one.items),
        themes=_seen(one.themes),
        index=_seen(one.index),
        margin=one.margin,
    )


def _seen(seen: Seen) -> SeenModel:
    return SeenModel(**asdict(seen))


def room_model(cap_epsilon: float, room: Room, delta: float) -> RoomModel:
    """The room as the API shows it."""
    return RoomModel(
        cap_epsilon=cap_epsilon,
        cap_micro_rho=room.cap,
        spent_micro_rho=room.spent,
        spent_epsilon=epsilon_of(room.spent, delta),
        fits=room.fits,
        fits_from=room.fits_from,
    )
