"""Conversations are rewritten in the order of their names, so that nothing tells in what order they came.

This is also what takes the bytes of deleted conversations out of the files.
"""

from service.http.context import Context
from service.store.conversations import TABLES
from service.store.mixing import mix


def mix_conversations(context: Context) -> bool:
    """Mix if anything was written or deleted since the last time; whether it was.

    Raises Unavailable if the store cannot be mixed now; then the next call tries again.
    """
    written = context.conversations_written
    if not written.is_set():
        return False
    written.clear()  # before, so that what is written meanwhile is mixed the next time
    try:
        mix(context.box, TABLES)
    except BaseException:
        written.set()
        raise
    return True
