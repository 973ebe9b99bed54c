"""How people hear of a wave, over HTTP."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.auth import ANALYSTS, OwnerCaller, require
from service.distribution.hearing import Hearing, Wish, hearing_of, wish
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.problem import responses
from service.surveys.wave_bodies import Minute

_LARGEST = 16 * 1024  # bytes
ContextDependency = Annotated[Context, Depends(context_of)]
Channel = Literal["slack", "teams"]


class WishModel(BaseModel):
    """How people are to hear of a wave; what is left out is not done."""

    model_config = ConfigDict(extra="forbid", strict=True)

    mail: bool = Field(default=False, description="Send everybody who has an address their link.")
    reminders: list[Minute] = Field(
        default_factory=list,
        max_length=10,
        description="When those are reminded whose token is not drawn; two times at most.",
        examples=[["2026-03-05T08:00:00Z"]],
    )
    announce: list[Channel] = Field(default_factory=list, max_length=2, description="Chats to tell.")
    thermometer: bool = Field(
        default=False, description="Show everybody who is invited how many have taken part, in whole tens."
    )

    def wish(self) -> Wish:
        """What was asked for."""
        return Wish(self.mail, tuple(self.reminders), tuple(dict.fromkeys(self.announce)), self.thermometer)


class RoundModel(BaseModel):
    """A round of letters. Of a reminder nothing is counted: that would tell how many have not answered."""

    number: int = Field(description="0 is the invitation.")
    due_at: datetime
    state: Literal["waiting", "sending", "done"]
    sent: int | None = Field(description="Letters that the mail server took; null for a reminder.")
    refused: int | None = Field(description="Addresses that it does not know; null for a reminder.")
    put_off: int | None = Field(description="Letters that it will be asked to take again; likewise.")
    in_doubt: int | None = Field(
        description="Letters under way when a process or a connection ended; they are not sent again."
    )
    fault: str | None = Field(description="Why nothing could be sent when that was last tried.")
    again_at: datetime | None = Field(description="When it is tried again.")


class AnnouncementModel(BaseModel):
    """Something said in a chat."""

    kind: Literal["opened", "closing", "released"]
    channel: Channel
    due_at: datetime
    state: Literal["waiting", "sending", "sent", "given-up"] = Field(
        description="One that stays `sending` may or may not have been said."
    )
    fault: str | None
    again_at: datetime | None


class HearingModel(WishModel):
    """What is wished of a wave, and what has become of it."""

    wave: str = Field(examples=["w-7kq2"])
    addresses: int = Field(description="People on the roster whose letters have an address to go to.")
    unreachable: int = Field(
        description="Addresses that mail came back from; their people get a card or a link from the owner."
    )
    rounds: list[RoundModel]
    announcements: list[AnnouncementModel]


def router() -> APIRouter:
    """/api/v1/waves/{wave}/distribution."""
    routes = APIRouter(prefix="/api/v1/waves/{wave}/distribution", tags=["letters"])

    @routes.put(
        "",
        operation_id="set_distribution",
        summary="Say how people hear of a draft",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(WishModel)}}),
    )
    def put(
        by: OwnerCaller,
        wave: str,
        body: Annotated[Body, Depends(raw_body((JSON,), _LARGEST))],
        context: ContextDependency,
    ) -> HearingModel:
        """In place of what was wished before. It is fixed once the wave opens."""
        return hearing_model(wish(context, by, wave, parsed(WishModel, body.content).wish()))

    @routes.get(
        "",
        dependencies=[Depends(require(*ANALYSTS))],
        operation_id="get_distribution",
        summary="Read how people hear of a wave",
        responses=responses(401, 403, 404, 422, 503),
    )
    def read(wave: str, context: ContextDependency) -> HearingModel:
        """Numbers of letters; never of who has or has not answered, and no names."""
        return hearing_model(hearing_of(context, wave))

    return routes


def hearing_model(hearing: Hearing) -> HearingModel:
    """The model of what is wished and what became of it."""
    wished = hearing.wished
    return HearingModel.model_validate(
        {
            "wave": hearing.wave.id,
            "mail": wished.mail,
            "reminders": list(wished.reminders),
            "announce": list(wished.announce),
            "thermometer": wished.thermometer,
            "addresses": hearing.addresses,
            "unreachable": hearing.unreachable,
            "rounds": [
                {
                    "number": row.number,
                    "due_at": datetime.fromisoformat(row.due_at),
                    "state": row.state,
                    "sent": None if row.number else row.sent,
                    "refused": None if row.number else row.refused,
                    "put_off": None if row.number else hearing.again,
                    "in_doubt": None if row.number else hearing.in_doubt,
                    "fault": row.fault,
                    "again_at": None if row.not_before is None else datetime.fromisoformat(row.not_before),
                }
                for row in hearing.rounds
            ],
            "announcements": [
                {
                    "kind": row.kind,
                    "channel": row.channel,
                    "due_at": datetime.fromisoformat(row.due_at),
                    "state": row.state,
                    "fault": row.fault,
                    "again_at": None if row.not_before is None else datetime.fromisoformat(row.not_before),
                }
                for row in hearing.announced
            ],
        }
    )
