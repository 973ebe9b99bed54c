"""Opening a conversation so that an interruption at any point costs no token and sends nothing twice."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from service.client.failures import ServerRefused, Unreachable
from service.client.feedback import FeedbackClient
from service.client.feedback_asking import Right
from service.client.feedback_kept import Progress, forget, keep
from service.client.feedback_values import Card, Opened, SealedOpening, Token, TokenRequest


def token_for(
    client: FeedbackClient, card: Card, right: Right, progress: Progress | None, path: Path
) -> Token:
    """The token that is kept, or one drawn with what the link gives."""
    if isinstance(progress, Token):
        return progress
    request = progress if isinstance(progress, TokenRequest) and progress.period == card.period else None
    if request is None:
        request = client.begin(card, right.code, right.wave)
        keep(path, request)
    try:
        token = client.draw_token(request)
    except ServerRefused:
        forget(path)
        raise
    keep(path, token)
    return token


def send_opening(client: FeedbackClient, sealed: SealedOpening, path: Path) -> Opened:
    """Send it. What is kept stays until ``forget``, after the receipt code has reached whoever wrote."""
    try:
        return client.open(sealed)
    except Unreachable as error:
        raise Unreachable(f"{error}; the message is kept, run the same command again") from None
    except ServerRefused as error:
        if error.status == HTTPStatus.CONFLICT and not _still_there(client.card, sealed):
            keep(path, sealed.token)
            raise ServerRefused(
                error.status, "the channel has another key by now; run the same command and write again"
            ) from None
        forget(path)
        raise


def _still_there(card: Callable[[], Card], sealed: SealedOpening) -> bool:
    """Whether the channel has the key that was sealed for."""
    return (sealed.channel, sealed.epoch) in {(channel.id, channel.epoch) for channel in card().channels}
