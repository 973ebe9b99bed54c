"""Channels over HTTP, for their owners: what they are, who handles them, what came of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from service.accounts.auth import ANALYSTS, OwnerCaller, require
from service.feedback import channels, said
from service.feedback.channel_models import (
    ChangedChannelModel,
    ChangedSaidModel,
    ChannelModel,
    HandlerNameModel,
    NewChannelModel,
    SaidEntryModel,
    channel_model,
    said_model,
)
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.cursor import PageModel, PagingDependency
from service.http.problem import responses

_LARGEST = 256 * 1024  # bytes; five languages of everything have less
ContextDependency = Annotated[Context, Depends(context_of)]
ChannelBody = Annotated[Body, Depends(raw_body((JSON,), _LARGEST))]


def router() -> APIRouter:
    """/api/v1/feedback/channels and /api/v1/feedback/said."""
    routes = APIRouter(prefix="/api/v1/feedback", tags=["feedback"])
    _add_channels(routes)
    _add_handlers(routes)
    _add_said(routes)
    return routes


def _add_channels(routes: APIRouter) -> None:
    reader = [Depends(require(*ANALYSTS))]

    @routes.get(
        "/channels",
        dependencies=reader,
        operation_id="list_channels",
        summary="List the channels",
        responses=responses(401, 403, 422, 503),
    )
    def list_channels(context: ContextDependency, page: PagingDependency) -> PageModel[ChannelModel]:
        """In the order of their English names. It tells nothing of conversations."""
        views, cursor = page.part_of(channels.all_views(context))
        return PageModel(items=[channel_model(view) for view in views], next=cursor)

    @routes.post(
        "/channels",
        status_code=201,
        operation_id="create_channel",
        summary="Add a channel",
        responses=responses(401, 403, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(NewChannelModel)}}),
    )
    def create_channel(by: OwnerCaller, body: ChannelBody, context: ContextDependency) -> ChannelModel:
        """It is a draft at first. With faults, each is listed and nothing is stored."""
        wanted = parsed(NewChannelModel, body.content)
        return channel_model(channels.create(context, by, wanted.model_dump()))

    @routes.get(
        "/channels/{channel}",
        dependencies=reader,
        operation_id="get_channel",
        summary="Read a channel",
        responses=responses(401, 403, 404, 422, 503),
    )
    def get_channel(channel: str, context: ContextDependency) -> ChannelModel:
        """Its texts, its handlers and the state of their keys."""
        return channel_model(channels.view(context, channel))

    @routes.patch(
        "/channels/{channel}",
        operation_id="change_channel",
        summary="Change, open or close a channel",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(ChangedChannelModel)}}),
    )
    def change_channel(
        by: OwnerCaller, channel: str, body: ChannelBody, context: ContextDependency
    ) -> ChannelModel:
        """Conversations that are there keep the days they were promised, and go on in a closed channel."""
        wanted = parsed(ChangedChannelModel, body.content).model_dump(exclude_none=True)
        return channel_model(channels.change(context, by, channel, wanted))


def _add_handlers(routes: APIRouter) -> None:
    @routes.put(
        "/channels/{channel}/handlers/{user}",
        operation_id="name_handler",
        summary="Let a member of staff handle a channel",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(HandlerNameModel)}}),
    )
    def name_handler(
        by: OwnerCaller, channel: str, user: str, body: ChannelBody, context: ContextDependency
    ) -> ChannelModel:
        """They can read nothing until they or a fellow handler have made keys for it in their browser."""
        name = parsed(HandlerNameModel, body.content).name
        return channel_model(channels.name_handler(context, by, channel, user, name))

    @routes.delete(
        "/channels/{channel}/handlers/{user}",
        operation_id="remove_handler",
        summary="Take a channel from a handler",
        responses=responses(401, 403, 404, 409, 422, 503),
    )
    def remove_handler(
        by: OwnerCaller,
        channel: str,
        user: str,
        context: ContextDependency,
        lose: Annotated[
            bool, Query(description="Whether what nobody else can read is to be lost for good.")
        ] = False,
    ) -> ChannelModel:
        """What they have read or copied they keep; the next handler makes a new key of the channel."""
        return channel_model(channels.remove_handler(context, by, channel, user, lose=lose))


def _add_said(routes: APIRouter) -> None:
    @routes.get(
        "/said",
        dependencies=[Depends(require(*ANALYSTS))],
        operation_id="list_said",
        summary="List what came of conversations",
        responses=responses(401, 403, 422, 503),
    )
    def list_said(context: ContextDependency, page: PagingDependency) -> PageModel[SaidEntryModel]:
        """What was said and what was done, latest month first, tied to no conversation."""
        rows, cursor = page.part_of(said.all_of(context))
        return PageModel(items=[said_model(row) for row in rows], next=cursor)

    @routes.patch(
        "/said/{entry}",
        operation_id="change_said",
        summary="Publish what came of conversations, or say how far it is",
        responses=responses(401, 403, 404, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(ChangedSaidModel)}}),
    )
    def change_said(
        by: OwnerCaller, entry: str, body: ChannelBody, context: ContextDependency
    ) -> SaidEntryModel:
        """Handlers write entries in their inbox, where the senders' messages can be opened."""
        wanted = parsed(ChangedSaidModel, body.content)
        return said_model(said.change(context, by, entry, state=wanted.state, published=wanted.published))

    @routes.delete(
        "/said/{entry}",
        status_code=204,
        operation_id="delete_said",
        summary="Delete what was written of conversations",
        responses=responses(401, 403, 404, 422, 503),
    )
    def delete_said(by: OwnerCaller, entry: str, context: ContextDependency) -> None:
        """Also the words that were quoted in it."""
        said.remove(context, by, entry)
