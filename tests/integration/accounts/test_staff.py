"""Staff: the first administrator, one-time links, roles, and API keys as pages."""

import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from sqlmodel import select

from service.accounts.one_time_links import first_link, make_link
from service.accounts.sessions import STAFF_ROLES
from service.store import staff, staff_users
from service.store.tables_main import ApiKeyRow
from service.store.tables_staff import OneTimeLinkRow, StaffUserRow
from service.store.unit_of_work import unit_of_work

PAGES = {  # who may open which page of this part
    "/account": set(STAFF_ROLES),
    "/audit": {"admin", "auditor"},
    "/staff": {"admin"},
    "/staff/keys": {"admin"},
}


def path_of(link: str | None) -> str:
    return urlsplit(link or "").path


@pytest.fixture
def ada(site: SimpleNamespace) -> SimpleNamespace:
    """A browser in which the first administrator is signed in."""
    return site.first_admin()


def user_of(site: SimpleNamespace, email: str) -> StaffUserRow:
    (found,) = site.rows(select(StaffUserRow).where(StaffUserRow.email == email))
    return found


def test_the_first_link_makes_an_administrator_once(site: SimpleNamespace) -> None:
    link = first_link(site.context)
    ada = site.browser()
    ada.join(path_of(link), email=" Ada@Example.org ", name="Ada")
    assert ada.is_signed_in()
    assert user_of(site, "ada@example.org").role == "admin"
    assert site.browser().get(path_of(link)).status_code == 403
    assert first_link(site.context) is None


def test_a_first_link_ends_with_its_day_and_with_the_next_one(site: SimpleNamespace) -> None:
    old = first_link(site.context)
    new = first_link(site.context)
    assert site.browser().get(path_of(old)).status_code == 403
    assert site.browser().get(path_of(new)).status_code == 200
    site.later(hours=24, minutes=1)
    assert site.browser().get(path_of(new)).status_code == 403


def test_looking_at_a_link_does_not_use_it_up_and_a_fault_neither(site: SimpleNamespace) -> None:
    link = path_of(first_link(site.context))
    browser = site.browser()
    page, again = browser.get(link).text, browser.get(link).text
    assert re.findall(r"<code>.*</code>", page) == re.findall(r"<code>.*</code>", again)
    faults = browser.submit(
        link, link, email="<b>ada</b>", name="<script>alert(1)</script>", password="short", code="000000"
    )
    assert faults.status_code == 422
    assert faults.text.count('aria-invalid="true"') == 3
    assert "<script>alert" not in faults.text
    assert "short" not in faults.text.replace("too short", "")
    assert site.rows(select(StaffUserRow)) == []
    browser.join(link, email="ada@example.org", name="Ada")


def test_the_store_has_links_as_digests(site: SimpleNamespace) -> None:
    token = path_of(first_link(site.context)).rpartition("/")[2]
    (row,) = site.rows(select(OneTimeLinkRow))
    assert token not in str(row)
    assert site.browser().get(f"/join/{row.digest.hex()}").status_code == 403


def test_an_invited_person_has_the_role_of_the_invitation(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    for role in STAFF_ROLES:
        browser = site.invited(ada, role, f"{role}@example.org")
        for page, allowed in PAGES.items():
            assert browser.get(page).status_code == (200 if role in allowed else 403), (role, page)


def test_inviting_with_faults_or_twice_stores_nothing(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    site.invited(ada, "owner", "grace@example.org")
    faults = [
        ({"email": "no address", "name": "Eve", "role": "owner"}, 422),
        ({"email": "eve@example.org", "name": "\x07", "role": "owner"}, 422),
        ({"email": "eve@example.org", "name": "Eve", "role": "emperor"}, 422),
        ({"email": "GRACE@example.org", "name": "Grace", "role": "admin"}, 409),
    ]
    for form, status in faults:
        assert ada.submit("/staff", "/staff/invite", **form).status_code == status
    assert len(site.rows(select(StaffUserRow))) == 2
    assert user_of(site, "grace@example.org").role == "owner"


def test_script_in_a_name_is_text_on_every_page(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    ada.submit("/staff", "/staff/invite", email="e@example.org", name="<img src=x onerror=y>", role="owner")
    for page in ("/staff", "/audit"):
        text = ada.get(page).text
        assert "<img" not in text
        assert "&lt;img src=x onerror=y&gt;" in text


def test_a_changed_role_counts_from_the_next_request(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    grace = site.invited(ada, "auditor", "grace@example.org")
    who = user_of(site, "grace@example.org").id
    assert grace.get("/audit").status_code == 200
    ada.submit("/staff", f"/staff/{who}/role", role="analyst")
    assert grace.get("/audit").status_code == 403


def test_the_last_administrator_stays(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    me = user_of(site, "ada@example.org").id
    ada.submit("/staff", "/staff/invite", email="never@example.org", name="Never came", role="admin")
    assert ada.submit("/staff", f"/staff/{me}/role", role="owner").status_code == 409
    assert ada.submit("/staff", f"/staff/{me}/disable").status_code == 409
    assert ada.is_signed_in()


def test_a_new_link_replaces_password_authenticator_codes_and_sessions(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    grace = site.invited(ada, "owner", "grace@example.org")
    who = user_of(site, "grace@example.org").id
    made = ada.submit("/staff", f"/staff/{who}/link").text
    link = re.search(r"(/join/[\w-]+)", made)
    assert link is not None
    again = site.browser()
    again.join(link[1], name="Grace", password="another set of words")
    assert again.is_signed_in()
    assert not grace.is_signed_in()
    site.later(minutes=2)
    assert grace.sign_in("grace@example.org", grace.code()).status_code == 401
    assert grace.sign_in("grace@example.org", grace.codes[0], "another set of words").status_code == 401
    assert grace.sign_in("grace@example.org", again.code(), "another set of words").status_code == 303


def test_a_new_start_of_ones_own_takes_the_password_and_a_code(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    site.later(minutes=2)
    wrong = ada.submit("/account", "/account/new-start", password="wrong", code=ada.code())
    assert wrong.status_code == 403
    right = ada.submit("/account", "/account/new-start", password="grass under seven boats", code=ada.code())
    assert right.headers["location"].startswith("/join/")
    ada.join(right.headers["location"], name="Ada", password="another set of words")
    assert ada.is_signed_in()


def test_a_link_to_enter_signs_in_once_without_a_form_of_its_own(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    with unit_of_work(site.context.main) as tx:
        user = staff_users.by_email(tx, "ada@example.org")
        token = make_link(tx, site.context.clock, user, "enter")
    browser = site.browser()
    assert not browser.is_signed_in()
    assert browser.submit(f"/join/{token}", f"/join/{token}").status_code == 303
    assert browser.is_signed_in()
    assert site.browser().get(f"/join/{token}").status_code == 403


def test_a_link_to_join_never_signs_in_by_itself(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    who = user_of(site, "ada@example.org").id
    link = re.search(r"(/join/[\w-]+)", ada.submit("/staff", f"/staff/{who}/link").text)
    assert link is not None
    browser = site.browser()
    assert browser.submit(link[1], link[1]).status_code == 422
    assert not browser.is_signed_in()


def test_a_key_is_shown_once_and_useless_once_revoked(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    from service.accounts.api_keys import digest_of

    made = ada.submit("/staff/keys", "/staff/keys", name="people analytics", role="service").text
    key = re.search(r"sv_[\w-]{43}", made)
    assert key is not None
    assert key[0] not in ada.get("/staff/keys").text
    (row,) = site.rows(select(ApiKeyRow))
    with unit_of_work(site.context.main) as tx:
        assert staff.key_by_digest(tx, digest_of(key[0])) is not None
    assert ada.submit("/staff/keys", f"/staff/keys/{row.id}/revoke").status_code == 303
    with unit_of_work(site.context.main) as tx:
        assert staff.key_by_digest(tx, digest_of(key[0])) is None
