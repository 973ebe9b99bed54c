"""Waves as the API shows them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from privacy.contract import Policy
from privacy.mechanism import epsilon_of
from service.store.tables_main import WaveRow
from service.surveys.ledger_room import Room

State = Literal["draft", "open", "closed", "released"]


class LossModel(BaseModel):
    """What the wave costs everybody it invites, whether they answer or not."""

    micro_rho: int = Field(description="Millionths of rho (zero-concentrated differential privacy).")
    epsilon_presence: float = Field(description="Whether somebody answered, at delta.", examples=[2.9998])
    epsilon_answers: float = Field(description="What somebody answered, at delta.", examples=[5.1])
    delta: float
    delta_gate: float = Field(description="Added to delta by the exact threshold test.")


class RoomModel(BaseModel):
    """The room that the ledger leaves for a draft."""

    cap_epsilon: float = Field(description="Most a person may be asked for in a rolling year.")
    cap_micro_rho: int
    spent_micro_rho: int = Field(description="The most that was charged to anybody on the roster.")
    spent_epsilon: float
    fits: bool = Field(description="Whether the wave could open today.")
    fits_from: date | None = Field(description="The first day on which it could; null if it never could.")


class PlanModel(BaseModel):
    """What the wave will show and cost; frozen in the manifest when it opens."""

    epsilon: float
    k: int
    comment_k: int
    tables: list[list[str]]
    retention_days: int
    margins: dict[str, float]
    loss: LossModel
    room: RoomModel | None = Field(description="For drafts.")


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


def model_of(row: WaveRow, policy: Policy, room: tuple[float, Room] | None) -> WaveModel:
    """The wave with its plan; ``room`` is the cap's epsilon and what it leaves, for a draft."""
    loss = LossModel(
        micro_rho=policy.micro_rho,
        epsilon_presence=policy.epsilon_presence,
        epsilon_answers=policy.epsilon_answers,
        delta=policy.delta,
        delta_gate=policy.delta_gate,
    )
    plan = PlanModel(
        epsilon=row.plan["epsilon"],
        k=policy.k,
        comment_k=policy.comment_k,
        tables=[list(table) for table in policy.tables],
        retention_days=row.plan["retention_days"],
        margins=dict(policy.margins),
        loss=loss,
        room=None if room is None else _room(*room, policy.delta),
    )
    return WaveModel(**_columns(row), plan=plan)


def _room(cap_epsilon: float, room: Room, delta: float) -> RoomModel:
    return RoomModel(
        cap_epsilon=cap_epsilon,
        cap_micro_rho=room.cap,
        spent_micro_rho=room.spent,
        spent_epsilon=epsilon_of(room.spent, delta),
        fits=room.fits,
        fits_from=room.fits_from,
    )


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
