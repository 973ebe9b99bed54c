"""What holds for every answer of the pages' application, found or not."""

from typing import Any

import httpx
import pytest

from service.web.static_files import files

OF_A_PROGRAM = ("", "/edit", "/participants", "/objectives", "/outside", "/plan", "/evaluation", "/report")
PAGES = [
    "/sign-in",
    "/api-docs",
    "/nowhere",
    f"/w/{'0' * 64}",
    f"/w/{'0' * 64}/receipt",
    f"/w/{'0' * 64}/results",
]


@pytest.mark.anyio
@pytest.mark.parametrize("address", PAGES)
async def test_every_page_has_the_whole_policy(http: httpx.AsyncClient, address: str) -> None:
    check_policy(await http.get(address))


def test_every_page_of_programs_has_the_whole_policy(pages: Any) -> None:
    about = {"name": "Mentoring", "kind": "mentorship", "starts_on": "2026-04-01", "ends_on": "2026-09-30"}
    program = pages.post("/programs/new", **about).headers["location"]
    for address in ("/programs", "/programs/new", *(f"{program}{part}" for part in OF_A_PROGRAM)):
        answer = pages.get(address)
        assert answer.status_code == 200, address
        check_policy(answer)
    for address in ("/programs/compare", "/programs/p-none", f"{program}/nothing"):
        check_policy(pages.get(address))


def check_policy(answer: httpx.Response) -> None:
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.anyio
async def test_an_unknown_page_says_what_to_do_and_an_unknown_operation_is_a_problem(
    http: httpx.AsyncClient,
) -> None:
    page, operation = await http.get("/nowhere"), await http.get("/api/v1/nowhere")
    assert (page.status_code, operation.status_code) == (404, 404)
    assert "check the link you followed" in page.text
    assert operation.headers["content-type"] == "application/problem+json"


@pytest.mark.anyio
async def test_a_file_is_served_as_it_stands_and_once(http: httpx.AsyncClient) -> None:
    plain = await http.get("/static/css/site.css", headers={"accept-encoding": "identity"})
    small = await http.get("/static/css/site.css", headers={"accept-encoding": "gzip"})
    again = await http.get("/static/css/site.css", headers={"if-none-match": plain.headers["etag"]})
    assert plain.content == small.content == files()["css/site.css"].content
    assert small.headers["content-encoding"] == "gzip"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "css", "", "css/none.css"])
async def test_nothing_but_the_files_can_be_named(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(f"/static/{path}")).status_code == 404
