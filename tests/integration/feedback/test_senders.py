"""Opening, adding to, finding and deleting a conversation; what does not hold changes nothing."""

from datetime import timedelta

import pytest
from sqlmodel import select

from privacy.canonical import unb64u
from service.store.letting_out import visible
from service.store.tables_feedback import (
    ConversationRow,
    FeedbackCountRow,
    FeedbackSpentRow,
    MessageRow,
)
from service.store.unit_of_work import reading
from tests.feedback_parts import Sender
from tests.integration.feedback.conftest import Senders


def rows(senders: Senders, kind: type) -> list:
    with reading(senders.engines.box) as tx:
        return list(tx.exec(select(kind)))


def test_what_was_written_is_found_again_with_the_code_alone(senders: Senders) -> None:
    sender = senders.opened()
    assert senders.post("messages", sender.addition("And nobody is asked.")).json()["day"] == "2026-03-02"
    found = senders.post("lookups", sender.lookup()).json()
    assert found["conversation"] == sender.name.hex()
    bodies = [sender.read("sender", unb64u(message["content"])) for message in found["messages"]]
    assert {body["text"] for body in bodies} == {"The shifts are set too late.", "And nobody is asked."}
    assert not any(message["out"] for message in found["messages"])
    senders.now += timedelta(hours=10)
    again = senders.post("lookups", sender.lookup()).json()
    assert all(message["out"] for message in again["messages"])


def test_the_same_bytes_again_are_the_same_success_and_stored_once(senders: Senders) -> None:
    sender = senders.sender()
    opening = sender.opening()
    answers = [senders.post("conversations", opening) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    addition = sender.addition("More.")
    assert senders.post("messages", addition).json() == senders.post("messages", addition).json()
    assert len(rows(senders, MessageRow)) == 2
    assert len(rows(senders, FeedbackSpentRow)) == 1
    assert [row.number for row in rows(senders, FeedbackCountRow)] == [1]


def test_a_token_opens_one_conversation_also_after_that_is_deleted(senders: Senders) -> None:
    sender = senders.opened()
    other = Sender(sender.period, sender.channel, pseudonym=sender.pseudonym, token=sender.token)
    refused = senders.post("conversations", other.opening())
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:sottovoce:problem:token-spent")
    assert senders.post("deletions", sender.deletion()).status_code == 204
    assert senders.post("conversations", other.opening()).status_code == 409
    assert rows(senders, ConversationRow) == rows(senders, MessageRow) == []


def test_deleting_again_or_what_never_was_is_a_success(senders: Senders) -> None:
    sender = senders.opened()
    for deletion in (sender.deletion(), sender.deletion(), senders.sender().deletion()):
        assert senders.post("deletions", deletion).status_code == 204
    assert senders.post("lookups", sender.lookup()).status_code == 404


def test_only_its_own_sender_adds_or_deletes(senders: Senders) -> None:
    sender, other = senders.opened(), senders.opened()
    other.token = sender.token  # names the conversation
    before = len(rows(senders, MessageRow))
    for what, content in (("messages", other.addition("Not mine.")), ("deletions", other.deletion())):
        assert senders.post(what, content).status_code == 422
    assert len(rows(senders, MessageRow)) == before


@pytest.mark.parametrize("place", [0, 5, 40, 200, 400, 460, 472, 480, 500, 540, 600, 700, 900, -1])
def test_an_opening_that_was_changed_is_refused_with_one_answer(senders: Senders, place: int) -> None:
    opening = bytearray(senders.sender().opening())
    opening[place] ^= 1
    answer = senders.post("conversations", bytes(opening))
    assert answer.status_code == 422
    assert answer.content == senders.post("conversations", b"").content
    assert rows(senders, ConversationRow) == rows(senders, FeedbackSpentRow) == []


def test_wrong_codes_get_one_answer_and_right_ones_are_served_after_many(
    senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.feedback.guesses.A_SECOND", 0.0)  # however slow this machine is
    sender = senders.opened()
    right, wrong = sender.lookup(), senders.sender().lookup()
    guess = {"locator": right["locator"], "access": wrong["access"]}
    answers = [senders.post("lookups", value) for value in (wrong, guess, {"locator": "x", "access": "y"})]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    last = [senders.post("lookups", wrong).status_code for _ in range(120)][-1]
    assert last == 429
    assert senders.post("lookups", right).status_code == 200


def test_a_conversation_takes_twenty_messages_a_day_and_fifty_in_all(senders: Senders) -> None:
    sender = senders.opened()
    codes: list[int] = []
    for _ in range(4):
        codes += [senders.post("messages", sender.addition("x")).status_code for _ in range(20)]
        senders.now += timedelta(days=1)
    assert codes.count(201) == 49
    assert senders.post("messages", sender.addition("x")).json()["type"].endswith("conversation-full")


def test_a_channel_that_has_another_key_by_now_spends_no_token(senders: Senders) -> None:
    sender = senders.sender()
    sender.channel.epoch = 7
    refused = senders.post("conversations", sender.opening())
    assert refused.json()["type"] == "urn:sottovoce:problem:channel-changed"
    sender.channel.epoch = 1
    assert senders.post("conversations", sender.opening()).status_code == 201


def test_the_card_shows_channels_that_somebody_can_read(senders: Senders) -> None:
    card = senders.card()
    assert [channel["id"] for channel in card["channels"]] == [senders.channel.id]
    assert card["channels"][0]["handlers"] == ["Robin of the people team"]
    assert card["periods"][0]["period"] == senders.period.hex()
    assert card["hour"] == 18
    assert visible(senders.now, 18).isoformat() == "2026-03-01"
