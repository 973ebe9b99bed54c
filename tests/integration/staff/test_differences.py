"""Differences between the groups of a wave, over HTTP, and words where there is none."""

import csv
import io
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from privacy.evaluate import NO_NUMBER, difference

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NUMBERS = ("value", "margin", "nonresponse", "combined", "low", "high", "verdict")
SPEAK = {"question": "speak", "by": "unit"}


@pytest.fixture
def wave(world: SimpleNamespace) -> SimpleNamespace:
    """A released wave that 1,800 of 2,000 people answered; what is asked for is said by ``of``."""
    world.survey()
    world.roster(2_000)
    wave = world.released(1_800, tables=[["unit"], ["unit", "tenure"]])
    wave.path = f"/waves/{wave.id}/differences"
    wave.of = lambda **params: world.ok("GET", wave.path, "service", params=params)
    return wave


def released_row(world: SimpleNamespace, wave: SimpleNamespace, **params: Any) -> Mapping[str, Any]:
    [row] = world.ok("GET", f"/waves/{wave.id}/results", params=params)["items"]
    return row


def test_every_group_is_compared_with_the_whole(world: SimpleNamespace, wave: SimpleNamespace) -> None:
    page = wave.of(**SPEAK)
    assert [row["group"] for row in page["items"]] == [{"unit": x} for x in ("north", "south", "not-said")]
    whole = released_row(world, wave, question="speak", figure="mean", by="")
    for row in page["items"][:2]:
        level = row["group"]["unit"]
        own = released_row(world, wave, question="speak", figure="mean", by="unit", level=level)
        apart = difference(own, whole)
        assert row["value"] == apart.value
        assert 0 < row["margin"] < apart.margin  # a half and the whole share noise,
        assert 0 <= row["nonresponse"] <= apart.nonresponse  # and people
        assert row["low"] <= row["value"] <= row["high"]
        assert row["verdict"] in ("higher", "lower", "cannot tell")
        assert row["note"] is None
        assert (row["against"], row["against_text"]) == ({}, None)
    assert (page["comparisons"], page["expected_by_chance"], page["next"]) == (2, 0.2, None)


@ON_SQLITE
def test_the_index_is_compared_like_any_figure(world: SimpleNamespace, wave: SimpleNamespace) -> None:
    north = wave.of(index="true", by="unit", level="north")["items"][0]
    own = released_row(world, wave, index="true", figure="mean", by="unit", level="north")
    whole = released_row(world, wave, index="true", figure="mean", by="")
    assert (north["question"], north["theme"]) == (None, None)
    assert north["value"] == pytest.approx(own["value"] - whole["value"], abs=2e-3)


def test_a_group_without_a_number_is_told_in_words_and_has_the_same_shape(wave: SimpleNamespace) -> None:
    north, _, nobody = wave.of(**SPEAK)["items"]
    assert nobody["group"] == {"unit": "not-said"}
    assert {nobody[name] for name in NUMBERS} == {None}
    assert nobody["note"] == NO_NUMBER
    assert set(nobody) == set(north)


@ON_SQLITE
def test_nothing_tells_why_there_is_no_number(world: SimpleNamespace) -> None:
    world.survey()
    world.roster()
    wave = world.released(answers=0)
    page = world.ok("GET", f"/waves/{wave.id}/differences", params=SPEAK)
    assert {row["note"] for row in page["items"]} == {NO_NUMBER}
    assert {row[name] for row in page["items"] for name in NUMBERS} == {None}
    assert (page["comparisons"], page["expected_by_chance"]) == (0, 0.0)


@ON_SQLITE
def test_groups_are_compared_with_a_named_one_both_ways(wave: SimpleNamespace) -> None:
    [north, nobody] = wave.of(**SPEAK, against="south")["items"]
    [south, _] = wave.of(**SPEAK, against="north")["items"]
    assert (north["group"], north["against"]) == ({"unit": "north"}, {"unit": "south"})
    assert (north["group_text"], north["against_text"]) == ("North", "South")
    assert (north["value"], north["low"], north["high"]) == (-south["value"], -south["high"], -south["low"])
    assert nobody["verdict"] is None
    assert wave.of(**SPEAK, level="north", against="south")["items"] == [north]


@ON_SQLITE
def test_the_whole_is_what_is_meant_unless_another_group_is_named(wave: SimpleNamespace) -> None:
    assert wave.of(**SPEAK, against="whole") == wave.of(**SPEAK)


@ON_SQLITE
def test_a_cross_is_compared_with_the_whole_a_cell_or_the_groups_it_lies_in(wave: SimpleNamespace) -> None:
    cross = {"theme": "openness", "by": ["unit", "tenure"]}
    whole = wave.of(**cross)["items"]
    assert {str(row["against"]) for row in whole} == {"{}"}
    cell = wave.of(**cross, against=["north", "long"])["items"]
    assert len(cell) == len(whole) - 1
    assert {row["against_text"] for row in cell} == {"North / Long"}
    inside = wave.of(**cross, within="unit")["items"]
    assert [row["group"] for row in inside] == [row["group"] for row in whole]
    assert all(row["against"] == {"unit": row["group"]["unit"]} for row in inside)
    # Single figures are rounded and drawn with noise, so one of them may be the same by chance.
    assert [row["value"] for row in inside] != [row["value"] for row in whole]


@ON_SQLITE
def test_every_figure_of_a_question_or_theme_can_be_compared(wave: SimpleNamespace) -> None:
    for params, figure in (
        ({"question": "speak"}, "mean"),
        ({"question": "advise"}, "nps"),
        ({"theme": "openness"}, "mean"),
        ({"theme": "openness", "figure": "favourable"}, "favourable"),
        ({"question": "place", "option": "home"}, "share"),
    ):
        rows = wave.of(**params, by="unit")["items"]
        assert [row["figure"] for row in rows] == [figure] * 3
        assert rows[0]["value"] is not None


@ON_SQLITE
def test_what_cannot_be_compared_is_refused_with_what_there_is(
    world: SimpleNamespace, wave: SimpleNamespace, problem_of: Callable
) -> None:
    for params, place, known in (
        ({"by": "unit"}, "question", "question=, theme= and index=true"),
        ({"question": "speak", "theme": "openness", "by": "unit"}, "question", "one of"),
        ({"question": "speak"}, "by", "attribute"),
        ({"question": "speak", "by": ""}, "by", "attribute"),
        ({"question": "speak", "by": "tenure"}, "by", "by=unit&by=tenure"),
        ({"question": "shoe", "by": "unit"}, "question", "speak"),
        ({"question": "place", "by": "unit"}, "option", "office"),
        ({**SPEAK, "figure": "nps"}, "figure", "usual"),
        ({**SPEAK, "level": "west"}, "level", "north, south, not-said"),
        ({**SPEAK, "against": "west"}, "against", "north, south, not-said"),
        ({**SPEAK, "against": ["north", "south"]}, "against", "as many levels"),
        ({**SPEAK, "within": "unit"}, "within", "leave it out"),
        ({**SPEAK, "within": "tenure"}, "within", "leave it out"),
        ({"question": "speak", "by": ["unit", "tenure"], "within": "tenure"}, "within", "use unit"),
        ({**SPEAK, "within": "unit", "against": "north"}, "within", "one of the two"),
        ({**SPEAK, "language": "fr"}, "language", "en, de"),
    ):
        answer = world.call("GET", wave.path, params=params)
        assert answer.status_code == 422, params
        [fault] = problem_of(answer)["problems"]
        assert fault["place"] == place, params
        assert known in fault["remedy"], params
    assert world.call("GET", "/waves/w-none/differences", params=SPEAK).status_code == 404
    waiting = world.call("GET", f"/waves/{world.draft()}/differences", params=SPEAK)
    assert "draft" in problem_of(waiting)["detail"]
    assert waiting.status_code == 409


@ON_SQLITE
def test_pages_and_csv_have_every_row_and_how_many_are_compared(
    world: SimpleNamespace, wave: SimpleNamespace, every_row: Callable
) -> None:
    params = {"question": "speak", "by": ["unit", "tenure"], "language": "de"}
    page = wave.of(**params)
    assert every_row(wave.path, "service", **params, limit=2) == page["items"]
    first = wave.of(**params, limit=2)
    assert len(first["items"]) == 2
    assert first["comparisons"] == page["comparisons"] > 2
    answer = world.call("GET", wave.path, "service", params={**params, "format": "csv", "limit": 1})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(rows) == len(page["items"])
    for row, expected in zip(rows, page["items"], strict=True):
        assert row["group"] == " / ".join(expected["group"].values())
        assert row["against"] == ""
        assert int(row["comparisons"]) == page["comparisons"]
        for name in NUMBERS:
            assert row[name] == ("" if expected[name] is None else str(expected[name]))
    assert rows[0]["group_text"] == "Nord / Kurz"
