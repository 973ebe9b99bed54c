"""Channels over REST: made and changed by owners, who learn nothing of what is written to them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from privacy import signatures
from service.store import channels, handler_keys, said, staff_users
from service.store.tables_feedback import FeedbackSaidRow
from service.store.unit_of_work import reading, unit_of_work
from tests.feedback_parts import NOTICE, THEMES, VALUES
from tests.integration.staff.conftest import START, World

PATH = "/feedback/channels"
# The store is not what is tested there.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def made(world: World, **more: Any) -> dict[str, Any]:
    return world.ok("POST", PATH, json={**VALUES, **more})  # type: ignore[no-any-return]


def user(world: World, name: str = "Robin") -> str:
    with unit_of_work(world.main) as tx:
        email = f"{name.lower()}@example.org"
        return staff_users.add_user(tx, email=email, name=name, role="analyst", day=START.date()).id


def give_key(world: World, channel: str, *users: str) -> None:
    """What handlers' browsers do: make keys of their own, and the channel's next one."""
    with unit_of_work(world.box) as tx:
        for one in users:
            point = signatures.point_of(signatures.new_key())
            handler_keys.put_key(
                tx, handler_keys.new_row(one, point, 600_000, bytes(76), bytes(76), START.date())
            )
        row = channels.find(tx, channel)
        assert row is not None
        handler_keys.add_epoch(tx, row, point, dict.fromkeys(users, bytes(113)))


def handled(world: World, *names: str) -> tuple[str, list[str]]:
    """An open channel with these handlers, all of whom can read it."""
    channel = made(world)["id"]
    users = [user(world, name) for name in names]
    for one, name in zip(users, names, strict=True):
        world.ok("PUT", f"{PATH}/{channel}/handlers/{one}", json={"name": name})
    give_key(world, channel, *users)
    world.ok("PATCH", f"{PATH}/{channel}", json={"state": "open"})
    return channel, users


def test_a_channel_is_made_as_a_draft_and_read_again(world: World) -> None:
    channel = made(world)
    assert channel["state"] == "draft"
    assert (channel["epoch"], channel["handlers"], channel["takes_messages"]) == (0, [], False)
    assert {name: channel[name] for name in VALUES} == VALUES
    assert world.ok("GET", f"{PATH}/{channel['id']}", "analyst") == channel
    assert world.ok("GET", PATH, "analyst") == {"items": [channel], "next": None}


def test_days_that_are_left_out_are_those_of_the_field(world: World) -> None:
    channel = world.ok("POST", PATH, json={"notice": NOTICE})
    assert [channel[name] for name in ("kept_days", "acknowledge_days", "answer_days")] == [365, 7, 90]
    assert channel["themes"] == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("notice.purpose.en", {"notice": {**NOTICE, "purpose": {"de": "Nur deutsch"}}}),
        ("notice.emergency.en", {"notice": {**NOTICE, "emergency": {"en": "  "}}}),
        ("notice.name.en", {"notice": {**NOTICE, "name": {"en": "two\nlines"}}}),
        ("notice.name.en", {"notice": {**NOTICE, "name": {"en": "x" * 101}}}),
        ("notice.readers.en", {"notice": {**NOTICE, "readers": {"en": "x" * 2001}}}),
        ("notice.readers.de", {"notice": {**NOTICE, "readers": {"en": "x", "de": "\x07"}}}),
        ("notice.readers", {"notice": {**NOTICE, "readers": {"en": "x", "tlh": "x"}}}),
        ("notice.outside_help", {"notice": {**NOTICE, "outside_help": 1}}),
        ("notice", {"notice": {**NOTICE, "more": {"en": "x"}}}),
        ("themes.0.id", {"themes": [{"id": "Big", "text": {"en": "x"}}]}),
        ("themes.1.id", {"themes": [THEMES[0], THEMES[0]]}),
        ("themes.0.text.en", {"themes": [{"id": "x", "text": {}}]}),
        ("themes", {"themes": [{"id": f"x{number}", "text": {"en": "x"}} for number in range(51)]}),
        ("kept_days", {"kept_days": 0}),
        ("kept_days", {"kept_days": 3651}),
        ("acknowledge_days", {"acknowledge_days": 61}),
        ("answer_days", {"answer_days": True}),
        ("body", {"state": "open"}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(
    world: World, problem_of: Callable, place: str, body: dict[str, Any]
) -> None:
    answer = world.call("POST", PATH, json={**VALUES, **body})
    assert answer.status_code == 422
    faults = [fault["place"] for fault in problem_of(answer)["problems"]]
    assert any(fault == place or fault.startswith(f"{place}.") for fault in faults), faults
    assert world.ok("GET", PATH)["items"] == []
    assert world.ok("GET", "/audit", "admin")["items"] == []


def test_only_what_is_sent_changes(world: World) -> None:
    before = made(world)
    after = world.ok("PATCH", f"{PATH}/{before['id']}", json={"kept_days": 30})
    assert after == {**before, "kept_days": 30}


def test_a_channel_takes_messages_once_it_is_open_and_somebody_can_read(world: World) -> None:
    channel, robin = made(world)["id"], user(world)
    path = f"{PATH}/{channel}"
    assert not world.ok("PATCH", path, json={"state": "open"})["takes_messages"]
    named = world.ok("PUT", f"{path}/handlers/{robin}", json={"name": "Robin of the people team"})
    who = {"user_id": robin, "name": "Robin of the people team"}
    assert named["handlers"] == [{**who, "has_key": False, "can_read": False}]
    assert not named["takes_messages"]
    give_key(world, channel, robin)
    now = world.ok("GET", path)
    assert now["handlers"] == [{**who, "has_key": True, "can_read": True}]
    assert (now["takes_messages"], now["epoch"]) == (True, 1)
    assert not world.ok("PATCH", path, json={"state": "closed"})["takes_messages"]
    assert world.ok("PATCH", path, json={"state": "open"})["takes_messages"]
    assert world.call("PATCH", path, json={"state": "draft"}).status_code == 409


def test_labels_of_a_channel_with_a_key_are_worded_anew_and_stay(world: World) -> None:
    channel = made(world)["id"]
    path = f"{PATH}/{channel}"
    assert world.ok("PATCH", path, json={"themes": THEMES[:1]})["themes"] == THEMES[:1]
    give_key(world, channel, user(world))
    assert world.call("PATCH", path, json={"themes": []}).status_code == 409
    worded = [{"id": "workload", "text": {"en": "Load"}}, THEMES[1]]
    assert world.ok("PATCH", path, json={"themes": worded})["themes"] == worded


def test_who_is_removed_has_no_key_left_and_the_channel_wants_a_new_one(world: World) -> None:
    channel, (robin, sam) = handled(world, "Robin", "Sam")
    after = world.ok("DELETE", f"{PATH}/{channel}/handlers/{sam}")
    assert [one["user_id"] for one in after["handlers"]] == [robin]
    assert (after["rotate"], after["takes_messages"]) == (True, True)
    with reading(world.box) as tx:
        assert {copy.user_id for copy in handler_keys.copies_of(tx, channel)} == {robin}
    assert world.call("DELETE", f"{PATH}/{channel}/handlers/{sam}").status_code == 404


def test_the_last_who_can_read_is_removed_only_if_the_loss_is_meant(world: World) -> None:
    channel, (robin,) = handled(world, "Robin")
    path = f"{PATH}/{channel}/handlers/{robin}"
    refused = world.call("DELETE", path)
    assert refused.status_code == 409
    assert "lost" in refused.json()["detail"]
    assert world.ok("GET", f"{PATH}/{channel}")["takes_messages"]
    assert not world.ok("DELETE", path, params={"lose": True})["takes_messages"]


def test_who_alone_has_an_earlier_key_is_asked_about_the_loss_too(world: World) -> None:
    channel, (robin,) = handled(world, "Robin")
    sam = user(world, "Sam")
    world.ok("PUT", f"{PATH}/{channel}/handlers/{sam}", json={"name": "Sam"})
    with unit_of_work(world.box) as tx:
        row = channels.find(tx, channel)
        assert row is not None
        handler_keys.add_epoch(
            tx, row, signatures.point_of(signatures.new_key()), {robin: bytes(113), sam: bytes(113)}
        )
    assert world.call("DELETE", f"{PATH}/{channel}/handlers/{robin}").status_code == 409
    assert world.call("DELETE", f"{PATH}/{channel}/handlers/{sam}").status_code == 200


def test_only_staff_who_may_sign_in_are_named(world: World) -> None:
    channel, robin = made(world)["id"], user(world)
    with unit_of_work(world.main) as tx:
        staff_users.set_disabled(tx, robin, True)
    for one, name, status in (
        ("u-none", "x", 404),
        ("a%00b", "x", 404),
        (robin, "x", 409),
        (robin, " ", 422),
        (robin, "a\nb", 422),
    ):
        answer = world.call("PUT", f"{PATH}/{channel}/handlers/{one}", json={"name": name})
        assert answer.status_code == status, (one, name, answer.text)
    assert world.ok("GET", f"{PATH}/{channel}")["handlers"] == []


@pytest.mark.parametrize("channel", ["0" * 32, "none", "Ä", "%00"])
def test_a_channel_that_is_not_there_is_not_found(world: World, channel: str) -> None:
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"state": "open"}),
        ("PUT", "/handlers/u-x", {"name": "x"}),
        ("DELETE", "/handlers/u-x", None),
    ):
        answer = world.call(method, f"{PATH}/{channel}{path}", json=body)
        assert answer.status_code == 404, (method, path, answer.text)


def test_what_owners_do_is_noted_without_a_text(world: World) -> None:
    channel, (robin, _) = handled(world, "Robin", "Sam")
    world.ok("DELETE", f"{PATH}/{channel}/handlers/{robin}")
    entries = world.ok("GET", "/audit", "admin")["items"][::-1]
    actions = ["create channel", "name handler", "name handler", "change channel", "remove handler"]
    assert [(one["action"], one["subject"]) for one in entries] == [(action, channel) for action in actions]
    assert entries[3]["detail"] == {"changed": ["state"], "state": "open"}
    assert entries[4]["detail"] == {"handler": robin}
    assert not any(text["en"] in json.dumps(entries) for text in NOTICE.values())


def an_entry(world: World, **more: Any) -> str:
    values: dict[str, Any] = {
        "id": "y-abcdefghijkl",
        "channel": made(world)["id"],
        "month": "2026-02",
        "theme": "workload",
        "said": {"en": "Shifts come late."},
        "did": {"en": "They are set two weeks before."},
        "quote": "Please earlier.",
        "state": "planned",
        **more,
    }
    with unit_of_work(world.box) as tx:
        tx.add(FeedbackSaidRow(**values))
    return str(values["id"])


def test_what_came_of_conversations_is_published_taken_back_and_deleted(world: World) -> None:
    entry = an_entry(world)
    path = f"/feedback/said/{entry}"
    assert [one["published"] for one in world.ok("GET", "/feedback/said", "analyst")["items"]] == [False]
    assert world.ok("PATCH", path, json={"published": True, "state": "done"})["state"] == "done"
    with reading(world.box) as tx:
        assert [row.id for row in said.published(tx)] == [entry]
    assert not world.ok("PATCH", path, json={"published": False})["published"]
    with reading(world.box) as tx:
        assert said.published(tx) == []
    world.ok("DELETE", path)
    assert world.ok("GET", "/feedback/said")["items"] == []
    noted = [one["action"] for one in world.ok("GET", "/audit", "admin")["items"][:3]]
    assert noted == ["delete what was done", "change what was done", "change what was done"]
    assert "earlier" not in json.dumps(world.ok("GET", "/audit", "admin"))


@pytest.mark.parametrize("entry", ["y-none", "%00", "Ä"])
def test_an_entry_that_is_not_there_is_not_found(world: World, entry: str) -> None:
    assert world.call("PATCH", f"/feedback/said/{entry}", json={"published": True}).status_code == 404
    assert world.call("DELETE", f"/feedback/said/{entry}").status_code == 404
