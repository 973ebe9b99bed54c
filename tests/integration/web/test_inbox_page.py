"""The page of the handlers' inbox: for staff alone, the same for all, and nothing in it but scripts."""

import re
from typing import Any

import pytest

from service.accounts.sessions import STAFF_ROLES
from service.web.inbox_pages import imported
from service.web.static_files import files


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_the_inbox_opens_for_every_role_under_the_strict_policy(kept_pages: Any, role: str) -> None:
    answer = kept_pages.get("/inbox", role)
    assert answer.status_code == 200
    assert (
        "require-trusted-types-for 'script'; trusted-types 'none'"
        in answer.headers["content-security-policy"]
    )
    assert answer.headers["cache-control"] == "no-store"
    assert '<a href="/inbox" aria-current="page">' in answer.text


def test_who_is_not_signed_in_is_asked_to_sign_in(kept_pages: Any) -> None:
    answer = kept_pages.get("/inbox", None)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/inbox")


def test_the_page_names_every_module_that_its_script_imports(kept_pages: Any) -> None:
    text = kept_pages.get("/inbox").text
    preloaded = set(re.findall(r'<link rel="modulepreload" href="/static/([^"]+)">', text))
    assert preloaded == set(imported())
    assert preloaded <= set(files())
    own = {path for path in files() if path.startswith("inbox/")}
    assert own - preloaded == {"inbox/start.js"}
