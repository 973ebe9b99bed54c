"""The ledger as the API shows it."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from privacy.ledger import CAP_DELTA, Entry, spent
from privacy.mechanism import epsilon_of
from service.http.cursor import PageModel
from service.store.letting_out import month_of
from service.store.tables_main import LedgerRow


class EntryModel(BaseModel):
    """What one wave costs everybody it invited, or a month of conversations everybody on any roster."""

    position: int = Field(examples=[1])
    wave: str = Field(description="64 hex digits; of a month, the hash that stands for it.")
    survey: str | None = Field(description="Whose roster it charged.", examples=["psychological-safety"])
    invited: int | None = Field(description="How many people it charged; null: everybody.", examples=[240])
    month: str | None = Field(description="The month of conversations that it paid for.", examples=[None])
    micro_rho: int = Field(description="Millionths of rho.")
    epsilon: float = Field(description="What that comes to by itself, at delta 1e-6.")
    day: date = Field(description="When the wave opened.")
    state: Literal["reserved", "drawn", "committed"] = Field(
        description="How far its tally has come; the charge is the same."
    )
    previous: str = Field(description="The digest of the entry before, 64 hex digits.")
    digest: str = Field(description="SHA-256 over wave, micro_rho, day and previous.")


class LedgerModel(PageModel[EntryModel]):
    """A page of the ledger."""

    verified: bool = Field(description="Whether the whole chain holds, from its first entry to its last.")
    head: str | None = Field(description="The last digest; compare it with one that you noted before.")


class OwnRequestModel(BaseModel):
    """An invitation, as its link carries it: `/w/<wave>#<code>`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    wave: str = Field(description="64 hex digits.", examples=["3f1c..."])
    invitation: str = Field(description="The code.", examples=["q83vEjRWeJCrze8SNFZ4kA"])


class LossModel(BaseModel):
    """A privacy loss."""

    waves: int = Field(description="How many waves invited the person.", examples=[3])
    micro_rho: int
    epsilon: float = Field(description="At delta 1e-6.", examples=[4.2])


class OwnLedgerModel(BaseModel):
    """What all waves together may have cost the person with this invitation."""

    year: LossModel = Field(description="In the 365 days up to today.")
    ever: LossModel
    cap_epsilon: float = Field(description="Most that is charged in a year.", examples=[8.0])


def entry_of(row: LedgerRow, populations: Mapping[str, tuple[str, int]]) -> EntryModel:
    """A row as the API shows it; ``populations`` has the survey and how many were invited, by wave id."""
    survey, invited = (None, None) if row.wave_id is None else populations[row.wave_id]
    return EntryModel(
        **row.model_dump(exclude={"wave_id"}),
        survey=survey,
        invited=invited,
        month=month_of(row.day) if row.wave_id is None else None,
        epsilon=epsilon_of(row.micro_rho, CAP_DELTA),
    )


def own_of(charges: list[Entry], day: date, cap_epsilon: float) -> OwnLedgerModel:
    """A person's totals."""
    recent = [entry for entry in charges if spent([entry], day)]
    return OwnLedgerModel(year=_loss(recent), ever=_loss(charges), cap_epsilon=cap_epsilon)


def _loss(charges: list[Entry]) -> LossModel:
    total = sum(entry.micro_rho for entry in charges)
    return LossModel(waves=len(charges), micro_rho=total, epsilon=epsilon_of(total, CAP_DELTA))
