"""Signing in: password and code together, refusals that tell nothing, and waits that end."""

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from service.store import sign_in
from service.store.tables_staff import AuditRow, SignInAttemptsRow, StaffUserRow

EMAIL = "ada@example.org"


@pytest.fixture
def ada(site: SimpleNamespace) -> SimpleNamespace:
    """A browser whose person is known, at a time when no code was used, and signed in nowhere."""
    browser = site.first_admin()
    browser.submit("/account", "/sign-out")
    site.later(minutes=2)
    return browser


def test_password_and_code_open_what_was_asked_for(ada: SimpleNamespace) -> None:
    answer = ada.sign_in(f"  {EMAIL.upper()} ", ada.code(), next="/account?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?x=1")
    assert ada.is_signed_in()


@pytest.mark.parametrize(
    "next_path", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\nb"]
)
def test_nobody_is_sent_to_another_site(ada: SimpleNamespace, next_path: str) -> None:
    assert ada.sign_in(EMAIL, ada.code(), next=next_path).headers["location"] == "/"


def test_whatever_is_wrong_the_refusal_is_the_same(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    tried = [
        ("nobody@example.org", "grass under seven boats", ada.code()),
        (EMAIL, "grass under seven goats", ada.code()),
        (EMAIL, "grass under seven boats", "000000"),
        (EMAIL, "grass under seven boats", ada.code(steps=3)),
        (EMAIL, "x" * 900, ada.code()),
        ("\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "x", "\x00"),
    ]
    answers = [site.browser().sign_in(email, code, password) for email, password, code in tried]
    assert {answer.status_code for answer in answers} == {401}
    pages = {answer.text.replace(ours(answer.text), "") for answer in answers}
    assert len(pages) == 1


def ours(text: str) -> str:
    """The token of a page's form, which differs from browser to browser."""
    return text.partition('name="csrf" value="')[2].partition('"')[0]


@pytest.mark.parametrize(("email", "failures"), [(EMAIL, 0), (EMAIL, 6), ("nobody@example.org", 0)])
def test_an_unknown_address_or_one_that_waits_takes_the_same_work(
    site: SimpleNamespace, ada: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, email: str, failures: int
) -> None:
    for _ in range(failures):
        site.browser().sign_in(email, "000000")
    worked: list[str] = []
    for owner, name in ((PasswordHasher, "hash"), (PasswordHasher, "verify"), (sign_in, "store_attempts")):
        real = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *given, real=real: worked.append("work") or real(*given))
    ada.sign_in(email, ada.code(), "wrong but long enough")
    assert worked == ["work", "work"]


def test_a_code_counts_once_and_a_step_to_either_side(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    before, code = ada.code(steps=-1), ada.code()
    assert site.browser().sign_in(EMAIL, before).status_code == 303
    assert site.browser().sign_in(EMAIL, before).status_code == 401
    assert site.browser().sign_in(EMAIL, code).status_code == 303
    assert site.browser().sign_in(EMAIL, code).status_code == 401
    assert site.browser().sign_in(EMAIL, ada.code(steps=-1)).status_code == 401
    assert site.browser().sign_in(EMAIL, ada.code(steps=2)).status_code == 401
    assert site.browser().sign_in(EMAIL, ada.code(steps=1)).status_code == 303


def test_a_recovery_code_counts_once_however_it_is_typed(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    assert len(set(ada.codes)) == 10
    typed = ada.codes[0].upper().replace("-", " ")
    assert site.browser().sign_in(EMAIL, typed).status_code == 303
    assert site.browser().sign_in(EMAIL, ada.codes[0]).status_code == 401
    assert site.browser().sign_in(EMAIL, ada.codes[1]).status_code == 303


def test_waits_grow_to_a_quarter_of_an_hour_and_never_beyond(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    waits = []
    for _ in range(12):
        site.browser().sign_in(EMAIL, "000000")
        (row,) = site.rows(select(SignInAttemptsRow))
        wait = timedelta()
        while row.until > f"{site.now:%Y-%m-%dT%H:%M:00Z}":
            site.later(minutes=1)
            wait += timedelta(minutes=1)
        waits.append(int(wait.total_seconds()) // 60)
    assert waits == [0, 0, 0, 0, 2, 4, 8, 15, 15, 15, 15, 15]
    assert site.browser().sign_in(EMAIL, ada.code()).status_code == 303
    site.later(minutes=2)
    site.browser().sign_in(EMAIL, "000000")
    assert [row.failed for row in site.rows(select(SignInAttemptsRow))] == [1]


def test_whoever_tries_on_cannot_lock_a_person_out(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    assert ada.sign_in(EMAIL, ada.code()).status_code == 303
    site.later(minutes=2)
    for _ in range(8):
        site.browser().sign_in(EMAIL, "000000")
    assert site.browser().sign_in(EMAIL, ada.code()).status_code == 401
    assert ada.is_signed_in()
    site.later(minutes=0.5)
    assert site.browser().sign_in(EMAIL, ada.codes[0]).status_code == 303
    assert site.browser().sign_in(EMAIL, ada.code(steps=1)).status_code == 303
    noted = [row.detail for row in site.rows(select(AuditRow)) if row.action == "fail to sign in"]
    assert noted == [{"in_a_row": 5}]


def test_a_recovery_code_that_got_through_a_wait_is_used_up(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    for _ in range(5):
        site.browser().sign_in(EMAIL, "000000")
    assert site.browser().sign_in(EMAIL, ada.codes[0], "not the password").status_code == 401
    assert site.browser().sign_in(EMAIL, ada.codes[0]).status_code == 401


def test_somebody_disabled_cannot_sign_in_and_is_signed_out(site: SimpleNamespace) -> None:
    admin = site.first_admin()
    grace = site.invited(admin, "owner", "grace@example.org")
    (user,) = site.rows(select(StaffUserRow).where(StaffUserRow.email == "grace@example.org"))
    admin.submit("/staff", f"/staff/{user.id}/disable")
    assert not grace.is_signed_in()
    site.later(minutes=2)
    assert grace.sign_in("grace@example.org", grace.code()).status_code == 401


def test_nothing_secret_stands_in_the_log_or_in_clear_in_the_store(
    site: SimpleNamespace, ada: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ada.sign_in(EMAIL, ada.code(), "a wrong and secret phrase")
    ada.sign_in(EMAIL, ada.codes[0])
    (user,) = site.rows(select(StaffUserRow))
    assert user.password_hash.startswith("$argon2id$")
    for text in (caplog.text, str(site.rows(select(AuditRow))), user.password_hash):
        assert "secret phrase" not in text
        assert "grass under seven" not in text
        assert ada.codes[0] not in text
