"""A process that is killed with SIGKILL leaves each message either sent whole or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from service.store.engine import open_engine
from tests.feedback_parts import handlers_reply
from tests.integration.feedback.conftest import Senders

# What a sender's request does, in a process that is killed before its n-th statement to the box, or after
# its commit. Nothing is caught, flushed or rolled back.
PROGRAM = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import event
from service.feedback import handling, sending
from service.http.context import Context
from service.settings import Settings
from service.store.engine import open_engine

box, folder, what, fatal, content = sys.argv[1:]
engine = open_engine(box)
context = Context(Settings(data=Path(folder)), lambda: datetime(2026, 3, 3, 8, tzinfo=UTC), None, engine)
done = 0

def count(*_):
    global done
    done += 1
    if done == int(fatal):
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(engine, "before_cursor_execute", count)
event.listen(engine, "commit", count)
data = Path(content).read_bytes()
if what == "reply":
    handling.reply(context, "u-robin", data[:32], data[32:], "reply")
else:
    getattr(sending, what)(context, data)
print(done)
"""


def killed(  # noqa: PLR0917 - what the program is given
    senders: Senders, folder: Path, box: str, what: str, content: bytes, fatal: int
) -> tuple[int, str]:
    """Exit code and output of the program."""
    file = folder / "content"
    file.write_bytes(content)
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, box, str(folder), what, str(fatal), str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    return ended.returncode, ended.stdout + ended.stderr


def numbers(box: str) -> tuple[int, ...]:
    """Rows of conversations, messages, spent tokens, and the sum of what was counted."""
    engine = open_engine(box)
    with engine.connect() as connection:
        found = tuple(
            connection.execute(text(query)).scalar_one()
            for query in (
                "SELECT count(*) FROM conversation",
                "SELECT count(*) FROM message",
                "SELECT count(*) FROM feedback_spent",
                "SELECT coalesce(sum(number), 0) FROM feedback_count",
            )
        )
    engine.dispose()
    return found


@pytest.mark.parametrize("what", ["open_conversation", "add_message", "reply", "delete_conversation"])
def test_killed_anywhere_a_request_is_done_whole_or_not_at_all(
    senders: Senders, database: SimpleNamespace, tmp_path: Path, what: str
) -> None:
    sender = senders.sender()
    opening = sender.opening()
    if what == "open_conversation":
        content, before, after = opening, (0, 0, 0, 0), (1, 1, 1, 1)
    else:
        assert senders.post("conversations", opening).status_code == 201
        before = (1, 1, 1, 1)
        content, after = {
            "add_message": (sender.addition("More."), (1, 2, 1, 1)),
            "reply": (sender.name + handlers_reply(sender.key, sender.name, "Soon.", 2), (1, 2, 1, 2)),
            "delete_conversation": (sender.deletion(), (0, 0, 1, 1)),
        }[what]
    seen, fatal = set(), 0
    while True:
        fatal += 1
        code, said = killed(senders, tmp_path, database.box, what, content, fatal)
        state = numbers(database.box)
        assert state in (before, after), (fatal, state)
        seen.add(state)
        if code == 0:
            break
        assert code == -signal.SIGKILL, said
        assert fatal < 60
        if state == after:
            break
    assert fatal > 4
    code, said = killed(senders, tmp_path, database.box, what, content, 0)
    assert code == 0, said
    assert numbers(database.box) == after
    assert seen >= {before}
