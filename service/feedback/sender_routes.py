"""Conversations over HTTP, from their senders' side. Nobody is asked who they are, and nothing is logged."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from privacy.canonical import b64u, unb64u
from privacy.conversation import LARGEST
from privacy.receipt_code import LOCATOR_SIZE
from service.errors import NotFound
from service.feedback import sending
from service.feedback.card import FeedbackModel, card_of
from service.feedback.errors import TooManyGuesses
from service.feedback.guesses import Guesses
from service.http.body import JSON, Body, parsed, raw_body, request_body
from service.http.context import Context, context_of
from service.http.problem import responses
from service.store.letting_out import visible
from service.store.tables_feedback import MessageRow

OCTETS = "application/octet-stream"
_ContextDependency = Annotated[Context, Depends(context_of)]
_Sealed = Annotated[Body, Depends(raw_body((OCTETS,), LARGEST))]
_SEALED = request_body({OCTETS: {"schema": {"type": "string", "format": "binary"}}})


class OpenedModel(BaseModel):
    """A conversation that was stored."""

    conversation: str = Field(description="Its name: 64 hex digits.")
    day: date = Field(description="The day on which the handlers can see it.")


class AddedModel(BaseModel):
    """A message that was stored."""

    id: str = Field(description="32 hex digits.")
    day: date = Field(description="The day on which the handlers can see it.")


class LookupModel(BaseModel):
    """What follows from a receipt code; see the protocol."""

    model_config = ConfigDict(extra="forbid", strict=True)

    locator: str = Field(description="32 hex digits.")
    access: str = Field(description="32 bytes as base64url.")


class MessageModel(BaseModel):
    """One sealed message."""

    id: str
    sender: Literal["sender", "handlers"] = Field(serialization_alias="from")
    mark: str | None = None
    day: date
    out: bool = Field(description="Whether the other side can see it.")
    content: str = Field(description="Ciphertext as base64url.")


class ConversationModel(BaseModel):
    """A conversation, as its sender's client needs it."""

    conversation: str
    channel: str
    epoch: int
    public_key: str
    locker: str
    sealed_key: str
    subject: str
    day: date
    delete_on: date
    state: str
    verdict: str | None = None
    messages: list[MessageModel]


def router() -> APIRouter:
    """/api/v1/feedback for senders."""
    routes = APIRouter(prefix="/api/v1/feedback", tags=["feedback"])
    guesses = Guesses()

    @routes.get("", operation_id="read_feedback", summary="Read the channels and this month's tokens")
    def read_feedback(context: _ContextDependency) -> FeedbackModel:
        """The same for everybody."""
        return card_of(context)

    @routes.post(
        "/conversations",
        operation_id="open_conversation",
        summary="Open a conversation with a sealed message",
        status_code=201,
        responses=responses(409, 413, 415, 422, 503),
        openapi_extra=_SEALED,
    )
    def open_conversation(body: _Sealed, context: _ContextDependency) -> OpenedModel:
        """The same bytes again get the same answer. Every other fault is one and the same refusal."""
        stored = sending.open_conversation(context, body.content)
        return OpenedModel(conversation=stored.name.hex(), day=stored.day)

    @routes.post(
        "/messages",
        operation_id="add_message",
        summary="Add a sealed message to one's conversation",
        status_code=201,
        responses=responses(409, 413, 415, 422, 503),
        openapi_extra=_SEALED,
    )
    def add_message(body: _Sealed, context: _ContextDependency) -> AddedModel:
        """The same bytes again get the same answer."""
        stored = sending.add_message(context, body.content)
        return AddedModel(id=stored.name.hex(), day=stored.day)

    @routes.post(
        "/deletions",
        operation_id="delete_conversation",
        summary="Delete one's conversation, for good",
        status_code=204,
        response_class=Response,
        responses=responses(413, 415, 422, 503),
        openapi_extra=_SEALED,
    )
    def delete_conversation(body: _Sealed, context: _ContextDependency) -> Response:
        """Deleting what is not there is a success too."""
        sending.delete_conversation(context, body.content)
        return Response(status_code=204)

    @routes.post(
        "/lookups",
        operation_id="look_up_conversation",
        summary="Find one's conversation again",
        responses=responses(404, 413, 415, 422, 429, 503),
        openapi_extra=request_body({JSON: {"schema": LookupModel.model_json_schema()}}),
    )
    def look_up(
        body: Annotated[Body, Depends(raw_body((JSON,), 1024))], context: _ContextDependency
    ) -> ConversationModel:
        """Wrong codes get one and the same answer; too many of them, from whomever, get 429."""
        request = parsed(LookupModel, body.content)
        try:
            locator, access = bytes.fromhex(request.locator), unb64u(request.access)
        except ValueError:
            locator, access = b"", b""
        try:
            found = sending.look_up(context, locator.ljust(LOCATOR_SIZE, b"\0")[:LOCATOR_SIZE], access)
        except NotFound:
            if guesses.take():
                raise
            raise TooManyGuesses("too many codes were tried; wait a minute and try yours again") from None
        return _model(found, visible(context.clock(), context.settings.feedback_hour))

    return routes


def _model(found: sending.Found, latest: date) -> ConversationModel:
    row = found.conversation
    return ConversationModel(
        conversation=row.id.hex(),
        channel=row.channel,
        epoch=row.epoch,
        public_key=b64u(row.public_key),
        locker=b64u(row.locker),
        sealed_key=b64u(row.sealed_key),
        subject=b64u(row.subject),
        day=row.day,
        delete_on=row.delete_on,
        state=row.state,
        verdict=row.verdict,
        messages=[
            message_model(message, latest)
            for message in found.messages
            if message.day <= latest or not message.from_handlers
        ],
    )


def message_model(row: MessageRow, latest: date) -> MessageModel:
    """A message, where ``latest`` is the last day that has been let out."""
    return MessageModel(
        id=row.id.hex(),
        sender="handlers" if row.from_handlers else "sender",
        mark=row.mark,
        day=row.day,
        out=row.day <= latest,
        content=b64u(row.content),
    )
