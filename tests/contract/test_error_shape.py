"""Every error of every address has the one shape of RFC 9457 and repeats nothing that was sent."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.app import describe_api
from service.demo.server import running_service

SENTINEL = "sentinel-7340-äöü"
API = describe_api()
ROUTES = [
    (method, path) for path, operations in sorted(API["paths"].items()) for method in sorted(operations)
]
PUBLIC = {  # operations that respondents and health checks use, without a key
    "draw_token",
    "read_manifest",
    "submit_response",
    "read_response",
    "read_board",
    "read_proof",
    "get_own_ledger",
    "get_invited_results",
    "get_thermometer",
    "draw_feedback_token",
    "turn_reminders_off",
    "read_feedback",
    "open_conversation",
    "add_message",
    "delete_conversation",
    "look_up_conversation",
    "health",
}
FIELD = json.dumps({SENTINEL: SENTINEL}).encode()
LONG = "/api/v1/" + "x" * 3000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data: Path = tmp_path_factory.mktemp("service")
    with running_service(data, 0) as running:
        yield running


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=[f"{m} {p}" for m, p in ROUTES])
@pytest.mark.parametrize(
    "body", [b"", b"{", FIELD, SENTINEL.encode(), b'{"a":{"a":{"a":1}}}', b"\xff\xfe\x00"]
)
def test_an_error_is_a_problem_and_repeats_nothing(address: str, method: str, path: str, body: bytes) -> None:
    url = f"{address}{filled(path, '0' * 64)}"
    for content_type in ("application/json", "text/csv", "application/octet-stream", SENTINEL):
        headers = {"Content-Type": content_type.encode(), "Authorization": f"Bearer {SENTINEL}".encode()}
        answer = httpx.request(method, url, content=body, headers=headers, trust_env=False)
        if answer.status_code >= 400:
            check_problem(answer)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", [f"/api/{SENTINEL}", "/api/v1/waves", "/api/v1/health", "/api", LONG])
def test_an_unknown_address_or_method_is_a_problem(address: str, method: str, path: str) -> None:
    answer = httpx.request(method, f"{address}{path}", trust_env=False)
    if answer.status_code >= 400:
        check_problem(answer)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", f"/{SENTINEL}", "/api-docs", f"/w/{SENTINEL}"])
def test_an_unknown_page_or_method_is_a_page_that_repeats_nothing(
    address: str, method: str, path: str
) -> None:
    answer = httpx.request(method, f"{address}{path}", trust_env=False)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert SENTINEL not in answer.text


def test_every_staff_route_asks_for_a_key(address: str) -> None:
    asked = {
        (method, path): httpx.request(method, f"{address}{filled(path, 'x')}", trust_env=False).status_code
        for method, path in ROUTES
        if operation(method, path)["operationId"] not in PUBLIC
    }
    assert asked
    assert set(asked.values()) == {401}, asked


def test_every_described_error_is_the_problem_shape() -> None:
    for method, path in ROUTES:
        for status, response in operation(method, path)["responses"].items():
            if status.startswith(("4", "5")):
                assert list(response["content"]) == ["application/problem+json"], (method, path, status)


def operation(method: str, path: str) -> dict[str, Any]:
    value: dict[str, Any] = API["paths"][path][method]
    return value


def filled(path: str, value: str) -> str:
    """The path with something in each of its parameters."""
    return "/".join(value if part.startswith("{") else part for part in path.split("/"))


def check_problem(answer: httpx.Response) -> None:
    """RFC 9457, one line of detail, and nothing that was sent."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    value = json.loads(answer.content)
    assert {"type", "title", "status", "detail"} <= set(value)
    assert value["status"] == answer.status_code
    assert value["type"].startswith("urn:sottovoce:problem:")
    assert "\n" not in value["detail"]
    assert SENTINEL not in answer.text
    assert SENTINEL not in json.dumps(value, ensure_ascii=False)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
