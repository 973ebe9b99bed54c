"""What API keys do is in the audit log, and of invitations only how many."""

import json
from types import SimpleNamespace

import pytest

from service.accounts import audit
from service.store import audit_log
from service.store.unit_of_work import reading


def test_every_change_over_rest_is_noted_with_its_key(world: SimpleNamespace) -> None:
    wave = world.whole_wave(12)
    world.ok("POST", f"/waves/{wave.id}/close")
    draft = world.draft()
    world.ok("PATCH", f"/waves/{draft}", json={"merge_at": 2})
    world.ok("DELETE", f"/waves/{draft}")
    key = world.ok("POST", "/keys", "admin", json={"name": "gone", "role": "service"})
    world.ok("DELETE", f"/keys/{key['id']}", "admin")
    entries = world.ok("GET", "/audit", "admin")["items"][::-1]
    assert [(entry["action"], entry["subject"]) for entry in entries] == [
        ("create survey", "pulse"),
        ("replace roster", "pulse"),
        ("draft wave", wave.id),
        ("open wave", wave.id),
        ("make invitations", wave.id),
        ("close wave", wave.id),
        ("draft wave", draft),
        ("change draft", draft),
        ("delete draft", draft),
        ("make key", key["id"]),
        ("revoke key", key["id"]),
    ]
    assert len({entry["actor"] for entry in entries}) == 2
    assert all(entry["actor"].startswith("k-") for entry in entries)
    with reading(world.main) as tx:
        assert audit.verify(audit_log.whole_log(tx))[0] == len(entries)


def test_the_log_names_nobody_who_is_invited_and_no_code(world: SimpleNamespace) -> None:
    wave = world.whole_wave(12)
    text = json.dumps(world.ok("GET", "/audit", "admin"))
    for person, code in wave.codes.items():
        assert person not in text
        assert code not in text


@pytest.mark.parametrize("path", ["/surveys/pulse", "/waves/w-none"])
def test_what_is_refused_or_planned_is_not_noted(world: SimpleNamespace, path: str) -> None:
    world.call("DELETE" if "waves" in path else "PUT", path, json={"definition": "id: pulse"})
    assert world.ok("GET", "/audit", "admin")["items"] == []


def test_the_log_comes_in_pages_newest_first(world: SimpleNamespace) -> None:
    for number in range(5):
        world.ok("POST", "/keys", "admin", json={"name": f"key {number}", "role": "service"})
    first = world.ok("GET", "/audit", "admin", params={"limit": 3})
    rest = world.ok("GET", "/audit", "admin", params={"limit": 3, "cursor": first["next"]})
    assert [entry["position"] for entry in first["items"] + rest["items"]] == [5, 4, 3, 2, 1]
    assert rest["next"] is None
