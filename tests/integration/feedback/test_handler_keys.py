"""Handlers' keys and those of channels: made, granted, taken away, and followed by what is sealed to them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from privacy import signatures
from privacy.canonical import b64u, unb64u
from privacy.conversation import seal_key
from service.store import channels, conversations
from service.store.unit_of_work import reading, unit_of_work
from tests.feedback_parts import (
    Sender,
    add_channel,
    opened_channel_key,
    opened_conversation_key,
    sealed_channel_key,
)
from tests.integration.feedback.handlers import Office, locks

DAY = timedelta(days=1)


def let_out(office: Office) -> Sender:
    """A conversation that handlers can see."""
    sender = office.opened()
    office.now += DAY
    return sender


def test_a_fellow_handler_reads_old_messages_once_let_in(office: Office) -> None:
    sender = let_out(office)
    sam = office.name_sam()
    assert office.get("me", "sam").json()["channels"][0]["keys"] == []

    sealed = sealed_channel_key(office.channel.id, 1, office.channel.key, sam.point)
    grant = {"user_id": sam.user_id, "sealed": [{"epoch": 1, "sealed": b64u(sealed)}]}
    assert office.post(f"channels/{office.channel.id}/grants", grant).status_code == 204
    (copy,) = office.get("me", "sam").json()["channels"][0]["keys"]
    key = opened_channel_key(office.channel.id, 1, unb64u(copy["sealed"]), sam)
    item = office.get(f"conversations/{sender.name.hex()}", "sam").json()
    assert opened_conversation_key(unb64u(item["sealed_key"]), sender.name, key) == sender.key
    assert office.post(f"channels/{office.channel.id}/grants", grant).status_code == 409


def test_after_a_removal_the_channel_gets_a_new_key_and_old_conversations_with_it(office: Office) -> None:

    sender = let_out(office)
    sam = office.name_sam()
    channel = office.channel.id
    sealed = sealed_channel_key(channel, 1, office.channel.key, sam.point)
    office.post(
        f"channels/{channel}/grants",
        {"user_id": sam.user_id, "sealed": [{"epoch": 1, "sealed": b64u(sealed)}]},
    )
    assert office.post(f"channels/{channel}/removals", {"user_id": sam.user_id}).status_code == 204
    assert office.get("me", "sam").json()["channels"] == []
    assert office.get("me").json()["channels"][0]["rotate"]
    new = signatures.new_key()
    copy = sealed_channel_key(channel, 2, new, office.robin.point)
    value = {
        "epoch": 2,
        "public_key": b64u(signatures.point_of(new)),
        "sealed": {office.users["robin"]: b64u(copy)},
    }
    assert office.post(f"channels/{channel}/keys", {**value, "epoch": 3}).status_code == 409
    assert office.post(f"channels/{channel}/keys", {**value, "sealed": {}}).status_code == 409
    assert office.post(f"channels/{channel}/keys", value).status_code == 204
    assert office.send("conversations", Sender(office.period, office.channel).opening()).status_code == 409
    (left,) = office.get(f"channels/{channel}/to-reseal").json()["items"]
    resealed = seal_key(sender.key, sender.name, signatures.point_of(new))
    batch = {
        "epoch": 2,
        "conversations": [{"conversation": left["conversation"], "sealed_key": b64u(resealed)}],
    }
    assert office.post(f"channels/{channel}/resealed", batch).status_code == 204
    mine = office.get("me").json()["channels"][0]
    assert [epoch["epoch"] for epoch in mine["epochs"]] == [2]
    item = office.get(f"conversations/{sender.name.hex()}").json()
    assert opened_conversation_key(unb64u(item["sealed_key"]), sender.name, new) == sender.key


def test_a_key_is_not_replaced_unless_one_says_so(office: Office) -> None:
    value = locks(office.robin)
    assert office.post("key", value).status_code == 409
    assert office.post("key/locks", value).status_code == 204
    assert office.post("key", {**value, "iterations": 1000}).status_code == 422
    assert office.post("key", {**value, "replace": True}).status_code == 204
    assert office.get("me").json()["channels"][0]["keys"] == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite a writer is alone
def test_a_transfer_is_not_undone_by_keys_that_are_sealed_again_meanwhile(office: Office) -> None:
    """Its new handlers could not open it: the key would be sealed to the channel that it has left."""
    sender, channel, new = let_out(office), office.channel.id, signatures.new_key()
    other = add_channel(office.context.box, office.users["sam"])
    copy = sealed_channel_key(channel, 2, new, office.robin.point)
    value = {
        "epoch": 2,
        "public_key": b64u(signatures.point_of(new)),
        "sealed": {office.users["robin"]: b64u(copy)},
    }
    assert office.post(f"channels/{channel}/keys", value).status_code == 204
    again = seal_key(sender.key, sender.name, signatures.point_of(new))
    batch = {"epoch": 2, "conversations": [{"conversation": sender.name.hex(), "sealed_key": b64u(again)}]}
    moved = seal_key(sender.key, sender.name, other.point)
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(office.context.box) as tx:
            conversations.lock(tx, sender.name)
            row, target = conversations.find(tx, sender.name), channels.find(tx, other.id)
            assert row is not None
            assert target is not None
            conversations.transfer(tx, row, target, moved)
            tx.flush()
            resealing = pool.submit(office.post, f"channels/{channel}/resealed", batch)
            while not resealing.done() and not waits(office):
                pass
        assert resealing.result().status_code == 204
    with reading(office.context.box) as tx:
        found = conversations.find(tx, sender.name)
    assert found is not None
    assert (found.channel, found.sealed_key) == (other.id, moved)


def waits(office: Office) -> bool:
    """Whether somebody waits for a lock in this database."""
    query = (
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
        " WHERE NOT granted AND datname = current_database()"
    )
    with office.context.box.connect() as connection:
        return bool(connection.execute(text(query)).scalar_one())
