"""Schedules and their years as the API shows them."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from privacy.contract import minute
from privacy.ledger import CAP_DELTA
from privacy.mechanism import epsilon_of
from service.distribution.schedules import Scheduled
from service.distribution.year_view import State, Year, YearWave
from service.surveys.plan_models import ChosenModel


class DateModel(BaseModel):
    """What became of one date of a schedule."""

    day: date = Field(description="As planned, in the schedule's own zone.")
    state: Literal["drafted", "open", "closed", "released", "waiting", "skipped", "missed"] = Field(
        description="`waiting` could not be drafted yet and is tried again; `missed` was too late for."
    )
    wave: str | None = Field(examples=["w-h5jx2ozq7w3a"])
    opens_at: str | None
    closes_at: str | None
    invited: int | None = Field(description="Once it has opened.")
    reason: str | None = Field(description="Why it was skipped or missed, or who could not be asked.")
    fault: str | None = Field(description="Why the wave could not be drafted or opened when last tried.")


class ScheduledModel(BaseModel):
    """A survey's schedule, and what became of its dates."""

    survey: str
    state: Literal["active", "paused"]
    created_on: date = Field(description="When it was set as it is.")
    schedule: dict[str, Any] = Field(description="As it was put, with what was left out filled in.")
    dates: list[DateModel] = Field(description="The latest hundred that are decided, newest first.")


class YearWaveModel(BaseModel):
    """One date of the next twelve months."""

    day: date
    opens_at: str
    closes_at: str
    state: State
    wave: str | None = Field(description="Once it is drafted.")
    questions: list[str] = Field(description="Ids of those that are asked.")
    invited: int
    minutes: int = Field(description="That answering takes.")
    micro_rho: int = Field(description="What it costs everybody it invites.")
    epsilon: float
    spent_micro_rho: int = Field(description="The most that anybody invited will have been charged by then.")
    year_epsilon: float = Field(description="Of their year, with this wave.")
    invitations: int = Field(description="The most that anybody will have had in the 28 days up to it.")
    minutes_asked: int = Field(description="The most minutes that anybody will be asked for in those days.")
    fits: bool = Field(description="Whether all of that is within the limits.")
    reason: str | None = Field(description="Why there is no wave, or who cannot be asked.")


class YearModel(BaseModel):
    """What the next twelve months of a schedule ask of people and cost them."""

    survey: str
    dry_run: bool
    people: int = Field(description="On the roster.")
    people_one_in: int
    parts: int = Field(description="Within how many waves every question comes back.")
    cap_epsilon: float
    cap_micro_rho: int
    most_invitations: int = Field(description="That a person may have in 28 days.")
    most_minutes: int = Field(description="That a person may be asked for in 28 days.")
    largest_epsilon: float | None = Field(description="With which the cap leaves nobody out; null for none.")
    waves: list[YearWaveModel]
    plan: ChosenModel | None = Field(description="What the next wave is planned to say.")
    notes: list[str]
    problems: list[str] = Field(description="What has come to stand against the schedule since it was set.")


def scheduled_model(found: Scheduled) -> ScheduledModel:
    """The schedule as the API shows it."""
    return ScheduledModel(
        survey=found.survey,
        state=found.state,
        created_on=found.created_on,
        schedule=found.schedule.value(),
        dates=[
            DateModel(
                day=row.day,
                state=row.state if wave is None or wave.state == "draft" else wave.state,  # type: ignore[arg-type]
                wave=row.wave_id,
                opens_at=None if wave is None else wave.opens_at,
                closes_at=None if wave is None else wave.closes_at,
                invited=None if wave is None else wave.invited,
                reason=row.reason,
                fault=row.fault,
            )
            for row, wave in found.dates
        ],
    )


def year_model(year: Year, cap_epsilon: float, *, dry_run: bool) -> YearModel:
    """The year as the API shows it."""
    return YearModel(
        survey=year.survey,
        dry_run=dry_run,
        people=year.roster,
        people_one_in=year.schedule.people_one_in,
        parts=year.parts,
        cap_epsilon=cap_epsilon,
        cap_micro_rho=year.limits.micro_rho,
        most_invitations=year.limits.invitations,
        most_minutes=year.limits.minutes,
        largest_epsilon=year.largest_epsilon,
        waves=[_wave(wave) for wave in year.waves],
        plan=None
        if year.chosen is None
        else ChosenModel(**{name: year.chosen[name] for name in ChosenModel.model_fields}),
        notes=list(year.notes),
        problems=[str(problem) for problem in year.problems],
    )


def _wave(wave: YearWave) -> YearWaveModel:
    return YearWaveModel(
        day=wave.day,
        opens_at=minute(wave.opens_at),
        closes_at=minute(wave.closes_at),
        state=wave.state,
        wave=wave.wave,
        questions=list(wave.questions),
        invited=wave.invited,
        minutes=wave.minutes,
        micro_rho=wave.micro_rho,
        epsilon=epsilon_of(wave.micro_rho, CAP_DELTA) if wave.micro_rho else 0.0,
        spent_micro_rho=wave.spent,
        year_epsilon=epsilon_of(wave.spent + wave.micro_rho, CAP_DELTA) if wave.micro_rho else 0.0,
        invitations=wave.invitations,
        minutes_asked=wave.minutes_asked,
        fits=wave.fits,
        reason=wave.reason,
    )
