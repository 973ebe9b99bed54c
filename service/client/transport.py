"""Requests that tell a server as little as HTTP allows.

The same headers from everybody, no cookies, no referrer, no redirects, and a connection of its own for each
request: a token and the answer it is spent on do not share one.
"""

import json
from typing import Any

import httpx

from service.client.failures import ServerRefused, Unreachable, one_line

LARGEST_REPLY = 4 * 1024 * 1024
_HEADERS = {
    "User-Agent": "sottovoce",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_TIMEOUT = httpx.Timeout(30.0).as_dict()
_TRY_AGAIN = (408, 425, 429)


class Transport:
    """One server. ``http`` decides how connections are made (over a proxy, say); its headers stay unused."""

    def __init__(self, base_url: str, http: httpx.Client | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._http = httpx.Client() if http is None else http
        self._owned = http is None

    def close(self) -> None:
        """Close the connections, unless they came from the caller."""
        if self._owned:
            self._http.close()

    def get(self, path: str) -> bytes:
        """The body at ``path``. Raises ServerRefused or Unreachable."""
        return self._send("GET", path, None, None)

    def post(self, path: str, body: bytes, content_type: str) -> bytes:
        """The body of the reply. Raises ServerRefused or Unreachable."""
        return self._send("POST", path, body, content_type)

    def _send(self, method: str, path: str, body: bytes | None, content_type: str | None) -> bytes:
        headers = _HEADERS if content_type is None else {**_HEADERS, "Content-Type": content_type}
        # A request of our own, not the client's: that one would add its cookies and headers.
        request = httpx.Request(
            method, self._base_url + path, headers=headers, content=body, extensions={"timeout": _TIMEOUT}
        )
        try:
            response = self._http.send(request, stream=True, auth=None, follow_redirects=False)
            try:
                reply = _limited(response)
            finally:
                response.close()
        except httpx.HTTPError as error:
            raise Unreachable(f"no answer from {self._base_url}: {one_line(str(error))}") from None
        if response.is_success:
            return reply
        text = _problem_text(reply) or f"{response.status_code} {one_line(response.reason_phrase)}"
        if response.is_server_error or response.status_code in _TRY_AGAIN:
            raise Unreachable(f"{self._base_url} cannot take this now: {text}")
        if response.is_redirect:
            text = "it sends to another address, which is never followed"
        raise ServerRefused(response.status_code, f"{self._base_url} refused: {text}")


def _limited(response: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > LARGEST_REPLY:
            raise httpx.DecodingError("the reply is too long", request=response.request)
        parts.append(part)
    return b"".join(parts)


def _problem_text(reply: bytes) -> str:
    """The title and detail of an RFC 9457 problem, or nothing."""
    try:
        problem = json.loads(reply)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(problem, dict):
        return ""
    texts = [text for name in ("title", "detail") if isinstance(text := problem.get(name), str)]
    return one_line(": ".join(dict.fromkeys(texts)))


def object_of(reply: bytes) -> dict[str, Any]:
    """The JSON object in ``reply``. Raises Unreachable for anything else, such as a portal's sign-in page."""
    try:
        value = json.loads(reply)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Unreachable("the server's reply makes no sense")
    return value
