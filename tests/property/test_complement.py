"""No sum and difference of the groups shown gives a small one away, whatever the tables and the people."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.rows import groups_of
from tests.property.subtraction import (
    K,
    Tables,
    a_design,
    design_with,
    follows,
    members,
    shown_of,
    small_and_stated,
    some_people,
    who_stated_all,
    without_noise,
)
from tests.survey_parts import attribute, hierarchy

A, B, C = attribute("a", 2), attribute("b", 2), attribute("c", 2)
UNITS = hierarchy(("unit", [2]), ("team", [2, 1]))


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_no_set_that_follows_from_what_is_shown_is_smaller_than_k(data: st.DataObject) -> None:
    design = data.draw(a_design())
    people = data.draw(some_people(design))
    sums = without_noise(design, people)
    shown = shown_of(design, sums)
    assert (sums.counts[shown] >= K).all()
    assert not small_and_stated(design, shown, people)


# The people stand in the order of the levels of the last attribute, for each of those before; not said last.
@pytest.mark.parametrize(
    ("attributes", "tables", "people"),
    [
        pytest.param([A], [("a",)], [9, 1, 7], id="the rest of the whole"),
        pytest.param(
            [A, B], [("a",), ("b",), ("a", "b")], [1, 9, 0, 9, 9, 0, 9, 9, 9], id="the rest of a row"
        ),
        pytest.param(
            # Row totals give away 9 in the corner, the column total then gives away the 1 beside it.
            [A, B],
            [("a",), ("b",), ("a", "b")],
            [9, 9, 9, 1, 9, 0, 9, 9, 9],
            id="in two steps",
        ),
        pytest.param(
            # Who stated both: both totals less who stated neither, though all cells with a name are withheld.
            [A, B],
            [("a",), ("b",), ("a", "b")],
            [1, 1, 2, 0, 1, 1, 2, 1, 9],
            id="from who said nothing",
        ),
        pytest.param(
            [A, B, C], [("a", "b"), ("a", "c")], [*[1] * 3, *[0] * 6, *[9] * 18], id="a total of two crosses"
        ),
        pytest.param(list(UNITS), [("unit",), ("team",)], [9, 1, 9, 9], id="the rest of a unit"),
        pytest.param(list(UNITS), [("unit",), ("team",)], [9, 9, 1, 9], id="all teams of a unit"),
        pytest.param(
            # The whole less the other teams is the withheld unit.
            [*hierarchy(("unit", [3]), ("team", [1, 1, 1]))],
            [("unit",), ("team",)],
            [9, 8, 1, 9],
            id="teams of another unit",
        ),
        pytest.param(
            # The cells of a unit add up to it; less the team shown that leaves one person.
            [*UNITS, B],
            [("team",), ("unit", "b")],
            [9, 9, 0, 1, 0, 0, 9, 9, 0, 9, 9, 9],
            id="a team of a unit that has no table",
        ),
        pytest.param(
            # The team is all of its unit; less those who did not say, that leaves two people.
            [*hierarchy(("unit", [2]), ("team", [1, 1])), B],
            [("team",), ("unit", "b")],
            [6, 9, 0, 1, 1, 9, 9, 9, 9],
            id="a row of a unit that has no table",
        ),
        pytest.param(
            # The withheld teams of a unit are known together: in each column, less those shown.
            [*hierarchy(("unit", [2]), ("team", [2, 2])), B],
            [("unit",), ("team",), ("b",), ("team", "b")],
            [3, 1, 0, 2, 3, 0, 9, 9, 0, 9, 9, 0, 9, 9, 9],
            id="withheld teams in a cross",
        ),
        pytest.param(
            [*UNITS, B, C],
            [("unit",), ("unit", "b"), ("team", "c")],
            [*[0] * 3, *[1] * 2, *[0] * 4, *[9] * 27],
            id="crosses of two steps",
        ),
    ],
)
def test_the_thresholds_alone_would_give_a_small_group_away(
    attributes: list, tables: Tables, people: list[int]
) -> None:
    design = design_with(attributes, tables)
    sums = without_noise(design, np.array(people))
    assert small_and_stated(design, sums.counts >= K, np.array(people))
    shown = shown_of(design, sums)
    assert shown.any()
    assert not small_and_stated(design, shown, np.array(people))


def test_a_small_group_of_those_who_did_not_say_costs_no_other_group() -> None:
    design = design_with([attribute("a", 3)], [("a",)])
    shown = shown_of(design, without_noise(design, np.array([9, 8, 7, 1])))
    assert shown.tolist() == [True, True, True, True, False]


def test_a_small_team_costs_one_team_of_its_unit_and_no_other() -> None:
    """Teams: 9, 8 and 2 in the first unit, 9 and 9 in the second, 3 and 2 in the third."""
    design = design_with(hierarchy(("unit", [3]), ("team", [3, 2, 2])), [("unit",), ("team",)])
    shown = shown_of(design, without_noise(design, np.array([9, 8, 2, 9, 9, 3, 2, 7])))
    assert shown[1:5].tolist() == [True, True, True, True]
    assert shown[5:].tolist() == [True, False, False, True, True, False, False, True]


def test_small_cells_of_a_row_that_are_large_together_cost_no_other_cell() -> None:
    design = design_with([A, attribute("b", 3)], [("a",), ("a", "b")])
    shown = shown_of(design, without_noise(design, np.array([4, 4, 9, 0, 9, 9, 9, 0, 9, 9, 9, 9])))
    assert shown[4:12].tolist() == [False, False, True, False, True, True, True, False]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_the_parts_of_a_withheld_group_are_withheld(data: st.DataObject) -> None:
    design = data.draw(a_design())
    shown = shown_of(design, without_noise(design, data.draw(some_people(design))))
    consists = members(design) > 0
    groups = [set(table.tells) for table, _ in groups_of(design)]
    for part in np.flatnonzero(shown):
        for whole, tells in enumerate(groups):
            if tells <= groups[part] and (consists[part] <= consists[whole]).all():
                assert shown[whole]


def test_the_parts_of_a_group_withheld_for_the_sake_of_another_are_withheld_though_they_are_large() -> None:
    """Of two units the second has one person, so the first is withheld; its teams have 10 and 20."""
    design = design_with(UNITS, [("unit",), ("team",)])
    shown = shown_of(design, without_noise(design, np.array([10, 20, 1, 40])))
    assert shown.tolist() == [True, False, False, True, False, False, False, True]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_group_held_for_its_exact_count_is_never_shown_nor_derived(data: st.DataObject) -> None:
    """Noise may lift a small group over the threshold: the exact test holds it, the rule hides it."""
    design = data.draw(a_design())
    people = data.draw(some_people(design))
    sums = without_noise(design, people + data.draw(some_people(design, st.sampled_from([0, 0, 0, 1, 2, 5]))))
    held = (sums.counts >= K) & (members(design) @ people < K)
    shown = shown_of(design, sums, held)
    assert not (shown & held).any()
    groups = members(design)
    named = groups @ who_stated_all(design) > 0
    assert not any(follows(group, groups[shown]) for group in groups[held & named])


@pytest.mark.parametrize(
    ("people", "noise"),
    [
        pytest.param([0, 0, 9, 0, 0, 0, 0, 9, 0], [4, 4, 5, 0, 4, 4, 0, 0, 0], id="all of a unit"),
        pytest.param([9, 0, 3, 0, 0, 0, 1, 9, 0], [0, 0, 0, 0, 5, 0, 5, 0, 0], id="a cell of a cross"),
    ],
)
def test_what_is_held_makes_nothing_large(people: list[int], noise: list[int]) -> None:
    design = design_with([*hierarchy(("unit", [2]), ("team", [1, 1])), B], [("team",), ("unit", "b")])
    sums = without_noise(design, np.add(people, noise))
    groups = members(design)
    held = (sums.counts >= K) & (groups @ people < K)
    assert held.any()
    shown = shown_of(design, sums, held)
    assert shown.any()
    assert not any(follows(group, groups[shown]) for group in groups[held])


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_nothing_is_withheld_where_every_group_is_large(data: st.DataObject) -> None:
    design = data.draw(a_design())
    people = data.draw(some_people(design, st.integers(K, 20)))
    assert shown_of(design, without_noise(design, people)).all()
