"""Security headers on every answer, and a limit on every body, as plain ASGI so that nothing is buffered."""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import TooLarge
from service.http.problem import MEDIA_TYPE, describe

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
MAX_BODY = 16 * 1024 * 1024  # a roster of 100,000 people fits
Refusal = tuple[dict[str, str], bytes]


class SecurityHeaders:
    """Adds HEADERS to each response and refuses bodies over MAX_BODY by their declared length.

    ``refusal`` gives the headers and the body of that answer; without it, it is a problem document.
    """

    def __init__(self, app: ASGIApp, refusal: Callable[[TooLarge], Refusal] | None = None) -> None:
        self._app = app
        self._refusal = _problem if refusal is None else refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        declared = _content_length(scope)
        if declared is not None and declared > MAX_BODY:
            headers, body = self._refusal(
                TooLarge(f"the body has more than {MAX_BODY} bytes; send less at a time")
            )
            raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            await with_headers({"type": "http.response.start", "status": TooLarge.status, "headers": raw})
            await with_headers({"type": "http.response.body", "body": body})
            return
        await self._app(scope, _limited(receive), with_headers)


def _problem(error: TooLarge) -> Refusal:
    return {"Content-Type": MEDIA_TYPE}, describe(error)[1]


def _content_length(scope: Scope) -> int | None:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return None


def _limited(receive: Receive) -> Receive:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY:
            raise TooLarge(f"the body has more than {MAX_BODY} bytes; send less at a time")
        return message

    return limited
