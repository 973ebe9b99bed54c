"""What is published of months' conversations: noisy counts with their margin, or nothing."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from service.accounts.auth import READERS, require
from service.http.context import Context, context_of
from service.http.problem import responses
from service.store import feedback_statistics
from service.store.unit_of_work import reading


class AnsweredModel(BaseModel):
    """How many got their first answer within so many days, and not within fewer."""

    within: str = Field(description="1, 7, 30 or later.")
    number: int | None


class VerdictModel(BaseModel):
    """How many senders said so."""

    verdict: str = Field(description="resolved or not-resolved.")
    number: int | None


class ThemeNumberModel(BaseModel):
    """How many conversations got this label first."""

    theme: str
    number: int | None


class ChannelStatisticsModel(BaseModel):
    """The conversations of one channel. A number is null where it is withheld, whatever the reason."""

    channel: str
    opened: int | None
    answered: list[AnsweredModel]
    verdicts: list[VerdictModel]
    themes: list[ThemeNumberModel]


class MonthModel(BaseModel):
    """A month's conversations, counted until the end of the month after it."""

    month: str = Field(examples=["2026-11"])
    k: int = Field(description="No number is shown that may be below it.")
    margin: float = Field(description="Nine of ten numbers are off by no more.")
    micro_rho: int = Field(description="Millionths of rho, charged to everybody on any roster.")
    epsilon: float
    delta: float
    conversations: int = Field(description="How many one person could have opened in the month.")
    channels: list[ChannelStatisticsModel]


class StatisticsModel(BaseModel):
    """Every month that was published, latest first."""

    items: list[MonthModel]


def router() -> APIRouter:
    """GET /api/v1/feedback/statistics."""
    routes = APIRouter(prefix="/api/v1/feedback", tags=["feedback"])

    @routes.get(
        "/statistics",
        dependencies=[Depends(require(*READERS))],
        operation_id="read_feedback_statistics",
        summary="Read what is published of months' conversations",
        responses=responses(401, 403, 503),
    )
    def read_feedback_statistics(context: Annotated[Context, Depends(context_of)]) -> StatisticsModel:
        """Each month once, with its noise drawn once."""
        return statistics_of(context)

    return routes


def statistics_of(context: Context) -> StatisticsModel:
    """Every month that was published, latest first."""
    with reading(context.main) as tx:
        contents = feedback_statistics.all_statistics(tx)
    return StatisticsModel(items=[MonthModel.model_validate(json.loads(content)) for content in contents])
