"""Results: the release as it was signed, its rows as they were released, and nothing that was not."""

import csv
import io
import json
from collections.abc import Callable
from itertools import product
from types import SimpleNamespace

import pytest

from privacy.release import verify_release
from privacy.rows import NUMBERS

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def wave(world: SimpleNamespace) -> SimpleNamespace:
    """A released wave that 400 people answered."""
    world.survey()
    world.roster()
    return world.released()


def key(row: dict) -> tuple:
    """What a row is about."""
    names = ("figure", "question", "theme", "option")
    return tuple(row["table"]), tuple(sorted(row["group"].items())), *(row[name] for name in names)


def test_the_release_is_given_as_it_was_signed(world: SimpleNamespace, wave: SimpleNamespace) -> None:
    answer = world.call("GET", f"/waves/{wave.wave}/release", "service")
    assert answer.headers["content-type"] == "application/json"
    assert verify_release(answer.content, world.manifest(wave.id))["wave"] == wave.wave


@ON_SQLITE
def test_what_never_changes_is_not_sent_twice(world: SimpleNamespace, wave: SimpleNamespace) -> None:
    for path in ("release", "results", "results?question=speak", "results?format=csv"):
        first = world.call("GET", f"/waves/{wave.id}/{path}")
        etag = first.headers["etag"]
        assert "immutable" in first.headers["cache-control"]
        for sent in (etag, f'"other", W/{etag}', "*"):
            again = world.call("GET", f"/waves/{wave.id}/{path}", headers={"If-None-Match": sent})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == etag
        changed = world.call("GET", f"/waves/{wave.id}/{path}", headers={"If-None-Match": '"other"'})
        assert changed.content == first.content


def test_rows_are_the_released_rows_with_texts(world: SimpleNamespace, wave: SimpleNamespace) -> None:
    released = json.loads(world.call("GET", f"/waves/{wave.id}/release").content)["figures"]
    rows = world.ok("GET", f"/waves/{wave.id}/results", params={"limit": 1000})["items"]
    texts = ("question_text", "theme_text", "option_text", "group_text")
    assert [{name: row[name] for name in row if name not in texts} for row in rows] == released
    assert any(row["shown"] for row in rows)


@ON_SQLITE
def test_shown_and_withheld_have_one_shape(world: SimpleNamespace) -> None:
    world.survey()
    world.roster()
    wave = world.released(answers=0)
    rows = world.ok("GET", f"/waves/{wave.id}/results")["items"]
    assert rows
    assert not any(row["shown"] for row in rows)
    assert {row[name] for row in rows for name in (*NUMBERS, "words")} == {None}
    full = world.released(epsilon=1.0)
    shown = world.ok("GET", f"/waves/{full.id}/results")["items"]
    assert [set(row) for row in shown] == [set(row) for row in rows]


@ON_SQLITE
def test_filters_choose_among_released_rows(world: SimpleNamespace, wave: SimpleNamespace) -> None:
    every = world.ok("GET", f"/waves/{wave.id}/results", params={"limit": 1000})["items"]
    for params, chosen in (
        ({"question": "speak"}, lambda row: row["question"] == "speak"),
        ({"theme": "openness"}, lambda row: row["theme"] == "openness"),
        ({"figure": "count"}, lambda row: row["figure"] == "count"),
        ({"option": "home"}, lambda row: row["option"] == "home"),
        ({"by": ""}, lambda row: row["table"] == []),
        ({"by": "unit"}, lambda row: row["table"] == ["unit"]),
        ({"by": "unit", "level": "north"}, lambda row: row["group"] == {"unit": "north"}),
        ({"by": "unit", "level": "not-said"}, lambda row: row["group"] == {"unit": "not-said"}),
        (
            {"by": "", "question": "advise", "figure": "nps"},
            lambda row: (row["table"], row["question"], row["figure"]) == ([], "advise", "nps"),
        ),
        ({"question": "speak", "figure": "nps"}, lambda row: False),
    ):
        rows = world.ok("GET", f"/waves/{wave.id}/results", params={**params, "limit": 1000})["items"]
        assert rows == [row for row in every if chosen(row)], params
        assert rows or params == {"question": "speak", "figure": "nps"}


@ON_SQLITE
def test_a_cross_is_chosen_by_both_attributes_in_any_order(world: SimpleNamespace) -> None:
    world.survey()
    world.roster()
    wave = world.released(tables=[["unit", "tenure"]])
    rows = [
        world.ok("GET", f"/waves/{wave.id}/results", params=params)["items"]
        for params in (
            {"figure": "count", "by": ["unit", "tenure"], "level": ["north", "long"]},
            {"figure": "count", "by": ["tenure", "unit"], "level": ["long", "north"]},
        )
    ]
    assert rows[0] == rows[1]
    assert [row["group"] for row in rows[0]] == [{"unit": "north", "tenure": "long"}]
    assert rows[0][0]["group_text"] == "North / Long"


@ON_SQLITE
def test_a_filter_that_names_nothing_is_told_what_there_is(
    world: SimpleNamespace, wave: SimpleNamespace, problem_of: Callable
) -> None:
    for params, place, known in (
        ({"question": "shoe"}, "question", "speak, heard, advise, place"),
        ({"question": "more"}, "question", "speak, heard, advise, place"),
        ({"theme": "shoe"}, "theme", "openness"),
        ({"option": "shoe"}, "option", "no-way"),
        ({"by": "tenure"}, "by", "by=, by=unit"),
        ({"by": "unit", "level": "west"}, "level", "north, south, not-said"),
        ({"by": "unit", "level": ["north", "south"]}, "level", "as many levels"),
        ({"level": "north"}, "level", "as many levels"),
        ({"language": "fr"}, "language", "en, de"),
    ):
        answer = world.call("GET", f"/waves/{wave.id}/results", params=params)
        assert answer.status_code == 422, params
        [fault] = problem_of(answer)["problems"]
        assert fault["place"] == place
        assert known in fault["remedy"]
    for params in ({"figure": "median"}, {"limit": 0}, {"limit": 1001}, {"cursor": "x"}, {"format": "xml"}):
        answer = world.call("GET", f"/waves/{wave.id}/results", params=params)
        assert answer.status_code == 422, params
        problem_of(answer)


@ON_SQLITE
def test_several_wrong_filters_are_told_at_once(
    world: SimpleNamespace, wave: SimpleNamespace, problem_of: Callable
) -> None:
    params = {"question": "shoe", "theme": "shoe", "by": "shoe"}
    answer = world.call("GET", f"/waves/{wave.id}/results", params=params)
    assert {fault["place"] for fault in problem_of(answer)["problems"]} == {"question", "theme", "by"}


def test_pages_have_every_row_once(
    world: SimpleNamespace, wave: SimpleNamespace, every_row: Callable
) -> None:
    every = world.ok("GET", f"/waves/{wave.id}/results", params={"limit": 1000})["items"]
    assert len({key(row) for row in every}) == len(every)
    for limit in (7, len(every) - 1, len(every)):
        assert every_row(f"/waves/{wave.id}/results", limit=limit) == every


@ON_SQLITE
def test_csv_has_the_same_rows_at_once(world: SimpleNamespace, wave: SimpleNamespace) -> None:
    every = world.ok("GET", f"/waves/{wave.id}/results", params={"limit": 1000})["items"]
    answer = world.call("GET", f"/waves/{wave.id}/results?limit=5", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    assert len(rows) == len(every)
    for row, expected in zip(rows, every, strict=True):
        assert row["table"] == " / ".join(expected["table"])
        assert row["group"] == " / ".join(expected["group"].values())
        assert row["shown"] == ("true" if expected["shown"] else "false")
        for name in (*NUMBERS, "words"):
            assert row[name] == ("" if expected[name] is None else str(expected[name]))
        assert row["question_text"] == (expected["question_text"] or "")


@ON_SQLITE
def test_texts_come_in_the_wanted_language(world: SimpleNamespace, wave: SimpleNamespace) -> None:
    path = f"/waves/{wave.id}/results"
    [english] = world.ok("GET", path, params={"question": "place", "option": "home", "by": ""})["items"]
    assert (english["question_text"], english["option_text"]) == ("Where do you work?", "At home")
    params = {"question": "place", "option": "home", "by": "unit", "level": "south", "language": "de"}
    [german] = world.ok("GET", path, params=params)["items"]
    assert (german["option_text"], german["group_text"]) == ("Zu Hause", "Süd")
    [theme] = world.ok("GET", path, params={"theme": "openness", "figure": "mean", "by": ""})["items"]
    assert theme["theme_text"] == "Openness"


def test_until_it_is_there_it_is_said_what_is_missing(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    world.roster()
    refs = {"draft": world.draft(), "open": world.opened().id}
    closed = world.opened(epsilon=0.5).id
    world.ok("POST", f"/waves/{closed}/close")
    for (state, ref), path in product([*refs.items(), ("closed", closed)], ("release", "results")):
        answer = world.call("GET", f"/waves/{ref}/{path}", "service")
        assert answer.status_code == 409
        assert state in problem_of(answer)["detail"]
    waiting = world.call("GET", f"/waves/{closed}/release").json()["detail"]
    assert "waits for the tally" in waiting
    assert world.call("GET", "/waves/w-none/results").status_code == 404
