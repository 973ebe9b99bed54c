"""Lives of a scheduler: each line ``MOMENT KILL`` on standard input is one, in its own process.

A life begins at MOMENT and goes through the year in steps, doing at each what a service does by itself: it
decides dates, opens and closes waves, sends letters. It ends with SIGKILL at its KILL-th event (a statement
before and after it is executed, a commit, a letter that is handed over), or with the year. The clock stands
in a file, so that the next life knows how far this one came. Two things are cheaper than in earnest: issuer
keys are taken from a few made beforehand, and letters have no words and go to a file.
"""

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import col, select

from service.distribution import post
from service.distribution.conductor import Conductor
from service.distribution.letter_texts import Desk
from service.distribution.post import Post
from service.distribution.smtp import Letter, Outcome
from service.http.context import Context
from service.registrar.issuer_keys import IssuerKeys
from service.registrar.rsa import IssuerKey
from service.settings import Settings
from service.store.engine import open_engine
from service.store.slots import slot_of
from service.store.tables_main import InvitationRow, IssuanceRow, WaveRow
from service.store.unit_of_work import unit_of_work
from service.surveys.scheduler import Scheduler
from service.surveys.telling import mail_keys

STEPS = (time(10), time(16))  # of each day, UTC
MAIL: dict[str, Any] = {"smtp_host": "localhost", "smtp_security": "none", "mail_from": "pulse@example.org"}
LIMITS = {"load_invitations": 2, "load_minutes": 12}


def settings_of(folder: Path) -> Settings:
    """The settings of every life."""
    return Settings(data=folder, public_url="https://pulse.example.org", **MAIL, **LIMITS)


class Ticks:
    """Counts events and kills its process at the last one."""

    def __init__(self, last: int) -> None:
        self.left = last

    def tick(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine: Any) -> None:
        event.listen(engine, "before_cursor_execute", lambda *_: self.tick())
        event.listen(engine, "after_cursor_execute", lambda *_: self.tick())
        event.listen(engine, "commit", lambda _: self.tick())


def draws(wave: str, person: str) -> bool:
    """Whether a person draws their token before the first reminder: six in ten do."""
    return hashlib.sha256(f"{wave}{person}".encode()).digest()[0] < 154


class FileBox:
    """A mail server that takes everything: a line ``letter wave round address`` in a file each."""

    path: Path
    ticks: Ticks

    def __init__(self, _: Settings) -> None: ...

    async def __aenter__(self) -> "FileBox":
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        for letter in letters:
            note(self.path, letter.content)
            self.ticks.tick()
        return [Outcome.SENT] * len(letters)


def note(path: Path, line: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line + b"\n")
    os.close(file)


def wordless(_desk: Desk, one: Any, *about: Any) -> bytes:
    _, _, row, _ = about
    return f"letter {row.wave_id} {row.number} {one.person}".encode()


def draw_tokens(context: Context, journal: Path) -> None:
    """As if everybody who means to had drawn their token of the waves that are open."""
    with unit_of_work(context.main) as tx:
        rows = tx.exec(
            select(InvitationRow)
            .join(WaveRow, col(WaveRow.id) == col(InvitationRow.wave_id))
            .join(IssuanceRow, col(IssuanceRow.digest) == col(InvitationRow.digest), isouter=True)
            .where(col(WaveRow.state) == "open", col(IssuanceRow.digest).is_(None))
        ).all()
        found = [row for row in rows if draws(row.wave_id, row.person)]
        for row in found:
            slot, blinded = slot_of(row.digest), bytes(32)
            tx.add(IssuanceRow(slot=slot, digest=row.digest, wave_id=row.wave_id, blinded_digest=blinded))
    for row in found:
        note(journal, f"drawn {row.wave_id} 0 {row.person}".encode())


def live(folder: Path, moment: datetime, end: datetime, ticks: Ticks, keys: Sequence[IssuerKey]) -> None:
    """One life, from ``moment`` on."""
    settings = settings_of(folder)
    main, box = open_engine(settings.main_url), open_engine(settings.box_url)
    ticks.watch(main)
    ticks.watch(box)
    turn = cycle(keys)
    IssuerKey.generate = classmethod(lambda _: next(turn))  # type: ignore[assignment,method-assign]
    FileBox.path, FileBox.ticks = folder / "journal", ticks
    post.MailServer = FileBox  # type: ignore[assignment,misc]
    Desk.letter = wordless  # type: ignore[method-assign]
    now = moment
    context = Context(settings, lambda: now, main, box)
    conductor = Conductor(context)
    scheduler = Scheduler(context, IssuerKeys(settings.key_folder / "issuer"))
    letters = Post(context, mail_keys(context))
    while now < end:
        (folder / "clock.new").write_text(now.isoformat())
        (folder / "clock.new").rename(folder / "clock")
        conductor.tick()
        scheduler.tick()
        asyncio.run(letters.tick())
        draw_tokens(context, folder / "journal")
        now = after(now)
    (folder / "clock").write_text(end.isoformat())


def after(moment: datetime) -> datetime:
    """The next step."""
    today = [datetime.combine(moment.date(), one, moment.tzinfo) for one in STEPS]
    later = [one for one in today if one > moment]
    return later[0] if later else today[0] + timedelta(days=1)


def serve(folder: str, end: str) -> None:
    keys = [IssuerKey.generate() for _ in range(3)]
    for line in sys.stdin:
        moment, last = line.split()
        child = os.fork()  # quicker than starting Python and loading everything anew
        if child == 0:
            code = 1
            try:
                live(
                    Path(folder),
                    datetime.fromisoformat(moment),
                    datetime.fromisoformat(end),
                    Ticks(int(last)),
                    keys,
                )
                code = 0
            finally:
                os._exit(code)
        status = os.waitpid(child, 0)[1]
        killed = os.WIFSIGNALED(status)
        sys.stdout.write("killed\n" if killed else "finished\n" if status == 0 else "failed\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(*sys.argv[1:])
