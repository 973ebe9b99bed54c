"""What anybody may read before writing: the months' tokens, the channels, and what came of conversations.

It is the same for everybody and names no conversation.
"""

from pydantic import BaseModel, Field

from privacy.canonical import b64u
from service.http.context import Context
from service.store import channels, feedback_periods, said
from service.store.letting_out import is_taken
from service.store.tables_feedback import ChannelRow, FeedbackSaidRow
from service.store.unit_of_work import reading

Texts = dict[str, str]  # by language


class PeriodModel(BaseModel):
    """A month whose tokens open conversations."""

    period: str = Field(description="Its name: 64 hex digits; see the protocol.")
    month: str = Field(examples=["2026-11"])
    issuer_public_key: str = Field(description="RFC 9578 SubjectPublicKeyInfo as base64url.")


class ChannelCardModel(BaseModel):
    """A channel, as whoever may write to it sees it."""

    id: str = Field(description="32 hex digits.")
    notice: dict[str, Texts] = Field(
        description="Texts by language under name, purpose, readers, emergency and outside_help."
    )
    handlers: list[str] = Field(description="Who reads it, by name.")
    kept_days: int = Field(description="Days after the last message until a conversation is deleted.")
    acknowledge_days: int = Field(description="Days within which somebody answers at all.")
    answer_days: int = Field(description="Days within which somebody answers for good.")
    epoch: int = Field(description="Number of the channel's present key.")
    public_key: str = Field(description="The key: a P-256 point as base64url.")


class SaidModel(BaseModel):
    """What people said and what was done, in a handler's words."""

    channel: str
    month: str = Field(examples=["2026-11"])
    theme: Texts | None = None
    said: Texts
    did: Texts
    quote: str | None = Field(default=None, description="Words of a sender who said yes to it.")
    state: str = Field(description="planned, doing or done.")


class FeedbackModel(BaseModel):
    """Everything a sender's client starts from."""

    hour: int = Field(description="Hour, UTC, at which messages are let out each day; 24: at once.")
    tokens: int = Field(description="Conversations that one feedback link opens in a month.")
    periods: list[PeriodModel] = Field(description="This month, and the one before while it is taken.")
    channels: list[ChannelCardModel]
    said: list[SaidModel]


def card_of(context: Context) -> FeedbackModel:
    """The card as it is now. A month that has not begun is left out."""
    today = context.clock().date()
    with reading(context.box) as tx:
        periods = [row for row in feedback_periods.periods(tx) if is_taken(row.month, today)]
        rows = channels.all_channels(tx)
        open_to_all = channels.writable_channels(tx)
        handlers = {
            row.id: [handler.name for handler in channels.handlers_of(tx, row.id)] for row in open_to_all
        }
        published = said.published(tx)
    themes = {(row.id, theme["id"]): theme["text"] for row in rows for theme in row.themes}
    return FeedbackModel(
        hour=context.settings.feedback_hour,
        tokens=periods[0].tokens if periods else context.settings.feedback_tokens,
        periods=[
            PeriodModel(period=row.name.hex(), month=row.month, issuer_public_key=b64u(row.issuer_public_key))
            for row in periods
        ],
        channels=[_card(row, handlers[row.id]) for row in open_to_all],
        said=[_said(row, themes.get((row.channel, row.theme or ""))) for row in published],
    )


def _card(row: ChannelRow, handlers: list[str]) -> ChannelCardModel:
    return ChannelCardModel(
        id=row.id,
        notice=row.notice,
        handlers=handlers,
        kept_days=row.kept_days,
        acknowledge_days=row.acknowledge_days,
        answer_days=row.answer_days,
        epoch=row.epoch,
        public_key=b64u(row.public_key or b""),
    )


def _said(row: FeedbackSaidRow, theme: Texts | None) -> SaidModel:
    return SaidModel(
        channel=row.channel,
        month=row.month,
        theme=theme,
        said=row.said,
        did=row.did,
        quote=row.quote,
        state=row.state,
    )
