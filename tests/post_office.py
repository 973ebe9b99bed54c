"""A real mail server on loopback that keeps what it takes, and refuses or breaks off as it is told."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP

Answer = Callable[[str], str | None]


class PostOffice:
    """``letters`` are (address, message) in the order of their arrival; ``answer`` may refuse an address."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.answer: Answer = lambda _: None
        self.on_data: Callable[[str], str | None] = lambda _: None
        self.break_off: Callable[[str], bool] = lambda _: False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        refused = self.answer(address)
        if refused is not None:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        refused = self.on_data(address)
        if refused is not None:
            return refused
        self.letters.append((address, message_from_bytes(envelope.content, policy=default)))  # type: ignore[arg-type]
        if self.break_off(address):
            server.transport.abort()  # taken, and nobody is told
        return "250 OK"

    @contextmanager
    def open(self) -> Iterator[int]:
        """Listen on a port of loopback, in a thread; gives the port."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        # There, because the thread of a test in a browser has a loop that runs already.
        listening = loop.create_server(self._connection, "127.0.0.1", 0)
        made = asyncio.run_coroutine_threadsafe(listening, loop).result()
        try:
            yield made.sockets[0].getsockname()[1]
        finally:
            asyncio.run_coroutine_threadsafe(self._closed(made), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def _connection(self) -> SMTP:
        return SMTP(self, hostname="localhost", loop=asyncio.get_running_loop())

    async def _closed(self, made: asyncio.Server) -> None:
        made.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    @property
    def number(self) -> Counter[str]:
        """How many letters each address got."""
        return Counter(address for address, _ in self.letters)


def link_in(letter: EmailMessage) -> str:
    """The link of a letter's text."""
    part = letter.get_body(("plain",))
    assert part is not None
    return next(line for line in part.get_content().splitlines() if "/w/" in line)
