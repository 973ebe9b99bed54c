"""Conversations are deleted when the time that their channel promised is over."""

from service.http.context import Context
from service.store import conversations
from service.store.unit_of_work import unit_of_work


def delete_expired(context: Context) -> int:
    """Delete what is over, with everything that belongs to it; how many there were. Mixing does the rest."""
    with unit_of_work(context.box) as tx:
        over = conversations.expired(tx, context.clock().date())
        conversations.delete_conversations(tx, over)
    if over:
        context.conversations_written.set()
    return len(over)
