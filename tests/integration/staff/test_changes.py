"""Changes of one figure from wave to wave, over HTTP."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest

from privacy.changes import NONE_BEFORE
from privacy.evaluate import NO_NUMBER, difference

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CHANGES = "/surveys/pulse/changes"
SPEAK = {"question": "speak"}


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


def test_each_wave_is_compared_with_the_one_before_that_has_the_figure(
    world: SimpleNamespace, released: list[SimpleNamespace], every_row: Callable
) -> None:
    page = world.ok("GET", CHANGES, "service", params=SPEAK)
    first, second, third = page["items"]
    assert [row["wave_id"] for row in page["items"]] == [wave.id for wave in released]
    assert [row["note"] for row in (first, second)] == [NONE_BEFORE, NO_NUMBER]
    assert first["against_wave"] is None
    assert (third["against_wave"], third["against_closed_on"]) == (released[0].wave, "2026-03-02")
    assert third["note"] == (
        "Compared with the wave that closed on 2026-03-02, because the wave in between gave no number for it."
    )
    [old, new] = [
        world.ok("GET", f"/waves/{wave.id}/results", params={**SPEAK, "figure": "mean", "by": ""})["items"][0]
        for wave in (released[0], released[2])
    ]
    expected = difference(new, old)
    for name in ("value", "margin", "nonresponse", "combined", "low", "high", "verdict"):
        assert third[name] == getattr(expected, name)
        assert first[name] is second[name] is None
    assert (page["comparisons"], page["expected_by_chance"]) == (1, 0.1)
    assert every_row(CHANGES, **SPEAK, limit=1) == page["items"]


@ON_SQLITE
def test_two_waves_are_compared_where_they_are_named(
    world: SimpleNamespace, released: list[SimpleNamespace]
) -> None:
    first, second, third = released
    [row] = world.ok("GET", CHANGES, params={**SPEAK, "from": first.id, "to": third.wave})["items"]
    [back] = world.ok("GET", CHANGES, params={**SPEAK, "from": third.id, "to": first.id})["items"]
    assert (row["wave"], row["against_wave"]) == (third.wave, first.wave)
    assert row["note"] == "Compared with the wave that closed on 2026-03-02."
    assert (row["value"], row["low"]) == (-back["value"], -back["high"])
    [none] = world.ok("GET", CHANGES, params={**SPEAK, "from": second.id, "to": third.id})["items"]
    assert none["note"] == NO_NUMBER


def test_what_changed_between_waves_is_said_and_not_computed(world: SimpleNamespace, definition: str) -> None:
    world.survey()
    world.roster(1_000)
    world.released(900, epsilon=2.0)
    new = definition.replace('version: "1"', 'version: "2"').replace("en: I speak up.", "en: We speak up.")
    new = new.replace("id: north, text: {en: North, de: Nord}", "id: north, text: {en: Northwest, de: Nord}")
    world.ok("PUT", "/surveys/pulse", json={"definition": new})
    world.now += timedelta(days=30)
    world.released(900, epsilon=2.0)
    for params, why in (
        ({"question": "speak"}, "the wording of the question is not the same."),
        ({"theme": "openness"}, "the wording of the question is not the same."),
        ({"question": "heard"}, None),
        ({"question": "heard", "by": "unit", "level": "north"}, "the group is not made up in the same way."),
        ({"question": "heard", "by": "unit", "level": "south"}, None),
    ):
        _, row = world.ok("GET", CHANGES, params=params)["items"]
        assert (row["value"] is None) == (why is not None), params
        assert row["against_closed_on"] == "2026-03-02"
        if why is not None:
            assert row["note"] == f"Not compared with the wave that closed on 2026-03-02: {why}"


@ON_SQLITE
def test_what_is_not_one_figure_or_not_two_waves_of_this_survey_is_refused(
    world: SimpleNamespace, released: list[SimpleNamespace], definition: str, problem_of: Callable
) -> None:
    world.survey(definition.replace("id: pulse", "id: other"))
    world.roster(survey="other")
    other = world.draft("other")
    ref = released[0].id
    for params, place in (
        ({}, "question"),
        ({"question": "shoe"}, "question"),
        ({**SPEAK, "by": "unit"}, "level"),
        ({**SPEAK, "by": "unit", "level": "west"}, "level"),
        ({"question": "place"}, "option"),
        ({**SPEAK, "figure": "nps"}, "figure"),
        ({**SPEAK, "language": "fr"}, "language"),
        ({**SPEAK, "from": ref}, "to"),
        ({**SPEAK, "to": ref}, "from"),
        ({**SPEAK, "from": ref, "to": ref}, "to"),
        ({**SPEAK, "from": other, "to": ref}, "from"),
        ({**SPEAK, "from": ref, "to": other}, "to"),
    ):
        answer = world.call("GET", CHANGES, params=params)
        assert answer.status_code == 422, params
        assert [fault["place"] for fault in problem_of(answer)["problems"]] == [place], params
    assert world.call("GET", CHANGES, params={**SPEAK, "from": ref, "to": "w-none"}).status_code == 404
    assert world.call("GET", CHANGES, params={**SPEAK, "from": ref, "to": world.draft()}).status_code == 409


@ON_SQLITE
def test_csv_and_a_survey_without_releases(world: SimpleNamespace) -> None:
    world.survey()
    page = world.ok("GET", CHANGES, params=SPEAK)
    assert page == {"items": [], "next": None, "comparisons": 0, "expected_by_chance": 0.0}
    assert world.call("GET", "/surveys/none/changes", params=SPEAK).status_code == 404
    world.roster()
    wave = world.released()
    answer = world.call("GET", CHANGES, params={**SPEAK, "format": "csv"})
    [row] = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert (row["wave"], row["against_wave"], row["comparisons"]) == (wave.wave, "", "0")
    assert row["note"] == NONE_BEFORE
