"""Trends: one row a released wave, withheld where the wave withheld it."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


TREND = "/surveys/pulse/trend"


@pytest.fixture
def released(world: SimpleNamespace) -> list[SimpleNamespace]:
    """Three released waves: many answers, none, many; a fourth is open."""
    world.survey()
    world.roster()
    world.add_wave_keys(2)
    found = []
    for answers in (400, 0, 300):
        found.append(world.released(answers, epsilon=2.0))
        world.now += timedelta(days=30)
    world.opened(epsilon=0.5)
    return found


def test_a_trend_has_a_row_for_each_released_wave(
    world: SimpleNamespace, released: list[SimpleNamespace], every_row: Callable
) -> None:
    rows = world.ok("GET", TREND, "service", params={"question": "speak"})["items"]
    assert [row["wave"] for row in rows] == [wave.wave for wave in released]
    assert [row["closed_on"] for row in rows] == ["2026-03-02", "2026-04-01", "2026-05-01"]
    assert [row["shown"] for row in rows] == [True, False, True]
    assert {row["figure"] for row in rows} == {"mean"}
    assert rows[1]["value"] is None
    assert every_row(TREND, question="speak", limit=1) == rows


@ON_SQLITE
def test_each_row_is_the_row_of_its_wave(world: SimpleNamespace, released: list[SimpleNamespace]) -> None:
    for params in (
        {"question": "speak"},
        {"question": "advise"},
        {"theme": "openness", "figure": "favourable"},
        {"question": "place", "option": "home"},
        {"index": "true"},
        {"index": "true", "figure": "favourable", "by": "unit", "level": "south"},
        {"question": "speak", "by": "unit", "level": "north"},
    ):
        rows = world.ok("GET", TREND, params=params)["items"]
        for wave, row in zip(released, rows, strict=True):
            asked = {"by": "", **params, "figure": row["figure"]}
            [same] = world.ok("GET", f"/waves/{wave.id}/results", params=asked)["items"]
            assert {name: row[name] for name in same} == same


def test_a_wave_without_the_question_looks_like_one_that_withheld_it(
    world: SimpleNamespace, definition: str
) -> None:
    world.survey()
    world.roster()
    old = world.released(epsilon=2.0)
    new = definition.replace('version: "1"', 'version: "2"').replace("id: advise", "id: commend")
    world.ok("PUT", "/surveys/pulse", json={"definition": new})
    world.now += timedelta(days=30)
    world.released(epsilon=2.0)
    rows = world.ok("GET", TREND, params={"question": "commend"})["items"]
    assert [row["shown"] for row in rows] == [False, True]
    assert [row["survey_version"] for row in rows] == ["1", "2"]
    assert set(rows[0]) == set(rows[1])
    assert rows[0]["wave"] == old.wave


@ON_SQLITE
def test_what_is_no_single_figure_is_refused(
    world: SimpleNamespace, released: list[SimpleNamespace], problem_of: Callable
) -> None:
    for params, place in (
        ({}, "question"),
        ({"question": "speak", "theme": "openness"}, "question"),
        ({"question": "shoe"}, "question"),
        ({"theme": "shoe"}, "theme"),
        ({"question": "speak", "by": "unit"}, "level"),
        ({"question": "speak", "by": "unit", "level": "west"}, "level"),
        ({"question": "place"}, "option"),
        ({"question": "place", "option": "shoe"}, "option"),
        ({"question": "speak", "figure": "nps"}, "figure"),
        ({"question": "speak", "language": "fr"}, "language"),
    ):
        answer = world.call("GET", TREND, params=params)
        assert answer.status_code == 422, params
        assert [fault["place"] for fault in problem_of(answer)["problems"]] == [place], params


@ON_SQLITE
def test_csv_and_a_survey_without_releases(world: SimpleNamespace) -> None:
    world.survey()
    assert world.ok("GET", TREND, params={"question": "speak"})["items"] == []
    assert world.call("GET", "/surveys/none/trend", params={"question": "speak"}).status_code == 404
    world.roster()
    world.released()
    header, row, end = world.call("GET", f"{TREND}?question=speak&format=csv").text.split("\r\n")
    assert header.endswith("wave,wave_id,survey_version,closed_on")
    assert ",mean,speak," in row
    assert end == ""


@ON_SQLITE
def test_of_too_many_waves_the_newest_are_there(
    world: SimpleNamespace, released: list[SimpleNamespace], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.results.trend_routes._MOST_WAVES", 2)
    rows = world.ok("GET", TREND, params={"question": "speak"})["items"]
    assert [row["wave"] for row in rows] == [wave.wave for wave in released[1:]]
