"""Waves as the API shows them."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from service.store.tables_main import WaveRow
from service.surveys.ledger_room import Room
from service.surveys.plan_models import ChosenModel, RoomModel, room_model

State = Literal["draft", "open", "closed", "released"]


class LossModel(BaseModel):
    """What the wave costs everybody it invites, whether they answer or not."""

    micro_rho: int = Field(description="Millionths of rho (zero-concentrated differential privacy).")
    epsilon_presence: float = Field(description="Whether somebody answered, at delta.", examples=[2.9998])
    epsilon_answers: float = Field(description="What somebody answered, at delta.", examples=[5.1])
    delta: float
    delta_gate: float = Field(description="Added to delta by the exact threshold test.")


class PlannedMeasureModel(BaseModel):
    """A scale question, a theme, or all scale questions where both are null."""

    question: str | None
    theme: str | None


class PlannedPairingModel(BaseModel):
    """How the answers are compared, person by person, with those of another wave."""

    measures: list[PlannedMeasureModel]
    by: str | None
    epsilon: float
    earlier: str | None = Field(description="The wave whose answers these are paired with.")
    carried_until: str | None = Field(description="Until when what is needed is kept for a later wave.")
    micro_rho: int = Field(description="What the wave is charged for it; part of its loss.")


class PlanModel(BaseModel):
    """What the wave will show and cost; frozen in the manifest when it opens."""

    epsilon: float
    k: int
    comment_k: int
    tables: list[list[str]]
    retention_days: int
    margins: dict[str, float]
    loss: LossModel
    merge_at: int = Field(description="Groups of the roster are merged until as many are invited in each.")
    fresh_groups: bool = Field(description="Whether the groups of the wave before were not kept.")
    importance: dict[str, float]
    allow_empty: bool
    pairing: PlannedPairingModel | None
    room: RoomModel | None = Field(description="For drafts.")
    chosen: ChosenModel | None = Field(
        description="What it was planned to say, for the roster as it was then; null until there is one."
    )


class WaveSummaryModel(BaseModel):
    """A wave in a list."""

    id: str = Field(examples=["w-h5jx2ozq7w3a"])
    survey: str = Field(examples=["psychological-safety"])
    state: State
    wave: str | None = Field(description="SHA-256 of the manifest, 64 hex digits; null for a draft.")
    opens_at: str = Field(examples=["2026-03-02T08:00:00Z"])
    closes_at: str = Field(
        description="When it closes; once it has, when it did.", examples=["2026-03-09T17:00:00Z"]
    )
    invited: int | None = Field(description="People on the roster when it opened.")
    # While a wave is open a running count would tell, by its steps, when each person answered.
    issued: int | None = Field(description="Tokens that were drawn; null until the wave has closed.")
    responses: int | None = Field(description="Sealed responses; null until the wave has closed.")
    root: str | None = Field(description="Root of the board, 64 hex digits; null until it has closed.")


class WaveModel(WaveSummaryModel):
    """A wave with its plan."""

    plan: PlanModel


def summary_of(row: WaveRow) -> WaveSummaryModel:
    """The wave in a list."""
    return WaveSummaryModel(**_columns(row))


def model_of(row: WaveRow, promise: Mapping[str, Any], room: tuple[float, Room] | None) -> WaveModel:
    """The wave with its plan; ``room`` is the cap's epsilon and what it leaves, for a draft."""
    plan = {**row.plan, "tables": promise["tables"], "loss": LossModel(**_but_tables(promise))}
    if room is not None:
        plan["room"] = room_model(*room, promise["delta"])
    return WaveModel(**_columns(row), plan=PlanModel(**{"room": None, "pairing": None, **_known(plan)}))


def _but_tables(promise: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in promise.items() if name != "tables"}


def _known(plan: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in plan.items() if name in PlanModel.model_fields}


def _columns(row: WaveRow) -> Mapping[str, Any]:
    return {
        "id": row.id,
        "survey": row.survey_id,
        "state": row.state,
        "wave": None if row.wave is None else row.wave.hex(),
        "opens_at": row.opens_at,
        "closes_at": row.closes_at,
        "invited": row.invited,
        "issued": row.issued,
        "responses": row.responses,
        "root": None if row.root is None else row.root.hex(),
    }
