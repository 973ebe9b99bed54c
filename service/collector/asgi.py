"""POST /api/v1/waves/{wave}/responses as plain ASGI, in front of the application.

A FastAPI route would cost more than everything else that is done for a response. Every answer has the
headers and, where it refuses, the problem shape of the other routes.
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from privacy.errors import Refused, SottovoceError
from service.collector.collector import Collector
from service.collector.waves import LoadedWave, closed
from service.http.headers import HEADERS
from service.http.problem import MEDIA_TYPE, describe

DISCARDED = 64 * 1024  # bytes of a body of the wrong length that the server may still read and drop

_PATH = re.compile(r"/api/v1/waves/([0-9a-f]{64})/responses")
_PATH_LENGTH = len("/api/v1/waves//responses") + 64
_Headers = list[tuple[bytes, bytes]]


def _headers(media_type: str) -> _Headers:
    headers = {**HEADERS, "Cache-Control": "no-store", "Content-Type": media_type}
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_ACCEPTED = _headers("application/json")
_PROBLEM = _headers(MEDIA_TYPE)
# Made once, so that no two refusals differ in a byte, whatever was wrong.
_REFUSED = describe(Refused("the sealed response does not hold; nothing was stored"))
_CLOSED = describe(closed())


class _Oversized(Exception):  # noqa: N818 - never leaves this module
    """The body goes on beyond an envelope; it is not read to its end."""


class _Gone(Exception):  # noqa: N818
    """The sender closed the connection before the body was complete."""


class CollectorASGI:
    """Answers the one method and path; hands everything else, the lifespan too, to ``app``."""

    def __init__(self, app: ASGIApp, collector: Collector) -> None:
        self._app = app
        self._collector = collector

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry."""
        if scope["type"] == "http" and scope["method"] == "POST" and len(scope["path"]) == _PATH_LENGTH:
            match = _PATH.fullmatch(scope["path"])
            if match is not None:
                await self._respond(bytes.fromhex(match[1]), scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _respond(self, name: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        headers, refusal = _PROBLEM, _REFUSED
        try:
            wave = await self._collector.find(name)
            if wave.closed:
                refusal = _CLOSED
            body = await self._collector.accept(wave, await _read(scope, receive, wave))
            status, headers = 201, _ACCEPTED
        except _Gone:
            return
        except _Oversized:
            status, body = refusal
            headers = [*_PROBLEM, (b"connection", b"close")]
        except Refused:
            status, body = refusal
        except SottovoceError as error:
            status, body = describe(error)
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
        await send({"type": "http.response.body", "body": body})


async def _read(scope: Scope, receive: Receive, wave: LoadedWave) -> bytes:
    """The body, if it is as long as an envelope of the wave.

    Raises Refused if it is not, by its declared length before any of it is read; _Oversized, _Gone.
    """
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) != wave.size:
            raise _Oversized if int(value) > DISCARDED else Refused("of another length")
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        return bytes(message.get("body", b""))
    parts: list[bytes] = []
    length = 0
    while message["type"] == "http.request":
        parts.append(message.get("body", b""))
        length += len(parts[-1])
        if length > wave.size:
            raise _Oversized
        if not message.get("more_body", False):
            return b"".join(parts)
        message = await receive()
    raise _Gone
