"""Figures from outside: aggregates of five people or more, one by one or a whole file or nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.programs.conftest import ProgramWorld

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FIGURE: dict[str, Any] = {
    "name": "retention",
    "unit": "%",
    "group": "participants",
    "day": "2026-09-30",
    "value": 96.0,
    "people": 24,
    "source": "personnel system",
}
HEADER = "name,unit,group,day,value,people,source\n"
CSV = {"content-type": "text/csv"}


def send(world: ProgramWorld, path: str, lines: str) -> Any:
    return world.call("POST", path, content=lines.encode(), headers=CSV)


def test_a_figure_is_entered_listed_and_deleted(world: ProgramWorld, every_row: Callable[..., Any]) -> None:
    world.mentored()
    path = f"/programs/{world.program()}/outside-figures"
    made = world.ok("POST", path, json=FIGURE)
    assert made == {**FIGURE, "id": made["id"]}
    assert every_row(path, "service") == [made]
    world.ok("DELETE", f"{path}/{made['id']}")
    assert every_row(path) == []
    noted = [entry["action"] for entry in every_row("/audit", "admin")]
    assert noted[:2] == ["delete outside figure", "add outside figure"]


def test_a_file_is_imported_whole(world: ProgramWorld, every_row: Callable[..., Any]) -> None:
    world.mentored()
    lines = (
        "\ufeff" + HEADER + "retention,%,participants,2026-09-30,96,24,HR\n"
        "retention,%,everybody,2026-09-30,88.5,204,HR\n\npromotions,,others,2026-06-30,12,180,\n"
    )
    for separator in (",", ";", "\t"):
        path = f"/programs/{world.program()}/outside-figures"
        assert send(world, path, lines.replace(",", separator)).json() == {"imported": 3}
        rows = every_row(path, limit=1)
        assert [(row["name"], row["group"], row["value"], row["people"]) for row in rows] == [
            ("promotions", "others", 12.0, 180),
            ("retention", "everybody", 88.5, 204),
            ("retention", "participants", 96.0, 24),
        ]


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("aggregate-below-k", {"group": "others", "people": 4}),
    ("aggregate-below-k", {"group": "others", "people": 0}),
    ("figure-twice", {"value": 1.0}),
    ("unit-differs", {"group": "others", "unit": "people"}),
    ("aggregate-below-k", {"group": "everybody", "people": 28}),
    ("request", {"group": "women"}),
    ("request", {"people": 24.5}),
    ("request", {"people": -1}),
    ("request", {"value": None}),
    ("request", {"value": 1e300}),
    ("request", {"day": "September"}),
    ("request", {"name": ""}),
]


@ON_SQLITE
def test_a_figure_that_is_none_or_about_too_few_people_is_refused_and_changes_nothing(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    path = f"/programs/{world.program()}/outside-figures"
    made = world.ok("POST", path, json=FIGURE)
    for fault, change in WRONG:
        answer = world.call("POST", path, json={**FIGURE, **change})
        assert answer.status_code == 422, change
        found = problem_of(answer)["problems"]
        assert fault in {one["id"] for one in found}, change
        assert all(one["remedy"] for one in found)
    assert world.ok("GET", path)["items"] == [made]


@ON_SQLITE
def test_every_fault_of_a_file_comes_back_with_its_line_and_nothing_is_stored(
    world: ProgramWorld, problem_of: Callable[..., Any]
) -> None:
    world.mentored()
    path = f"/programs/{world.program()}/outside-figures"
    lines = (
        HEADER + "retention,%,participants,2026-09-30,96,24,HR\n"
        "retention,%,everyone,2026-09-31,lots,a few,HR\n"
        "retention,%,participants,2026-09-30,97,24,HR\n"
        "retention,%,others,2026-09-30,90,3,HR\n"
        "retention,%,others\n"
        "promotions,,others,2026-09-30,1_000,24,\n"
        "promotions,,others,20260930,nan,24,\n"
    )
    found = problem_of(send(world, path, lines))["problems"]
    assert [(one["line"], one["id"]) for one in found] == [
        (3, "unknown-group"),
        (3, "not-a-day"),
        (3, "not-a-number"),
        (3, "not-a-number"),
        (4, "figure-twice"),
        (5, "aggregate-below-k"),
        (6, "field-count"),
        (7, "not-a-number"),
        (8, "not-a-day"),
        (8, "not-a-number"),
    ]
    assert "merge periods or groups" in found[5]["remedy"]
    assert world.ok("GET", path)["items"] == []


NO_FILES: list[tuple[str, bytes]] = [
    ("no-figures", b""),
    ("no-figures", HEADER.encode()),
    ("columns", b"name,value\nretention,96\n"),
    ("columns", HEADER.encode().replace(b"source", b"person")),
    ("columns", HEADER.encode().replace(b"source", b"name")),
    ("encoding", HEADER.encode("utf-16")),
    ("csv", HEADER.encode() + b'retention,"%'),
    ("no-name", HEADER.encode() + b",%,others,2026-09-30,90,30,\n"),
    ("not-text", HEADER.encode() + b"a\x00b,%,others,2026-09-30,90,30,\n"),
    ("too-many-lines", HEADER.encode() + b"a,%,others,2026-09-30,90,30,\n" * 5_001),
]


@ON_SQLITE
def test_what_is_no_file_of_figures_is_refused(world: ProgramWorld, problem_of: Callable[..., Any]) -> None:
    world.mentored()
    path = f"/programs/{world.program()}/outside-figures"
    for fault, content in NO_FILES:
        answer = world.call("POST", path, content=content, headers=CSV)
        assert answer.status_code == 422, fault
        assert fault in {one["id"] for one in problem_of(answer)["problems"]}
    assert world.ok("GET", path)["items"] == []
