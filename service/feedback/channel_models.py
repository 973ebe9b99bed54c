"""Channels, and what came of them, as the API takes and shows them."""

from datetime import date
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from service.feedback.channels import ChannelView
from service.store.tables_feedback import FeedbackSaidRow

Texts = dict[str, str]  # by language
ChannelState = Literal["draft", "open", "closed"]
SaidState = Literal["planned", "doing", "done"]
_BY_LANGUAGE = "By language, English always among them."


class NoticeModel(BaseModel):
    """What a sender reads before writing, each text by language, English always among them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Texts = Field(examples=[{"en": "Ideas and concerns", "de": "Ideen und Sorgen"}])
    purpose: Texts = Field(description="What the channel is for.")
    readers: Texts = Field(description="Who reads it, and who does not.")
    emergency: Texts = Field(description="What to do when it cannot wait.")
    outside_help: Texts = Field(description="Who helps outside of the organisation.")


class ThemeModel(BaseModel):
    """What handlers may label a conversation with. Labels are in the clear, so they must tell little."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str = Field(examples=["workload"], description="Small letters, digits and hyphens.")
    text: Texts = Field(description=_BY_LANGUAGE)


class NewChannelModel(BaseModel):
    """A draft of a channel."""

    model_config = ConfigDict(extra="forbid", strict=True)

    notice: NoticeModel
    themes: list[ThemeModel] = Field(default_factory=list, description="At most 50.")
    kept_days: int = Field(
        default=365, description="Days after the last message until a conversation is deleted: 1 to 3650."
    )
    acknowledge_days: int = Field(
        default=7, description="Days within which somebody answers at all: 1 to 60."
    )
    answer_days: int = Field(default=90, description="Days within which somebody answers for good: 1 to 365.")


class ChangedChannelModel(BaseModel):
    """What changes of a channel; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", strict=True)

    notice: NoticeModel | None = None
    themes: list[ThemeModel] | None = Field(
        default=None, description="All of them. Labels of a channel that has a key can be worded anew only."
    )
    kept_days: int | None = Field(default=None, description="Of conversations opened from now on.")
    acknowledge_days: int | None = None
    answer_days: int | None = None
    state: ChannelState | None = Field(default=None, description="Open it, or close it to new conversations.")


class HandlerNameModel(BaseModel):
    """By which name senders are told of a handler."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(examples=["Robin of the people team"], description="One line.")


class HandlerModel(BaseModel):
    """Somebody who handles a channel."""

    user_id: str = Field(examples=["u-h5jx2ozq7w3a"])
    name: str
    has_key: bool = Field(description="Whether they have made a key of their own.")
    can_read: bool = Field(description="Whether they have the channel's present key.")


class ChannelModel(BaseModel):
    """A channel. Nothing here tells whether anybody has written to it."""

    id: str = Field(description="32 hex digits.")
    state: ChannelState
    takes_messages: bool = Field(description="Whether it is open and a handler could read what is written.")
    notice: dict[str, Texts]
    themes: list[ThemeModel]
    kept_days: int
    acknowledge_days: int
    answer_days: int
    epoch: int = Field(description="Number of its present key; 0 until a handler has made the first.")
    rotate: bool = Field(description="Whether somebody was removed and no new key was made since.")
    handlers: list[HandlerModel]
    created_on: date


class ChangedSaidModel(BaseModel):
    """What changes of an entry; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", strict=True)

    state: SaidState | None = None
    published: bool | None = Field(default=None, description="Whether everybody reads it.")


class SaidEntryModel(BaseModel):
    """What people said and what was done, in a handler's words."""

    id: str = Field(examples=["y-h5jx2ozq7w3a"])
    channel: str
    month: str = Field(examples=["2026-11"])
    theme: str | None
    said: Texts
    did: Texts
    quote: str | None = Field(description="Words of a sender who said yes to it.")
    state: SaidState
    published: bool


def channel_model(view: ChannelView) -> ChannelModel:
    """The channel as the API shows it."""
    columns = view.row.model_dump(exclude={"public_key"})
    handlers = [
        HandlerModel(
            user_id=one.user_id, name=one.name, has_key=one.public_key is not None, can_read=one.can_read
        )
        for one in view.handlers
    ]
    return ChannelModel(**columns, takes_messages=view.takes_messages, handlers=handlers)


def said_model(row: FeedbackSaidRow) -> SaidEntryModel:
    """The entry as the API shows it."""
    return SaidEntryModel(**row.model_dump(exclude={"state"}), state=cast(SaidState, row.state))
