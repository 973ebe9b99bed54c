"""The complementary rule on noisy counts that no numbers of people give."""

from dataclasses import replace

import numpy as np

from privacy.complement import Complement
from privacy.consistency import Projection
from privacy.gate import passes
from privacy.plan import Design, design_of, make_policy
from privacy.rows import groups_of
from tests.survey_parts import attribute, hierarchy

A, B = attribute("a", 2), attribute("b", 2)


def design_with(attributes: list, tables: list) -> Design:
    return design_of((), attributes, make_policy((), attributes, tables, epsilon=3, k=5, comment_k=10))


def shown_of(design: Design, counts: dict[tuple[int, ...], float], usual: float = 1_000) -> set[tuple]:
    """The groups shown, each a table's place and levels, if counts are ``usual`` but for those stated."""
    places = {table.attributes: place for place, table in enumerate(design.tables)}
    groups = [(places[table.attributes], *levels) for table, levels in groups_of(design)]
    sums = Projection(design)([0] * design.size)
    sums = replace(sums, counts=np.array([counts.get(group, usual) for group in groups]))
    shown = Complement(design, sums, passes(design, sums), np.zeros(design.cells, dtype=bool)).shown()
    return {group for group, flag in zip(groups, shown, strict=True) if flag}


def test_the_parts_of_not_said_are_withheld_with_it_whatever_the_noise() -> None:
    design = design_with([A, B], [("a",), ("a", "b")])
    shown = shown_of(design, {(1, 2): 3.0})
    assert not {group for group in shown if group[:2] in ((1, 2), (2, 2))}
    assert len(shown) == design.cells - 4


def test_the_parts_of_what_is_withheld_are_withheld_however_large_the_noise_makes_them() -> None:
    """The second unit hides the first; each of the first's teams passes by itself."""
    design = design_with([*hierarchy(("unit", [3]), ("team", [2, 1, 1]))], [("unit",), ("team",)])
    assert shown_of(design, {(1, 0): 3.0, (1, 1): 900.0}) == {
        *((0,), (1, 2), (1, 3)),
        *((2, 3), (2, 4)),
    }


def test_a_withheld_cell_needs_a_large_one_beside_it_by_the_noisy_test() -> None:
    """Two cells that do not pass alone are enough if their sum is k and z of its standard errors."""
    design = design_with([*hierarchy(("unit", [2]), ("team", [3, 2]))], [("unit",), ("team",)])
    errors = Projection(design)([0] * design.size)
    first, second = 4, 5
    both = np.sqrt(errors.covariance[first : second + 1, first : second + 1].sum())
    enough = (design.k + design.z * both) / 2
    assert enough < design.k + design.z * errors.count_errors[first]
    for sums_to_enough, number in ((0.01, 0), (-0.01, 1)):
        count = enough + sums_to_enough
        shown = shown_of(design, {(2, 0): count, (2, 1): count, (2, 2): 900.0})
        assert len(shown) == design.cells - 2 - number
        assert ((2, 2) in shown) == (number == 0)


def test_half_of_400_teams_too_small_cost_one_more_team_of_each_department_and_nothing_else() -> None:
    steps = hierarchy(("division", [8]), ("department", [5] * 8), ("team", [10] * 40))
    flats = [attribute(f"a{number}", 6) for number in range(8)]
    attributes = [*steps, *flats]
    tables = [(one.id,) for one in attributes]
    small = {(3, team): 0.0 for team in range(0, 400, 2) if team % 20}
    shown = shown_of(design_with(attributes, tables), small)
    assert {group for group in shown if group[0] != 3} == {
        (place, *([level] * bool(place)))
        for place, size in ((0, 1), (1, 9), (2, 41), *((place, 7) for place in range(4, 12)))
        for level in range(size)
    }
    per_department = [sum((3, 10 * unit + team) in shown for team in range(10)) for unit in range(40)]
    assert per_department == [5, 4] * 20  # with 4 and 5 small teams
