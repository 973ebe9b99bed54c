"""API keys: shown once, stored as a digest, revoked for good, never the last admin's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from sqlmodel import select

from service.accounts.api_keys import digest_of
from service.store.tables_main import ApiKeyRow
from service.store.unit_of_work import reading

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_key_is_shown_once_and_stored_as_a_digest(world: SimpleNamespace) -> None:
    answer = world.call("POST", "/keys", "admin", json={"name": "warehouse", "role": "service"})
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    made = answer.json()
    assert made["key"].startswith("sv_")
    assert len(made["key"]) == 46
    listed = world.call("GET", "/keys", "admin")
    assert made["id"] in listed.text
    assert made["key"] not in listed.text
    with reading(world.main) as tx:
        row = tx.exec(select(ApiKeyRow).where(ApiKeyRow.id == made["id"])).one()
    assert row.digest == digest_of(made["key"])
    assert made["key"] not in repr(row.model_dump())
    world.keys["new"] = made["key"]
    world.ok("GET", "/waves", "new")


def test_a_revoked_key_is_refused_from_then_on(world: SimpleNamespace) -> None:
    made = world.ok("POST", "/keys", "admin", json={"name": "warehouse", "role": "service"})
    world.keys["new"] = made["key"]
    assert world.call("DELETE", f"/keys/{made['id']}", "admin").status_code == 204
    assert world.call("GET", "/waves", "new").status_code == 401
    assert world.call("DELETE", f"/keys/{made['id']}", "admin").status_code == 204
    listed = {item["id"]: item["revoked"] for item in world.ok("GET", "/keys", "admin")["items"]}
    assert listed[made["id"]] is True


def test_the_last_admin_key_cannot_be_revoked(world: SimpleNamespace, problem_of: Callable) -> None:
    items = world.ok("GET", "/keys", "admin")["items"]
    admin = next(item["id"] for item in items if item["role"] == "admin")
    answer = world.call("DELETE", f"/keys/{admin}", "admin")
    assert answer.status_code == 409
    assert "last admin" in problem_of(answer)["detail"]
    world.ok("POST", "/keys", "admin", json={"name": "second", "role": "admin"})
    assert world.call("DELETE", f"/keys/{admin}", "admin").status_code == 204


def test_admins_who_revoke_each_other_at_once_leave_one(world: SimpleNamespace) -> None:
    second = world.ok("POST", "/keys", "admin", json={"name": "second", "role": "admin"})
    world.keys["second"] = second["key"]
    items = world.ok("GET", "/keys", "admin")["items"]
    first = next(item["id"] for item in items if item["role"] == "admin" and item["id"] != second["id"])
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(
            lambda pair: world.call("DELETE", f"/keys/{pair[1]}", pair[0]).status_code,
            [("admin", second["id"]), ("second", first)],
        )
    assert sorted(answers) in ([204, 401], [204, 409])
    with reading(world.main) as tx:
        rows = tx.exec(select(ApiKeyRow).where(ApiKeyRow.role == "admin")).all()
    assert [row.revoked for row in rows].count(False) == 1


FAULTY = (
    {},
    {"name": "x"},
    {"name": "x", "role": "king"},
    {"name": "", "role": "owner"},
    {"name": "a\nb", "role": "owner"},
    {"name": "x" * 101, "role": "owner"},
    {"name": 5, "role": "owner"},
    {"name": "x", "role": "owner", "more": 1},
)


@ON_SQLITE
def test_a_key_with_faults_is_not_made(world: SimpleNamespace, problem_of: Callable) -> None:
    before = world.ok("GET", "/keys", "admin")
    for body in FAULTY:
        answer = world.call("POST", "/keys", "admin", json=body)
        assert answer.status_code == 422
        assert problem_of(answer)["problems"]
    assert world.ok("GET", "/keys", "admin") == before
