import numpy as np
import pytest

from privacy.consistency import Projection
from privacy.estimate import estimate
from privacy.figures import figures_of
from privacy.plan import MARGINS, Design, design_of, make_policy
from privacy.rows import DECIMALS, groups_of, rows_of
from privacy.survey import Attribute, Option, Question

EVERYBODY = 1_000_000  # on the board, so that no interval is cut


def options(size: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": "x"}) for place in range(size))


@pytest.fixture(scope="module")
def design() -> Design:
    questions = (Question("s", "scale", {"en": "x"}, options(5), ("o4",)), Question("n", "nps", {"en": "x"}))
    attributes = (Attribute("a", {"en": "x"}, options(2)), Attribute("b", {"en": "x"}, options(1)))
    policy = make_policy(questions, attributes, [("a",), ("a", "b")], epsilon=3, k=5, comment_k=10)
    return design_of(questions, attributes, policy)


def a_draw(design: Design) -> list[int]:
    """Noisy sums of a few hundred people in every group."""
    random = np.random.default_rng(8)
    cells = random.normal(0, design.sigma, (design.cells, design.channels))
    people = np.repeat([1_800, 600, 300], [1, 3, 6])
    cells[:, 0] += people * np.repeat(design.count_multipliers, [table.cells for table in design.tables])
    return [*np.rint(cells).astype(int).ravel().tolist(), 0]


def test_groups_come_in_the_order_of_cells_with_not_said_last(design: Design) -> None:
    rows = rows_of(design, MARGINS, a_draw(design), np.zeros(design.cells, dtype=bool), EVERYBODY)
    groups = [(row["table"], row["group"]) for row in rows if row["figure"] == "count"]
    assert groups[:4] == [
        ([], {}),
        (["a"], {"a": "o0"}),
        (["a"], {"a": "o1"}),
        (["a"], {"a": "not-said"}),
    ]
    assert groups[4:6] == [
        (["a", "b"], {"a": "o0", "b": "o0"}),
        (["a", "b"], {"a": "o0", "b": "not-said"}),
    ]
    assert len(groups) == design.cells == len(list(groups_of(design)))


def test_ends_and_margins_are_rounded_outwards_to_their_decimals(design: Design) -> None:
    draw = a_draw(design)
    rows = rows_of(design, MARGINS, draw, np.zeros(design.cells, dtype=bool), EVERYBODY)
    figures = figures_of(design)
    sums = Projection(design)(draw)
    exact = [estimate(design, sums, figure) for figure in figures]
    seen = 0
    for place, row in enumerate(rows):
        if row["shown"]:
            seen += 1
            cell, which = divmod(place, len(figures))
            step = 10.0 ** -DECIMALS[row["figure"]]
            values = exact[which]
            assert abs(row["value"] - values.value[cell]) <= step / 2 + 1e-9
            assert values.low[cell] - step < row["low"] <= values.low[cell]
            assert values.high[cell] <= row["high"] < values.high[cell] + step
            assert values.margin[cell] <= row["margin"] < values.margin[cell] + step
    assert seen > 50


def test_marked_groups_are_withheld_and_nothing_else_changes_in_their_rows(design: Design) -> None:
    draw = a_draw(design)
    marks = np.zeros(design.cells, dtype=bool)
    marks[2] = True
    plain, marked = (rows_of(design, MARGINS, draw, held, EVERYBODY) for held in (marks & False, marks))
    for one, two in zip(plain, marked, strict=True):
        if two["group"].get("a") == "o1":
            assert not two["shown"]
        elif two["shown"]:
            assert two == one


def test_no_interval_of_a_count_reaches_beyond_the_board_and_no_value_is_moved(design: Design) -> None:
    draw, marks = a_draw(design), np.zeros(design.cells, dtype=bool)
    free, cut = (rows_of(design, MARGINS, draw, marks, responses) for responses in (EVERYBODY, 590))
    over = 0
    for one, two in zip(free, cut, strict=True):
        if one["figure"] == "count" and one["shown"]:
            over += one["low"] > 590
            assert two == {**one, "low": min(one["low"], 590), "high": min(one["high"], 590)}
        else:
            assert two == one
    assert over >= 1
