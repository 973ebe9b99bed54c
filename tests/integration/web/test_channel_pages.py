"""Channels as pages: an owner's way from the form to an open channel, and what other roles see of it."""

import re
from typing import Any

import httpx
import pytest
from sqlmodel import select

from privacy import signatures
from service.store import channels, handler_keys, staff_users
from service.store.tables_feedback import ChannelRow, FeedbackSaidRow
from service.store.tables_passes import FeedbackPassRow
from service.store.unit_of_work import reading, unit_of_work
from service.web.channel_page import fingerprint
from tests.integration.web.conftest import START, Pages
from tests.integration.web.program_parts import DEFINITION, SCRIPT, fault_at, shown
from tests.integration.web.test_every_page import check_policy

TEXTS = {
    "notice.name.en": f"Ideas {SCRIPT}",
    "notice.name.de": "Ideen",
    "notice.purpose.en": f"What should be better.\r\n{SCRIPT}",
    "notice.purpose.de": "Was besser werden soll.",
    "notice.readers.en": "Two people of the people team.",
    "notice.readers.de": "Zwei Leute.",
    "notice.emergency.en": "Call 112.",
    "notice.emergency.de": "112 anrufen.",
    "notice.outside_help.en": "030 1234",
    "notice.outside_help.de": "030 1234",
    "themes.0.text.en": f"Too much work {SCRIPT}",
    "themes.0.text.de": "Zu viel Arbeit",
    "themes.2.text.en": "Überall Vorurteile",
    "kept_days": "365",
    "acknowledge_days": "7",
    "answer_days": "90",
}


def made(pages: Pages, **fields: str) -> str:
    answer = pages.post("/channels/new", **{**TEXTS, **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def row_of(pages: Pages, address: str) -> ChannelRow:
    with reading(pages.context.box) as tx:
        row = channels.find(tx, address.rpartition("/")[2])
    assert row is not None
    return row


def user_of(pages: Pages, role: str) -> str:
    with reading(pages.context.main) as tx:
        user = staff_users.by_email(tx, f"{role}@example.org")
    assert user is not None
    return user.id


def give_key(pages: Pages, address: str, *users: str) -> bytes:
    """What handlers' browsers do. The point of the channel's new key."""
    point = signatures.point_of(signatures.new_key())
    with unit_of_work(pages.context.box) as tx:
        row = channels.find(tx, address.rpartition("/")[2])
        assert row is not None
        for one in users:
            own = handler_keys.new_row(one, point, 600_000, bytes(76), bytes(76), START.date())
            handler_keys.put_key(tx, own)
        handler_keys.add_epoch(tx, row, point, dict.fromkeys(users, bytes(113)))
    return point


def state_of(text: str) -> str:
    found = re.search(r'<p><span class="state">([^<]*)</span> (.*?)</p>', text)
    assert found is not None, text
    return f"{found[1]}: {found[2]}"


def test_from_the_form_to_an_open_channel(pages: Pages) -> None:
    address = made(pages)
    row = row_of(pages, address)
    assert row.notice["purpose"]["en"] == f"What should be better.\n{SCRIPT}"
    names = [(theme["id"], sorted(theme["text"])) for theme in row.themes]
    assert names[1] == ("uberall-vorurteile", ["en"])
    assert names[0][0].startswith("too-much-work-script")
    assert names[0][1] == ["de", "en"]
    assert state_of(shown(pages, address)).startswith("draft")
    assert pages.post(f"{address}/state", state="open").status_code == 303
    assert "because nobody handles it" in state_of(shown(pages, address))
    robin = user_of(pages, "analyst")
    assert pages.post(f"{address}/handlers", user=robin, name=f"Robin {SCRIPT}").status_code == 303
    assert "because no handler has made a key" in state_of(shown(pages, address))
    point = give_key(pages, address, robin)
    text = shown(pages, address)
    assert state_of(text).startswith("open:")
    assert fingerprint(point) in text
    assert "can read" in text
    assert "Ideen" in text
    assert "<script>alert" not in text
    assert pages.post(f"{address}/state", state="closed").status_code == 303
    assert state_of(shown(pages, address)).startswith("closed")
    listed = shown(pages, "/channels")
    assert "closed" in listed
    assert "<script>alert" not in listed


def test_a_fault_is_said_at_its_field_and_what_was_typed_stays(pages: Pages) -> None:
    fields = {**TEXTS, "notice.emergency.en": " ", "kept_days": "soon", "themes.2.text.en": ""}
    answer = pages.post("/channels/new", **fields, **{"themes.2.text.de": "Nur deutsch"})
    assert answer.status_code == 422
    assert "English text is missing" in fault_at(answer, "notice.emergency.en")
    assert "1 to 3650" in fault_at(answer, "kept_days")
    assert "English text is missing" in fault_at(answer, "themes.1.text.en")
    assert "Nur deutsch" in answer.text
    assert "Zwei Leute." in answer.text
    check_policy(answer)
    assert "There is no channel yet" in shown(pages, "/channels")


def test_a_change_is_stored_and_a_label_keeps_its_name(pages: Pages) -> None:
    address = made(pages)
    before = row_of(pages, address)
    form = shown(pages, f"{address}/edit")
    assert f'name="themes.1.id" value="{before.themes[1]["id"]}"' in form
    fields = {**TEXTS, "themes.0.id": before.themes[0]["id"], "themes.0.text.en": "Load", "kept_days": "30"}
    assert pages.post(f"{address}/edit", **fields).status_code == 303
    after = row_of(pages, address)
    assert (after.kept_days, after.themes[0]["id"]) == (30, before.themes[0]["id"])
    assert after.themes[0]["text"]["en"] == "Load"


def test_a_label_cannot_be_taken_from_a_channel_with_a_key(pages: Pages) -> None:
    address = made(pages)
    give_key(pages, address, user_of(pages, "owner"))
    ids = {f"themes.{number}.id": theme["id"] for number, theme in enumerate(row_of(pages, address).themes)}
    answer = pages.post(
        f"{address}/edit", **{**TEXTS, "themes.0.id": ids["themes.0.id"], "themes.2.text.en": ""}
    )
    assert answer.status_code == 409
    assert "word it anew" in answer.text
    assert len(row_of(pages, address).themes) == 2


def test_the_last_reader_is_removed_after_a_second_question(pages: Pages) -> None:
    address, owner = made(pages), user_of(pages, "owner")
    pages.post(f"{address}/handlers", user=owner, name="Owner")
    give_key(pages, address, owner)
    path = f"{address}/handlers/{owner}/remove"
    asked = pages.post(path)
    assert asked.status_code == 409
    assert 'name="lose"' in asked.text
    assert pages.post(path, lose="yes").status_code == 303
    text = shown(pages, address)
    assert "Nobody handles it yet" in text
    assert "makes a new key in the inbox" in text


@pytest.mark.parametrize(
    ("user", "name"), [("u-none", "Robin"), ("", "Robin"), ("analyst", " "), ("analyst", "x" * 101)]
)
def test_who_cannot_be_named_is_refused_on_the_page(kept_pages: Pages, user: str, name: str) -> None:
    address = made(kept_pages)
    who = user_of(kept_pages, user) if user == "analyst" else user
    answer = kept_pages.post(f"{address}/handlers", user=who, name=name)
    assert answer.status_code in (404, 422)
    assert "Nothing was stored" in answer.text
    assert "has made no key yet" not in shown(kept_pages, address)


def test_a_handler_who_was_shut_out_is_pointed_at(pages: Pages) -> None:
    address, robin = made(pages), user_of(pages, "analyst")
    pages.post(f"{address}/handlers", user=robin, name="Robin")
    with unit_of_work(pages.context.main) as tx:
        staff_users.set_disabled(tx, robin, True)
    assert "still a handler" in shown(pages, address)


ENTRY = {
    "id": "y-abcdefghijkl",
    "month": "2026-02",
    "theme": None,
    "said": {"en": f"Shifts come late {SCRIPT}", "ar": "متأخر"},
    "did": {"en": "They are set earlier", "ar": "أبكر"},
    "quote": f"Please {SCRIPT}",
    "state": "planned",
}


def test_what_came_of_conversations_is_published_and_deleted(pages: Pages) -> None:
    channel = made(pages).rpartition("/")[2]
    with unit_of_work(pages.context.box) as tx:
        tx.add(FeedbackSaidRow(**ENTRY, channel=channel))
    text = shown(pages, "/channels/said")
    assert "not published" in text
    assert "<script>alert" not in text
    path = f"/channels/said/{ENTRY['id']}"
    assert pages.post(path, published="yes").status_code == 303
    assert pages.post(path, state="done").status_code == 303
    assert pages.post(path, state="never").status_code == 422
    text = shown(pages, "/channels/said", "analyst")
    assert "not published" not in text
    assert "done" in text
    assert "<form method" not in text.partition("<main")[2]
    assert pages.post(f"{path}/delete").status_code == 303
    assert "Nothing yet" in shown(pages, "/channels/said")


def roster(pages: Pages) -> None:
    assert pages.post("/surveys/new", source=DEFINITION).status_code == 303
    files = {"file": ("roster.csv", b"person\r\nada\r\ngrace\r\n", "text/csv")}
    assert pages.post("/surveys/pulse/roster", files=files).status_code == 303


def passes_of(pages: Pages) -> dict[str, bytes]:
    return {row.person: row.digest for row in pages.stored(select(FeedbackPassRow))}


def test_feedback_links_are_made_once_and_renewed_by_name(pages: Pages) -> None:
    roster(pages)
    made = pages.post("/channels/links", survey="pulse", form="csv")
    assert made.headers["content-type"].startswith("text/csv")
    assert made.headers["cache-control"] == "no-store"
    lines = made.text.splitlines()
    assert [line.partition(",")[0] for line in lines] == ["person", "ada", "grace"]
    assert all("/feedback#" in line for line in lines[1:])
    before = passes_of(pages)
    again = pages.post("/channels/links", survey="pulse", form="csv")
    assert "has a link already" in again.text
    cards = pages.post("/channels/links", survey="pulse", form="cards", renew="ada\r\n\r\n")
    assert cards.text.count("<svg") == 1
    check_policy(cards)
    after = passes_of(pages)
    assert after["ada"] != before["ada"]
    assert after["grace"] == before["grace"]
    assert pages.post("/channels/links", survey="none", form="csv").status_code == 404


def test_who_may_do_what(kept_pages: Pages) -> None:
    address = made(kept_pages)
    for path in ("/channels", "/channels/said", address):
        assert {
            role: kept_pages.get(path, role).status_code for role in ("admin", "owner", "analyst", "auditor")
        } == {
            "admin": 200,
            "owner": 200,
            "analyst": 200,
            "auditor": 403,
        }, path
        assert kept_pages.get(path, None).status_code == 303
    for path in ("/channels/new", "/channels/links", f"{address}/edit"):
        assert kept_pages.get(path, "analyst").status_code == 403
    for path in (
        "/channels/new",
        "/channels/links",
        "/channels/said/y-none",
        "/channels/said/y-none/delete",
        *(f"{address}/{part}" for part in ("edit", "state", "handlers", "handlers/u-x/remove")),
    ):
        for role, csrf, status in (("analyst", None, 403), ("owner", "wrong", 403), (None, "", 401)):
            assert kept_pages.post(path, role, csrf=csrf, **TEXTS).status_code == status, (path, role)
    text = shown(kept_pages, address, "analyst")
    assert "@example.org" not in text
    assert "<form" not in text.partition("<main")[2]


def test_every_page_of_channels_has_the_whole_policy(kept_pages: Pages) -> None:
    address = made(kept_pages)
    for path in (
        "/channels",
        "/channels/new",
        "/channels/said",
        "/channels/links",
        address,
        f"{address}/edit",
    ):
        answer = kept_pages.get(path)
        assert answer.status_code == 200, path
        check_policy(answer)
    for path in ("/channels/none", f"/channels/{'0' * 32}", f"/channels/{'0' * 32}/edit"):
        missing: httpx.Response = kept_pages.get(path)
        assert missing.status_code == 404
        check_policy(missing)


def test_the_navigation_leads_to_feedback(kept_pages: Pages) -> None:
    entry: Any = re.search(r'<a href="/channels"[^>]*>', shown(kept_pages, "/channels"))
    assert 'aria-current="page"' in entry[0]
    assert 'href="/channels"' not in kept_pages.get("/ledger", "auditor").text
