"""Can a question be put together that the plan did not declare?

Attacker  whoever reads results.
Knows     every id of the survey.
Does      asks for every combination of filters, in every address that takes them: crosses that were not
          declared, attributes twice, several levels at once, and names that mean something to a database.
Wins      with one number that does not stand in the release, or with one row of an undeclared group.
Alarm     none: nothing here depends on the noise.
"""

import json
from itertools import product

import pytest

from tests.attack.releases import PLACE
from tests.attack.served import LEVELS, SURVEY, crowd, every_row, figures, open_survey, released
from tests.integration.staff.conftest import World

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

SIZES = dict(zip(LEVELS, (120, 110, 3, 0, 6, 90), strict=True))


@pytest.fixture
def wave(world: World) -> str:
    open_survey(world)
    return str(released(world, crowd(SIZES)).id)


def core(row: dict) -> str:
    """A row as the release has it, without its texts."""
    kept = {name: value for name, value in row.items() if not name.endswith("_text")}
    numbers = {name: float(value) for name, value in kept.items() if type(value) is int}
    return json.dumps({**kept, **numbers}, sort_keys=True)


def test_every_combination_of_filters_chooses_released_rows_and_makes_none(world: World, wave: str) -> None:
    rows = {core(row) for row in figures(world, wave)}
    seen = set()
    for question, figure, by, level in product(
        (None, "speak", "how"),
        (None, "count", "mean", "share"),
        ([], [""], ["place"], ["place", "place"], ["place", "tenure"], ["tenure"]),
        ([], ["north"], ["few"], ["not-said"], ["north", "south"], ["north", "long"]),
    ):
        asked = {"question": question, "figure": figure, "by": by, "level": level, "limit": 1000}
        params = {name: value for name, value in asked.items() if value not in (None, [])}
        answer = world.call("GET", f"/waves/{wave}/results", "service", params=params)
        assert answer.status_code in (200, 422), params
        if "tenure" in by:
            assert answer.status_code == 422, params
        if answer.is_success:
            chosen = {core(row) for row in answer.json()["items"]}
            assert chosen <= rows, params
            seen |= chosen
    assert len(seen) == len(rows)


@pytest.mark.parametrize(
    "text", ["%", "_", "*", "north,south", "north' OR '1'='1", "!north", "!=north", "[]"]
)
def test_no_pattern_or_list_stands_for_several_levels(world: World, wave: str, text: str) -> None:
    for params in (
        {"by": "place", "level": text},
        {"by": text},
        {"question": text},
        {"theme": text},
        {"option": text},
        {"by": "place", "level": "north", "within": text, "question": "speak"},
    ):
        path = "differences" if "within" in params else "results"
        answer = world.call("GET", f"/waves/{wave}/{path}", "service", params=params)
        assert answer.status_code == 422, params


def test_unknown_filters_choose_nothing_and_count_nothing(world: World, wave: str) -> None:
    """Words of comments, ranges of values and dates of answering are no filters: they change no row."""
    every = every_row(world, f"/waves/{wave}/results")
    for name in ("q", "search", "keyword", "contains", "min", "since", "where", "group_by", "sum", "exclude"):
        assert every_row(world, f"/waves/{wave}/results", **{name: "north"}) == every


def test_a_comparison_states_only_what_two_released_rows_differ_by(world: World, wave: str) -> None:
    """Against a withheld group, or of one, nothing is stated; else the difference of the two values."""
    means = {
        row["group"].get("place"): row["value"]
        for row in figures(world, wave)
        if (row["figure"], row["question"]) == ("mean", "speak")
    }
    rows = [
        row
        for against in (None, *LEVELS)
        for row in every_row(
            world,
            f"/waves/{wave}/differences",
            question="speak",
            by="place",
            **({} if against is None else {"against": against}),
        )
    ]
    stated = 0
    for row in rows:
        one, other = means[row["group"]["place"]], means[row["against"].get("place")]
        if one is None or other is None:
            assert row["value"] is row["low"] is row["verdict"] is None
        else:
            assert row["value"] == pytest.approx(one - other, abs=1e-9)
            stated += 1
    assert stated == 4, "of two groups and the whole"
    assert any(row["value"] is None for row in rows)


def test_tables_that_were_not_declared_are_nowhere_in_the_release(world: World, wave: str) -> None:
    rows = figures(world, wave)
    assert {tuple(row["table"]) for row in rows} == {(), ("place",)}
    assert not any("tenure" in json.dumps(row) for row in rows)
    trend = {"question": "speak", "by": "tenure", "level": "long"}
    assert world.call("GET", f"/surveys/{SURVEY}/trend", "service", params=trend).status_code == 422
    assert set(PLACE) <= set(rows[0])
