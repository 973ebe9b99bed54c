"""How long the inbox takes with many conversations: a page of the list with its counts, and one conversation.

    python benchmarks/inbox.py [--conversations 10000] [--messages 5] [--postgresql ADDRESS]

Prints medians and the slowest of 30 requests each, in milliseconds, through the service's own routes in one
process; on SQLite in a folder that is removed, or in an empty database.
"""

import argparse
import secrets
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from sqlalchemy import insert

from privacy.messages import id_of
from service.store.engine import open_engine
from service.store.schema import migrate
from service.store.slots import slot_of
from service.store.tables_feedback import ConversationReadRow, ConversationRow, MessageRow
from tests.integration.feedback.handlers import Office

TIMES = 30


def main() -> None:
    """Fill a store and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=5)
    parser.add_argument("--postgresql", help="address of an empty database; default: SQLite")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        address = given.postgresql
        database = SimpleNamespace(
            main=address or f"sqlite:///{folder}/sottovoce.db", box=address or f"sqlite:///{folder}/box.db"
        )
        for store in ("main", "box"):
            engine = open_engine(getattr(database, store))
            migrate(engine, store)  # type: ignore[arg-type]
            engine.dispose()
        office = Office(database, Path(folder))
        names = fill(office, given.conversations, given.messages)
        office.now += timedelta(days=200)
        show("a page of the list", lambda: office.get("conversations"))
        for kind in ("unread", "waiting", "overdue"):
            show(f"a page of what is {kind}", lambda kind=kind: office.get("conversations", filter=kind))
        show("one conversation", lambda: office.get(f"conversations/{secrets.choice(names).hex()}"))


def fill(office: Office, conversations: int, messages: int) -> list[bytes]:
    """Conversations over half a year, with random bytes for ciphertext; their names."""
    start = datetime(2026, 3, 2, tzinfo=UTC).date()
    heads, bodies, reads, names = [], [], [], []
    for number in range(conversations):
        name, day = secrets.token_bytes(32), start + timedelta(days=number * 180 // conversations)
        names.append(name)
        answered = number % 3 != 0
        heads.append(
            {
                "slot": slot_of(name),
                "id": name,
                "channel": office.channel.id,
                "locator": secrets.token_bytes(16),
                "access_digest": secrets.token_bytes(32),
                "public_key": secrets.token_bytes(65),
                "locker": secrets.token_bytes(60),
                "epoch": 1,
                "sealed_key": secrets.token_bytes(113),
                "subject": secrets.token_bytes(156),
                "month": f"{day:%Y-%m}",
                "day": day,
                "last_day": day + timedelta(days=messages),
                "waiting_since": None if answered else day,
                "acknowledged_on": day if answered else None,
                "answered_on": day if number % 5 else None,
                "delete_on": day + timedelta(days=365),
                "kept_days": 365,
                "state": ("new", "acknowledged", "working", "resolved")[number % 4],
                "theme_counted": False,
            }
        )
        for place in range(messages):
            content = secrets.token_bytes(1052)
            bodies.append(
                {
                    "slot": slot_of(id_of(content)),
                    "id": id_of(content),
                    "conversation": name,
                    "from_handlers": place % 2 == 1,
                    "day": day + timedelta(days=place),
                    "content": content,
                }
            )
        if number % 2:
            reads.append(
                {
                    "conversation": name,
                    "user_id": office.users["robin"],
                    "day": day + timedelta(days=messages),
                }
            )
    with office.context.box.begin() as connection:
        for kind, rows in ((ConversationRow, heads), (MessageRow, bodies), (ConversationReadRow, reads)):
            for first in range(0, len(rows), 1000):
                connection.execute(insert(kind), rows[first : first + 1000])
    return names


def show(what: str, ask: Callable[[], object]) -> None:
    """Print how long it took."""
    ask()
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - start))
    print(f"{what:28} median {statistics.median(times):6.1f} ms   slowest {max(times):6.1f} ms")


if __name__ == "__main__":
    main()
