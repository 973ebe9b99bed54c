"""What a conversation's sender or handler may be refused, beside the errors of every part."""

from privacy.errors import Invalid, Problem
from service.errors import ServiceError


class ChannelChanged(ServiceError):  # noqa: N818 - named as a person would say it
    """The channel has another key by now, or takes nothing: what was sealed for it is not stored."""

    status, kind, title = 409, "channel-changed", "Channel changed"


class TokenSpent(ServiceError):  # noqa: N818
    """The token has opened a conversation."""

    status, kind, title = 409, "token-spent", "Token spent"


class ConversationFull(ServiceError):  # noqa: N818
    """The conversation, or its day, takes no more of the sender's messages."""

    status, kind, title = 409, "conversation-full", "Conversation full"


class TooManyGuesses(ServiceError):  # noqa: N818
    """Too many lookups failed lately, whoever sent them."""

    status, kind, title = 429, "too-many-guesses", "Too many guesses"


def require(place: str, holds: bool, message: str) -> None:
    """Raises Invalid with ``message`` about ``place`` unless it holds."""
    if not holds:
        raise Invalid([Problem("request", place, message, "correct it and send it again")])
