"""OpenID Connect against a real issuer on loopback: the way there and back, and every lie on it."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlmodel import select

from service.store import staff_users
from service.store.tables_staff import AuditRow, StaffSessionRow, StaffUserRow
from service.store.unit_of_work import unit_of_work
from tests.integration.accounts.conftest import START
from tests.integration.accounts.issuer import CLIENT, SECRET, Issuer, running_issuer

EMAIL = "grace@example.org"
CROSS_SITE = {"sec-fetch-site": "cross-site"}


@pytest.fixture(scope="module")
def running() -> Iterator[Issuer]:
    """An issuer whose clock agrees with the site's."""
    with running_issuer(lambda: START) as issuer:
        yield issuer


@pytest.fixture
def issuer(running: Issuer) -> Issuer:
    """The issuer, honest again."""
    running.person = {"sub": "248289761001", "email": EMAIL, "email_verified": True}
    running.claims, running.published, running.encode = {}, running.key, running.signed
    running.refused.clear()
    return running


@pytest.fixture
def make_with_issuer(make_site: Callable[..., Any], issuer: Issuer) -> Callable[..., Any]:
    """Makes a site that trusts the issuer and has invited its person as an analyst."""

    def make(**settings: Any) -> Any:
        made = make_site(
            oidc_issuer=issuer.address, oidc_client_id=CLIENT, oidc_client_secret=SECRET, **settings
        )
        with unit_of_work(made.context.main) as tx:
            staff_users.add_user(tx, email=EMAIL, name="Grace", role="analyst", day=START.date())
        return made

    return make


@pytest.fixture
def site(make_with_issuer: Callable[..., Any]) -> SimpleNamespace:
    """A site that trusts the issuer."""
    return make_with_issuer()


def way_back(browser: Any, path: str = "/account") -> str:
    """Start at the site, sign in at the issuer, and give the path that the issuer sends the browser to."""
    start = browser.get(f"/sign-in/oidc?next={path}")
    assert start.status_code == 303, start.text
    sent = httpx.get(start.headers["location"], follow_redirects=False, trust_env=False)
    back = urlsplit(sent.headers["location"])
    assert back.netloc == "pulse.example.org"
    return f"{back.path}?{back.query}"


def signed_in_by(browser: Any) -> httpx.Response:
    return browser.get(way_back(browser), headers=CROSS_SITE)


def refused(site: Any, answer: httpx.Response) -> bool:
    """Whether the answer is a refusal in words, and nobody is signed in."""
    assert "<h1>" in answer.text
    return answer.status_code == 403 and site.rows(select(StaffSessionRow)) == []


def test_an_invited_person_comes_back_signed_in(site: Any) -> None:
    browser = site.browser()
    assert "/sign-in/oidc?next=/account" in browser.get("/sign-in?next=/account").text
    back = signed_in_by(browser)
    assert back.status_code == 200
    onward = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', back.text)
    assert onward is not None
    assert onward[1] == "/account"
    assert browser.get(onward[1]).status_code == 200
    (noted,) = site.rows(select(AuditRow))
    assert (noted.action, noted.detail) == ("sign in", {"how": "OpenID Connect"})


def test_the_session_is_strict_and_only_the_state_is_lax(site: Any) -> None:
    browser = site.browser()
    (there,) = browser.get("/sign-in/oidc").headers.get_list("set-cookie")
    assert there.startswith("__Host-sottovoce-oidc=")
    assert "samesite=lax" in there.lower()
    back = signed_in_by(browser).headers.get_list("set-cookie")
    (session,) = [cookie for cookie in back if cookie.startswith("__Host-sottovoce-session=")]
    assert "samesite=strict" in session.lower()
    assert [cookie.name for cookie in browser.cookies.jar] == ["__Host-sottovoce-session"]


def test_the_issuers_name_for_a_person_counts_once_it_is_known(site: Any, issuer: Issuer) -> None:
    assert signed_in_by(site.browser()).status_code == 200
    issuer.claims = {"email": "married@example.org", "email_verified": False}
    browser = site.browser()
    assert signed_in_by(browser).status_code == 200
    assert EMAIL in browser.get("/account").text


def test_another_subject_with_the_same_address_is_nobody(site: Any, issuer: Issuer) -> None:
    assert signed_in_by(site.browser()).status_code == 200
    issuer.person = {**issuer.person, "sub": "another"}
    assert signed_in_by(site.browser()).status_code == 403


def without_signature(claims: dict[str, Any]) -> str:
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return f"{encoded[0]}.{encoded[1]}."


def signed_by_a_stranger(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048, {"kid": "one"}))


def signed_with_the_shared_secret(claims: dict[str, Any]) -> str:
    key = OctKey.import_key(SECRET.ljust(32, "."), {"kid": "one"})
    return jwt.encode({"alg": "HS256", "kid": "one"}, claims, key)


def with_a_changed_claim(issuer: Issuer) -> Callable[[dict[str, Any]], str]:
    def changed(claims: dict[str, Any]) -> str:
        head, _, tail = issuer.signed(claims).split(".")
        forged = json.dumps({**claims, "name": "Boss"}).encode()
        return f"{head}.{base64.urlsafe_b64encode(forged).rstrip(b'=').decode()}.{tail}"

    return changed


NOW = int(START.timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": NOW - 3600, "iat": NOW - 7200},
        {"exp": None},
        {"iat": NOW + 3600},
        {"sub": None},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": ["grace@example.org"]},
        {"email": "stranger@example.org"},
    ],
    ids=str,
)
def test_a_token_that_does_not_say_what_it_must_signs_nobody_in(
    site: Any, issuer: Issuer, claims: dict[str, Any]
) -> None:
    issuer.claims = claims
    assert refused(site, signed_in_by(site.browser()))


@pytest.mark.parametrize(
    "encode",
    [without_signature, signed_by_a_stranger, signed_with_the_shared_secret, lambda claims: "no token"],
    ids=["alg none", "another key", "shared secret", "no token"],
)
def test_a_token_that_the_issuers_key_did_not_sign_signs_nobody_in(
    site: Any, issuer: Issuer, encode: Callable[[dict[str, Any]], str]
) -> None:
    issuer.encode = encode
    assert refused(site, signed_in_by(site.browser()))


def test_a_token_that_was_changed_or_whose_key_was_withdrawn_signs_nobody_in(
    site: Any, issuer: Issuer
) -> None:
    issuer.encode = with_a_changed_claim(issuer)
    assert refused(site, signed_in_by(site.browser()))
    issuer.encode, issuer.published = issuer.signed, RSAKey.generate_key(2048, {"kid": "two"})
    assert refused(site, signed_in_by(site.browser()))


def test_the_way_back_is_open_only_to_the_browser_that_went(site: Any) -> None:
    browser = site.browser()
    back = way_back(browser)
    assert refused(site, site.browser().get(back, headers=CROSS_SITE))
    forged = re.sub(r"state=[^&]+", "state=forged", back)
    assert refused(site, browser.get(forged, headers=CROSS_SITE))
    other = site.browser()
    way_back(other)
    assert refused(site, other.get(back, headers=CROSS_SITE))
    assert browser.get(back, headers=CROSS_SITE).status_code == 200


def test_a_way_back_that_took_too_long_or_is_used_again_is_refused(site: Any, issuer: Issuer) -> None:
    browser = site.browser()
    back = way_back(browser)
    site.later(minutes=10)
    assert refused(site, browser.get(back, headers=CROSS_SITE))
    site.now = START
    browser = site.browser()
    back = way_back(browser)
    kept = dict(browser.cookies)
    assert browser.get(back, headers=CROSS_SITE).status_code == 200
    for name, value in kept.items():
        browser.cookies.set(name, value, domain="pulse.example.org", path="/")
    assert browser.get(back, headers=CROSS_SITE).status_code == 403
    assert issuer.refused == ["invalid_grant"]


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x", "?iss=https://evil.example&code=x"])
def test_an_issuer_that_signs_nobody_in_ends_in_words(site: Any, query: str) -> None:
    browser = site.browser()
    state = re.search(r"state=[^&]+", way_back(browser))
    assert state is not None
    path = f"/sign-in/oidc/callback{query}{'&' if query else '?'}{state[0]}"
    assert refused(site, browser.get(path, headers=CROSS_SITE))


def test_roles_by_claim_make_and_change_staff(make_with_issuer: Callable, issuer: Issuer) -> None:
    site = make_with_issuer(oidc_roles="groups:people=owner,groups:it=admin")
    assert refused(site, signed_in_by(site.browser()))
    issuer.person = {"sub": "7", "email": "new@example.org", "email_verified": True, "groups": ["it", "x"]}
    browser = site.browser()
    assert signed_in_by(browser).status_code == 200
    assert browser.get("/staff").status_code == 200
    issuer.person = {**issuer.person, "sub": "8", "email": EMAIL, "groups": ["people"]}
    assert signed_in_by(site.browser()).status_code == 200
    roles = {user.email: user.role for user in site.rows(select(StaffUserRow))}
    assert roles == {EMAIL: "owner", "new@example.org": "admin"}


def test_without_an_issuer_nothing_offers_it_and_one_that_is_down_is_named(make_site: Callable) -> None:
    plain = make_site()
    assert "/sign-in/oidc" not in plain.browser().get("/sign-in").text
    assert plain.browser().get("/sign-in/oidc").status_code == 409
    down = make_site(oidc_issuer="http://127.0.0.1:1", oidc_client_id="x", oidc_client_secret="y")
    answer = down.browser().get("/sign-in/oidc")
    assert answer.status_code == 503
    assert "sign in with a password" in answer.text
