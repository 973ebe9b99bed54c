"""Requests tell people apart by nothing, and no reply of a server does harm, whatever it holds."""

from typing import Any

import httpx
import pytest

from privacy.answers import Response
from privacy.contract import Manifest
from service.client.client import RespondentClient
from service.client.failures import ServerRefused, Unreachable
from service.client.progress import begin
from service.client.transport import LARGEST_REPLY


def test_requests_carry_nothing_that_tells_people_apart(
    server: Any, client: RespondentClient, manifest: Manifest, safe_response: Response
) -> None:
    code = client.respond(manifest, "code-0", safe_response).code
    client.withdraw(manifest, code)
    server.closed = True
    client.check(manifest, code)
    names = {name for request in server.requests for name in request.headers}
    assert names <= {
        "host", "user-agent", "accept", "accept-encoding", "connection", "content-type", "content-length",
    }  # fmt: skip
    for name in ("user-agent", "accept", "accept-encoding", "connection"):
        assert len({request.headers[name] for request in server.requests}) == 1
    assert {request.headers["connection"] for request in server.requests} == {"close"}
    assert b"person" not in b"".join(value for request in server.requests for _, value in request.headers.raw)


@pytest.mark.parametrize("location", ["https://elsewhere.example/", "/api/v1/other"])
def test_redirects_are_not_followed(location: str, server: Any) -> None:
    asked = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(307, headers={"Location": location})

    http = httpx.Client(transport=httpx.MockTransport(redirect), follow_redirects=True)
    with pytest.raises(ServerRefused, match="never followed"):
        RespondentClient(server.host, http).fetch_manifest(server.wave)
    assert asked == ["pulse.example"]


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, text="<html>Sign in to the network</html>"),
        httpx.Response(200, json=[1]),
        httpx.Response(200, json={}),
        httpx.Response(200, json={"blind_signature": 3}),
        httpx.Response(200, json={"blind_signature": "***"}),
        httpx.Response(429),
        httpx.Response(502, text="<html>Bad gateway</html>"),
    ],
    ids=range(7),
)
def test_a_reply_that_makes_no_sense_costs_nothing(
    server: Any,
    client: RespondentClient,
    manifest: Manifest,
    monkeypatch: pytest.MonkeyPatch,
    reply: httpx.Response,
) -> None:
    drawing = begin(manifest, "code-0")
    with monkeypatch.context() as patch:
        patch.setattr(server, "_post_tokens", lambda request, name: reply)
        with pytest.raises(Unreachable):
            client.draw_token(manifest, drawing)
    assert client.draw_token(manifest, drawing).token


def test_a_reply_without_end_is_not_read_to_its_end(server: Any) -> None:
    read = []

    def endless(request: httpx.Request) -> httpx.Response:
        def body() -> Any:
            while True:
                read.append(1)
                yield bytes(1024 * 1024)

        return httpx.Response(200, content=body())

    http = httpx.Client(transport=httpx.MockTransport(endless))
    with pytest.raises(Unreachable, match="too long"):
        RespondentClient(server.host, http).fetch_manifest(server.wave)
    assert len(read) <= LARGEST_REPLY // (1024 * 1024) + 1


def test_an_error_is_one_printable_line_whatever_the_server_sends(server: Any) -> None:
    problem = {"title": "Not\nfound\x1b[2J", "detail": "x" * 5000}
    http = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(404, json=problem)))
    with pytest.raises(ServerRefused) as refusal:
        RespondentClient(server.host, http).fetch_manifest(server.wave)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 400


def test_a_server_that_is_not_there_is_one_line(server: Any) -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no\nroute", request=request)

    http = httpx.Client(transport=httpx.MockTransport(nobody))
    with pytest.raises(Unreachable, match=r"^no answer from https://pulse\.example: no route$"):
        RespondentClient(server.host, http).fetch_manifest(server.wave)
