"""Invitations by e-mail: how fast 10,000 go out, against a loop that does nothing but hand messages over.

    python benchmarks/mail.py [--letters 10000] [--connections 4]

Both send messages of the same size over as many connections to the same server (aiosmtpd in a process of
its own on loopback, which keeps nothing). The first claims and settles in the store, derives each person's
code and writes each letter. Rounds alternate; what counts is the ratio within one run. Last, a sender is
killed on its way and another resumes.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import signal
import statistics
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import aiosmtpd.smtp
from aiosmtplib import SMTP

from privacy.contract import minute
from service.distribution.post import Post
from service.http.context import Context
from service.settings import Settings
from service.store import distribution, invitations, mail_rounds, rosters, surveys, waves
from service.store.engine import open_engine
from service.store.rosters import RosterEntry
from service.store.schema import migrate
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.telling import mail_keys

ROUNDS = 3
SOURCE = (files("survey_definitions") / "psychological-safety.yaml").read_text()
NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)


class Counting:
    """Takes every letter and remembers how many each address got."""

    def __init__(self) -> None:
        self.number: Counter[str] = Counter()
        self.bytes = 0

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        self.number.update(envelope.rcpt_tos)  # type: ignore[attr-defined]
        self.bytes += len(envelope.content)  # type: ignore[attr-defined]
        return "250 OK"


def serve(pipe: Connection) -> None:
    """The mail server: tells its port, then on each line of the pipe what it took since the last."""

    async def run() -> None:
        counting = Counting()
        loop = asyncio.get_running_loop()
        made = await loop.create_server(
            lambda: aiosmtpd.smtp.SMTP(counting, hostname="localhost", loop=loop), "127.0.0.1", 0
        )
        pipe.send(made.sockets[0].getsockname()[1])
        while await loop.run_in_executor(None, pipe.recv):
            pipe.send((counting.number, counting.bytes))
            counting.number, counting.bytes = Counter(), 0

    asyncio.run(run())


def prepared(folder: Path, letters: int, port: int, connections: int) -> tuple[Context, str]:
    """A store with an open wave whose invitations are due."""
    folder.mkdir()
    settings = Settings(
        data=folder,
        public_url="https://pulse.example.org",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
        mail_from="pulse@example.org",
        mail_connections=connections,
    )
    engine = open_engine(settings.main_url)
    migrate(engine, "main")
    context = Context(settings, lambda: NOW, engine)
    people = [f"p{number:05}" for number in range(letters)]
    name, keys = os.urandom(32), mail_keys(context)
    keys.keep(name)
    codes = keys.codes(name)
    with unit_of_work(engine) as tx:
        surveys.add_survey(tx, "pulse", version="1", title={"en": "Pulse"}, source=SOURCE, day=NOW.date())
        rosters.replace_roster(
            tx, "pulse", [RosterEntry(person, {}, f"{person}@example.org") for person in people]
        )
        times = {"opens_at": minute(NOW), "closes_at": minute(NOW + timedelta(days=7))}
        row = waves.add_draft(tx, "pulse", source=SOURCE, plan={}, minutes=5, **times)
        waves.mark_open(tx, row, wave=name, manifest=b"", invited=letters, opens_at=times["opens_at"])
        digests = {person: invitations.digest_of(name, codes.code(person)) for person in people}
        invitations.snapshot(tx, row.id, people, digests)
        distribution.start_rounds(tx, distribution.put(tx, row.id, mail=True), minute(NOW))
    return context, row.id


async def bare(port: int, connections: int, letters: int, content: bytes) -> None:
    """Hand over so many messages and do nothing else."""
    waiting = iter(range(letters))

    async def work() -> None:
        async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as connection:
            for number in waiting:
                await connection.mail("pulse@example.org")
                await connection.rcpt(f"p{number:05}@example.org")
                await connection.data(content)

    await asyncio.gather(*(work() for _ in range(connections)))


def killed_on_the_way(context: Context, after: float) -> None:
    child = os.fork()
    if child == 0:
        context.main.dispose(close=False)
        asyncio.run(Post(context, mail_keys(context)).tick())
        os._exit(0)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--letters", type=int, default=10_000)
    arguments.add_argument("--connections", type=int, default=4)
    options = arguments.parse_args()
    pipe, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("fork").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = pipe.recv()

    def taken() -> tuple[Counter[str], int]:
        pipe.send(True)
        return pipe.recv()

    ratios = []
    with TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            context, _ = prepared(Path(folder) / str(number), options.letters, port, options.connections)
            start = time.perf_counter()
            asyncio.run(Post(context, mail_keys(context)).tick())
            ours = time.perf_counter() - start
            got, size = taken()
            assert set(got.values()) == {1}
            assert len(got) == options.letters
            content = b"Subject: x\r\n\r\n" + b"x" * 70 + b"\r\n"
            content += (b"y" * 70 + b"\r\n") * max(0, size // options.letters // 72 - 2)
            start = time.perf_counter()
            asyncio.run(bare(port, options.connections, options.letters, content))
            theirs_took = time.perf_counter() - start
            taken()
            ratios.append(ours / theirs_took)
            sys.stdout.write(
                f"{options.letters / ours:6.0f} letters a second, {options.letters / theirs_took:6.0f} by "
                f"the bare loop: {ours / theirs_took:.2f} times as long\n"
            )
        context, wave = prepared(Path(folder) / "killed", options.letters, port, options.connections)
        killed_on_the_way(context, ours / 2)
        halfway = sum(taken()[0].values())
        asyncio.run(Post(context, mail_keys(context)).tick())
        rest = sum(taken()[0].values())
        with reading(context.main) as tx:
            (row,) = mail_rounds.rounds_of(tx, wave)
        sys.stdout.write(
            f"killed after {halfway} letters, resumed with {rest}; in doubt {row.claimed - row.settled}, "
            f"missing {options.letters - halfway - rest}\n"
        )
    sys.stdout.write(f"median ratio {statistics.median(ratios):.2f}\n")
    with contextlib.suppress(BrokenPipeError):
        pipe.send(False)


if __name__ == "__main__":
    main()
