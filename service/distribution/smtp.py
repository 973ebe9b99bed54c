"""Handing letters to the mail server, over some connections at a time (RFC 5321, by aiosmtplib).

What came of a letter is known or it is not: a connection that breaks while the server is taking the letter
leaves that open, and such a letter is never sent again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

from aiosmtplib import (
    SMTP,
    SMTPConnectError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from service.settings import Settings

TIMEOUT = 30.0  # seconds for a step of the conversation
GOODBYE = 2.0  # seconds for its end


class Outcome(Enum):
    """What came of a letter. ``later``: it was not taken, and may be another time. ``open``: nobody knows."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as bytes (RFC 5322), and whom it is for."""

    email: str
    content: bytes


class MailServerDown(Exception):  # noqa: N818 - named as a person would say it
    """The server cannot be reached, or takes nothing from us; the text says why, and names no person."""


class MailServer:
    """Connections to the mail server of the settings, as an asynchronous context."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connections: list[SMTP] = []

    async def __aenter__(self) -> "MailServer":
        try:
            first = await self._connected()
        except MailServerDown:
            await self.__aexit__()
            raise
        self._connections.append(first)
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._connections:
            if connection.is_connected:
                await _quietly(partial(connection.quit, timeout=GOODBYE))
            connection.close()
        self._connections = []
        await asyncio.sleep(0)  # a transport closes its socket in the loop's next turn

    async def send(self, letters: Sequence[Letter]) -> list[Outcome]:
        """What came of each letter. Raises MailServerDown before the first if nothing connects any more."""
        waiting = list(enumerate(letters))[::-1]
        outcomes = [Outcome.LATER] * len(letters)
        wanted = min(self._settings.mail_connections, len(letters))
        while len(self._connections) < wanted:
            try:
                self._connections.append(await self._connected())
            except MailServerDown:
                if not self._connections:
                    raise
                break  # it allows fewer at a time

        async def work(connection: SMTP) -> None:
            while waiting:
                place, letter = waiting.pop()
                outcomes[place] = await self._sent(connection, letter)
                if not connection.is_connected:
                    self._connections.remove(connection)
                    return

        await asyncio.gather(*(work(one) for one in self._connections[:wanted]))
        return outcomes

    async def _sent(self, connection: SMTP, letter: Letter) -> Outcome:
        sender = self._settings.mail_from or ""
        try:
            await connection.mail(sender, timeout=TIMEOUT)
            await connection.rcpt(letter.email, timeout=TIMEOUT)
        except SMTPResponseException as error:
            return await self._after_refusal(connection, error.code)
        except (SMTPException, OSError, ValueError, UnicodeError):
            connection.close()
            return Outcome.LATER  # nothing of the letter itself was sent
        try:
            await connection.data(letter.content, timeout=TIMEOUT)
        except SMTPResponseException as error:
            return await self._after_refusal(connection, error.code)
        except (SMTPServerDisconnected, SMTPTimeoutError, SMTPException, OSError):
            connection.close()
            return Outcome.OPEN
        return Outcome.SENT

    async def _after_refusal(self, connection: SMTP, code: int) -> Outcome:
        if code == 421:  # the server is going away
            connection.close()
        elif connection.is_connected:
            await _quietly(connection.rset)
        return Outcome.REFUSED if 500 <= code < 600 else Outcome.LATER

    async def _connected(self) -> SMTP:
        settings = self._settings
        connection = SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            timeout=TIMEOUT,
            local_hostname="localhost",  # the machine's own name is nobody's business
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
            username=settings.smtp_user,
            password=None if settings.smtp_password is None else settings.smtp_password.get_secret_value(),
        )
        try:
            await connection.connect()
        except SMTPResponseException as error:
            connection.close()
            raise MailServerDown(f"the mail server refuses to work with us (code {error.code})") from None
        except (SMTPConnectError, SMTPException, OSError) as error:
            connection.close()
            raise MailServerDown(f"the mail server cannot be reached ({type(error).__name__})") from None
        return connection


async def _quietly(step: Callable[[], Awaitable[object]]) -> None:
    try:
        await step()
    except (SMTPException, OSError):
        return
