"""Sessions: signed, strict, ended in time, and their forms taken from nowhere else."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlmodel import select

from service.accounts.cookies import cookie_key, sign
from service.store.tables_staff import StaffSessionRow

NAME = "__Host-sottovoce-session"


@pytest.fixture
def ada(site: SimpleNamespace) -> SimpleNamespace:
    """A browser in which the first administrator is signed in."""
    return site.first_admin()


def with_cookie(site: SimpleNamespace, value: str) -> SimpleNamespace:
    """A browser that has this session cookie."""
    browser = site.browser()
    browser.cookies.set(NAME, value, domain="pulse.example.org", path="/")
    return browser


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_http(site: SimpleNamespace) -> None:
    ada = site.first_admin()
    site.later(minutes=2)
    browser = site.browser()
    cookies = browser.sign_in("ada@example.org", ada.code()).headers.get_list("set-cookie")
    (cookie,) = [cookie for cookie in cookies if cookie.startswith(NAME)]
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {
        "httponly",
        "path=/",
        "samesite=strict",
        "secure",
    }


def test_over_plain_http_the_cookie_has_no_promise_it_cannot_keep(make_site: Callable) -> None:
    site = make_site(public_url="http://intranet:8000")
    browser = site.browser()
    browser.get("/sign-in")
    assert [cookie.name for cookie in browser.cookies.jar] == ["sottovoce-form"]
    assert [cookie.secure for cookie in browser.cookies.jar] == [False]


def test_the_key_of_cookies_is_its_owners_alone(site: SimpleNamespace) -> None:
    site.browser().get("/sign-in")
    path = Path(site.context.settings.key_folder) / "cookies.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert cookie_key(site.context.settings) == path.read_bytes()


@pytest.mark.parametrize("damage", [lambda path: path.chmod(0o644), lambda path: path.write_bytes(b"x")])
def test_a_key_that_cannot_be_trusted_signs_nothing_and_its_place_is_for_the_log(
    site: SimpleNamespace, damage: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    site.browser().get("/sign-in")
    path = Path(site.context.settings.key_folder) / "cookies.key"
    damage(path)
    answer = site.browser().get("/sign-in")
    assert answer.status_code == 503
    assert "cookies.key" not in answer.text
    assert str(path) in caplog.text


def test_a_forged_cookie_opens_nothing(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    value = ada.cookies[NAME]
    name, _, mac = value.rpartition(".")
    forged = [
        name,
        f"{name}.",
        f"{name}.{mac[:-2]}AA",
        f"x{value}",
        sign(b"another key" * 3, "session", name),
        sign(cookie_key(site.context.settings), "form", name),
        sign(cookie_key(site.context.settings), "session", "nobody's"),
    ]
    assert with_cookie(site, value).is_signed_in()
    assert not any(with_cookie(site, each).is_signed_in() for each in forged)


def test_the_store_has_no_name_that_a_cookie_could_be_made_of(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    (row,) = site.rows(select(StaffSessionRow))
    assert ada.cookies[NAME].rpartition(".")[0] not in str(row)
    digest = sign(cookie_key(site.context.settings), "session", row.digest.hex())
    assert not with_cookie(site, digest).is_signed_in()


def test_signing_in_takes_a_new_name_whatever_the_browser_had(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    before = ada.cookies[NAME]
    ada.submit("/account", "/sign-out")
    site.later(minutes=2)
    victim = with_cookie(site, before)
    assert victim.sign_in("ada@example.org", ada.code()).status_code == 303
    assert victim.is_signed_in()
    assert not with_cookie(site, before).is_signed_in()


def test_a_session_that_is_left_alone_ends(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    for _ in range(3):
        site.later(minutes=29)
        assert ada.is_signed_in()
    site.later(minutes=30)
    assert not ada.is_signed_in()


def test_a_session_that_is_used_all_day_ends_too(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    for _ in range(35):
        site.later(minutes=20)
        assert ada.is_signed_in()
    site.later(minutes=20)
    assert not ada.is_signed_in()


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    value = ada.cookies[NAME]
    assert ada.submit("/account", "/sign-out").headers["location"] == "/sign-in"
    assert NAME not in ada.cookies
    assert not with_cookie(site, value).is_signed_in()


def test_other_sessions_can_be_ended_one_or_all(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    others = []
    for _ in range(3):
        site.later(minutes=2)
        others.append(site.browser())
        others[-1].sign_in("ada@example.org", ada.code())
    which = re.findall(r'name="which" value="(\w+)"', ada.get("/account").text)
    ada.submit("/account", "/account/end-session", which=which[0])
    assert [other.is_signed_in() for other in others] == [True, True, False]
    ada.submit("/account", "/account/end-others")
    assert not any(other.is_signed_in() for other in others)
    assert ada.is_signed_in()


def test_nobody_ends_the_sessions_of_others(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    (row,) = site.rows(select(StaffSessionRow))
    grace = site.invited(ada, "owner", "grace@example.org")
    grace.submit("/account", "/account/end-session", which=row.digest.hex())
    grace.submit("/account", "/account/end-others")
    assert ada.is_signed_in()


def test_without_a_session_a_page_asks_to_sign_in_and_a_form_is_refused(site: SimpleNamespace) -> None:
    answer = site.browser().get("/staff/keys")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/staff/keys")
    assert site.browser().send("POST", "/staff/keys", data={"name": "x", "role": "admin"}).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "https://pulse.example.org.evil.example"},
    ],
)
def test_a_form_of_another_site_is_refused_even_with_the_token(
    site: SimpleNamespace, ada: SimpleNamespace, headers: dict[str, str]
) -> None:
    data = {"csrf": ada.csrf("/account")}
    assert ada.send("POST", "/sign-out", data=data, headers=headers).status_code == 403
    assert ada.is_signed_in()
    token = site.browser()
    form = {"csrf": token.csrf("/sign-in"), "email": "a@b.c", "password": "x", "code": "1"}
    assert token.send("POST", "/sign-in", data=form, headers=headers).status_code == 403


def test_a_form_needs_the_token_of_its_own_session(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    grace = site.invited(ada, "admin", "grace@example.org")
    for token in ("", "x", grace.csrf("/account"), site.browser().csrf("/sign-in")):
        assert ada.send("POST", "/sign-out", data={"csrf": token}).status_code == 403
    assert ada.send("POST", "/sign-out").status_code == 403
    assert ada.is_signed_in()


def test_the_form_to_sign_in_needs_the_cookie_that_came_with_it(site: SimpleNamespace) -> None:
    form = {"csrf": site.browser().csrf("/sign-in"), "email": "a@b.c", "password": "x", "code": "1"}
    refused = site.browser().send("POST", "/sign-in", data=form)
    assert refused.status_code == 403
    assert "reload the page" in refused.text


def test_a_strict_cookie_that_was_not_sent_is_asked_for_once_more(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    """Following a link from a message, a browser keeps the strict cookie back."""
    first = site.browser().get("/sign-in?next=/account", headers={"sec-fetch-site": "cross-site"})
    again = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', first.text)
    assert again is not None
    assert ada.get(again[1]).headers["location"] == "/account"
    assert site.browser().get(again[1]).status_code == 200
