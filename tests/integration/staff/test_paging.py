"""Cursors visit everything once, whatever the page size, and what is no cursor is refused."""

from collections.abc import Callable
from types import SimpleNamespace

from privacy.canonical import b64u


def test_cursors_visit_everything_once(world: SimpleNamespace, every_row: Callable, definition: str) -> None:
    surveys = [f"pulse-{index}" for index in range(5)]
    for name in surveys:
        world.survey(definition.replace("id: pulse", f"id: {name}", 1))
    drafts = [world.draft(surveys[0]) for _ in range(5)] + [world.draft(surveys[1])]
    for _ in range(3):
        world.ok("POST", "/keys", "admin", json={"name": "more", "role": "service"})
    lists = {
        "/surveys": set(surveys),
        "/waves": set(drafts),
        "/surveys/pulse-0/waves": set(drafts[:5]),
        "/keys": {row["id"] for row in world.ok("GET", "/keys", "admin")["items"]},
    }
    for path, expected in lists.items():
        for limit in (1, 2, len(expected), 1000):
            found = [row["id"] for row in every_row(path, "admin", limit=limit)]
            assert len(found) == len(set(found)), path
            assert set(found) == expected, path


def test_what_comes_and_goes_between_pages_moves_nothing_else(
    world: SimpleNamespace, every_row: Callable
) -> None:
    world.survey()
    drafts = [world.draft() for _ in range(6)]
    first = world.ok("GET", "/waves?limit=3")
    seen = [row["id"] for row in first["items"]]
    world.ok("DELETE", f"/waves/{seen[0]}")
    rest = every_row("/waves", cursor=first["next"], limit=2)
    assert sorted(seen + [row["id"] for row in rest]) == sorted(drafts)


def test_what_is_no_cursor_is_refused(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    world.draft()
    world.draft()
    foreign = world.ok("GET", "/waves?limit=1")["next"]
    sent = ["x", "", "=", b64u(b"[]"), b64u(b"{}"), b64u(b"[1]"), b64u(b"[true]"), b64u(b"null"), "é"]
    for cursor in (*sent, foreign):
        answer = world.call("GET", "/surveys", params={"cursor": cursor})
        assert answer.status_code == 422, cursor
        assert [fault["place"] for fault in problem_of(answer)["problems"]] == ["cursor"]
    for cursor in (b64u(b"[-1]"), b64u(b'["1"]'), b64u(b"[1.5]")):
        assert world.call("GET", "/ledger", params={"cursor": cursor}).status_code == 422
