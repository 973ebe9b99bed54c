"""Handlers read what was let out in their channels, answer, label, note and pass on; nobody else does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from privacy import signatures
from privacy.canonical import b64u, unb64u
from privacy.conversation import quote_statement, seal_key
from service.feedback.retention import delete_expired
from service.store.tables_feedback import (
    ConversationReadRow,
    ConversationRow,
    FeedbackCountRow,
    MessageRow,
    NoteRow,
)
from service.store.unit_of_work import reading
from tests.feedback_parts import (
    Sender,
    add_channel,
    handlers_reply,
    opened_channel_key,
    opened_conversation_key,
    sealed_note,
    subject_of,
)
from tests.integration.feedback.handlers import Office

DAY = timedelta(days=1)


def listed(office: Office, **query: str) -> dict[str, Any]:
    answer = office.get("conversations", **query)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def key_at(office: Office, item: dict[str, Any]) -> bytes:
    """The conversation's key, by everything that a handler's browser has."""
    me = office.get("me").json()
    channel = next(channel for channel in me["channels"] if channel["id"] == item["channel"])
    sealed = next(copy["sealed"] for copy in channel["keys"] if copy["epoch"] == item["epoch"])
    channel_key = opened_channel_key(channel["id"], item["epoch"], unb64u(sealed), office.robin)
    return opened_conversation_key(
        unb64u(item["sealed_key"]), bytes.fromhex(item["conversation"]), channel_key
    )


def let_out(office: Office) -> Sender:
    """A conversation that handlers can see."""
    sender = office.opened()
    office.now += DAY
    return sender


def reply(
    office: Office, sender: Sender, text: str = "We will look.", mark: str = "reply", by: str = "robin"
) -> Any:
    content = handlers_reply(sender.key, sender.name, text, 2)
    return office.post(
        f"conversations/{sender.name.hex()}/replies", {"content": b64u(content), "mark": mark}, by
    )


def test_what_is_not_let_out_yet_is_nowhere_in_the_inbox(office: Office) -> None:
    sender = office.opened()
    assert listed(office)["items"] == []
    assert listed(office)["counts"]["all"] == 0
    assert office.get(f"conversations/{sender.name.hex()}").status_code == 404
    office.now += timedelta(hours=10)
    (item,) = listed(office)["items"]
    name = sender.name
    assert subject_of(key_at(office, item), name, unb64u(item["subject"])) == "Shifts"
    before = office.get(f"conversations/{name.hex()}").json()
    office.send("messages", sender.addition("And more.", "not-resolved"))
    after = office.get(f"conversations/{name.hex()}").json()
    assert {**before, "unread": False} == after, "a message that is held back left a mark"
    assert not before["unread"] or before["messages"]


def test_a_reply_reaches_the_sender_on_its_day_and_once(office: Office) -> None:
    sender = let_out(office)
    first = reply(office, sender)
    assert first.status_code == 201
    assert first.json()["day"] == "2026-03-03"
    assert [message["from"] for message in office.look_up(sender)["messages"]] == ["sender"]
    office.now += DAY
    found = office.look_up(sender)["messages"]
    assert sender.read("handlers", unb64u(found[1]["content"]))["text"] == "We will look."
    assert listed(office, filter="waiting")["items"] == []


def test_two_handlers_answer_at_once_and_both_answers_are_kept(office: Office) -> None:
    sender = let_out(office)
    office.name_sam()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda by: reply(office, sender, f"From {by}.", by=by), ("robin", "sam")))
    assert [answer.status_code for answer in answers] == [201, 201]
    office.now += DAY
    texts = {
        sender.read("handlers", unb64u(message["content"]))["text"]
        for message in office.look_up(sender)["messages"]
        if message["from"] == "handlers"
    }
    assert texts == {"From robin.", "From sam."}


def test_somebody_else_of_staff_sees_and_does_nothing(office: Office) -> None:
    sender = let_out(office)
    name = sender.name.hex()
    assert office.get("conversations", "sam").json()["items"] == []
    assert office.get(f"conversations/{name}", "sam").status_code == 404
    assert office.get(f"conversations/{name}", "sam").json() == office.get(f"conversations/{'0' * 64}").json()
    for path, value in (
        ("replies", {"content": b64u(handlers_reply(sender.key, sender.name, "x", 2)), "mark": "reply"}),
        ("state", {"state": "resolved"}),
        ("theme", {"theme": "bias"}),
        ("assigned", {"user_id": None}),
    ):
        assert office.post(f"conversations/{name}/{path}", value, "sam").status_code == 404
    assert (
        office.post(
            f"channels/{office.channel.id}/removals", {"user_id": office.users["robin"]}, "sam"
        ).status_code
        == 404
    )
    assert office.get("me", None).status_code == 401
    assert office.post(f"conversations/{name}/state", {"state": "resolved"}, token="wrong").status_code == 403


def test_filters_show_what_they_say(office: Office) -> None:
    first, second = office.opened(), office.opened()
    office.now += DAY
    assert listed(office)["counts"] == {
        "all": 2, "unread": 2, "waiting": 2, "overdue": 0, "mine": 0, "resolved": 0,
    }  # fmt: skip
    office.get(f"conversations/{first.name.hex()}")
    office.post(f"conversations/{first.name.hex()}/assigned", {"user_id": office.users["robin"]})
    office.post(f"conversations/{second.name.hex()}/state", {"state": "resolved"})
    office.post(f"conversations/{first.name.hex()}/theme", {"theme": "bias"})
    shown = listed(office)["counts"]
    assert (shown["unread"], shown["mine"], shown["resolved"]) == (1, 1, 1)
    assert [item["conversation"] for item in listed(office, label="bias")["items"]] == [first.name.hex()]
    office.now += 8 * DAY
    (late,) = listed(office, filter="overdue")["items"]
    assert (late["conversation"], late["overdue"]) == (first.name.hex(), "acknowledge")
    assert reply(office, first, mark="acknowledgement").status_code == 201
    assert listed(office, filter="overdue")["items"] == []
    office.now += 90 * DAY
    assert listed(office, filter="overdue")["items"][0]["overdue"] == "answer"


def test_a_list_of_many_comes_in_pages_that_miss_none(office: Office) -> None:
    senders = [office.opened() for _ in range(30)]
    office.now += DAY
    first = listed(office)
    second = listed(office, after=first["next"])
    names = [item["conversation"] for item in first["items"] + second["items"]]
    assert len(first["items"]) == 25
    assert second["next"] is None
    assert sorted(names) == sorted(sender.name.hex() for sender in senders)


def test_a_note_is_the_handlers_alone(office: Office) -> None:
    sender = let_out(office)
    path = f"conversations/{sender.name.hex()}"
    content = sealed_note(office.channel.key, sender.name, "Ask the lawyer.")
    assert office.post(f"{path}/notes", {"epoch": 1, "content": b64u(content)}).status_code == 204
    assert [note["content"] for note in office.get(path).json()["notes"]] == [b64u(content)]
    assert b64u(content) not in str(office.look_up(sender))
    assert office.post(f"{path}/notes", {"epoch": 2, "content": b64u(content)}).status_code == 409


def test_a_transferred_conversation_is_read_by_the_other_channel_alone(office: Office) -> None:
    sender = let_out(office)
    other = add_channel(office.context.box, office.users["sam"])
    path = f"conversations/{sender.name.hex()}"
    office.post(
        f"{path}/notes", {"epoch": 1, "content": b64u(sealed_note(office.channel.key, sender.name, "x"))}
    )
    sealed = b64u(seal_key(sender.key, sender.name, other.point))
    value = {"channel": other.id, "epoch": 1, "sealed_key": sealed}
    assert office.post(f"{path}/transfer", {**value, "epoch": 2}).status_code == 409
    assert office.post(f"{path}/transfer", value).status_code == 204
    assert office.get(path).status_code == 404
    shown = office.get(path, "sam").json()
    assert shown["notes"] == []
    assert opened_conversation_key(unb64u(shown["sealed_key"]), sender.name, other.key) == sender.key


def test_words_are_quoted_only_with_the_senders_signature(office: Office) -> None:
    sender = let_out(office)
    words = "The shifts are set too late."
    entry = {
        "channel": office.channel.id,
        "theme": "workload",
        "said": {"en": "Shifts come late."},
        "did": {"en": "A rule of 72 hours."},
        "state": "doing",
        "published": True,
    }
    signature = signatures.sign(sender.pseudonym, quote_statement(sender.name, words))
    quote = {"conversation": sender.name.hex(), "text": words, "signature": b64u(signature)}
    refused = office.post("said", {**entry, "quote": {**quote, "text": words + " Really."}})
    assert refused.status_code == 422
    assert office.post("said", {**entry, "quote": quote}, "sam").status_code == 404
    assert office.post("said", {**entry, "quote": quote}).status_code == 201
    card = office._call("GET", "/api/v1/feedback").json()
    assert [said["quote"] for said in card["said"]] == [words]
    assert sender.name.hex() not in str(card)


def test_counts_are_of_first_events_alone(office: Office) -> None:
    sender = let_out(office)
    for _ in range(2):
        reply(office, sender)
        office.send("messages", sender.addition("x", "resolved"))
        office.post(f"conversations/{sender.name.hex()}/theme", {"theme": "bias"})
    with reading(office.context.box) as tx:
        found = {(row.what, row.cell): row.number for row in tx.exec(select(FeedbackCountRow))}
    assert found == {
        ("opened", ""): 1,
        ("answered", "1"): 1,
        ("verdict", "resolved"): 1,
        ("theme", "bias"): 1,
    }


@pytest.mark.parametrize("by", ["sender", "time"])
def test_after_deletion_no_row_is_left(office: Office, by: str) -> None:
    sender = let_out(office)
    reply(office, sender)
    path = f"conversations/{sender.name.hex()}"
    office.post(
        f"{path}/notes", {"epoch": 1, "content": b64u(sealed_note(office.channel.key, sender.name, "x"))}
    )
    office.get(path)
    if by == "sender":
        assert office.send("deletions", sender.deletion()).status_code == 204
    else:
        office.now += 364 * DAY
        assert delete_expired(office.context) == 0
        office.now += 2 * DAY
        assert delete_expired(office.context) == 1
    with reading(office.context.box) as tx:
        for kind in (ConversationRow, MessageRow, NoteRow, ConversationReadRow):
            assert not list(tx.exec(select(kind)))
