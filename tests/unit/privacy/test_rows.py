from typing import Any

import numpy as np
import pytest

from privacy.consistency import Projection
from privacy.estimate import estimate
from privacy.figures import figures_of
from privacy.plan import MARGINS, Design, design_of, make_policy
from privacy.rows import DECIMALS, NUMBERS, groups_of, rows_of
from privacy.survey import Attribute, Option, Question

EVERYBODY = 1_000_000  # on the board, so that no interval is cut


def options(size: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": "x"}) for place in range(size))


@pytest.fixture(scope="module")
def design() -> Design:
    questions = (Question("s", "scale", {"en": "x"}, options(5), ("o4",)), Question("n", "nps", {"en": "x"}))
    attributes = (Attribute("a", {"en": "x"}, options(2)), Attribute("b", {"en": "x"}, options(2)))
    policy = make_policy(questions, attributes, [("a",), ("a", "b")], epsilon=3, k=5, comment_k=10)
    return design_of(questions, attributes, policy)


def a_draw(design: Design) -> list[int]:
    """Noisy sums of a few hundred people in every group."""
    random = np.random.default_rng(8)
    cells = random.normal(0, design.sigma, (design.cells, design.channels))
    people = np.repeat([1_800, 600, 200], [1, 3, 9])
    cells[:, 0] += people * np.repeat(design.count_multipliers, [table.cells for table in design.tables])
    return [*np.rint(cells).astype(int).ravel().tolist(), 0]


def released(
    design: Design,
    draw: list[int],
    marks: np.ndarray | None = None,
    responses: int = EVERYBODY,
    **limits: float,
) -> list[dict[str, Any]]:
    marks = np.zeros(design.cells, dtype=bool) if marks is None else marks
    return rows_of(design, {**MARGINS, **limits}, draw, marks, responses=responses, invited=EVERYBODY)


def but(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def test_groups_come_in_the_order_of_cells_with_not_said_last(design: Design) -> None:
    rows = released(design, a_draw(design))
    groups = [(row["table"], row["group"]) for row in rows if row["figure"] == "count"]
    assert groups[:4] == [
        ([], {}),
        (["a"], {"a": "o0"}),
        (["a"], {"a": "o1"}),
        (["a"], {"a": "not-said"}),
    ]
    assert groups[4:7] == [
        (["a", "b"], {"a": "o0", "b": "o0"}),
        (["a", "b"], {"a": "o0", "b": "o1"}),
        (["a", "b"], {"a": "o0", "b": "not-said"}),
    ]
    assert len(groups) == design.cells == len(list(groups_of(design)))


def test_ends_and_margins_are_rounded_outwards_to_their_decimals(design: Design) -> None:
    draw = a_draw(design)
    rows = released(design, draw)
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
    """But for what the others of their tables are smoothed towards."""
    draw = a_draw(design)
    marks = np.zeros(design.cells, dtype=bool)
    marks[2] = True
    plain, marked = released(design, draw), released(design, draw, marks)
    for one, two in zip(plain, marked, strict=True):
        if two["group"].get("a") == "o1":
            assert not two["shown"]
        elif two["shown"]:
            assert but(two, "smoothed") == but(one, "smoothed")


def test_no_interval_of_a_count_reaches_beyond_the_board_and_no_value_is_moved(design: Design) -> None:
    draw = a_draw(design)
    free, cut = (released(design, draw, responses=responses) for responses in (EVERYBODY, 590))
    over = 0
    for one, two in zip(free, cut, strict=True):
        if one["figure"] == "count" and one["shown"]:
            over += one["low"] > 590
            assert two == {**one, "low": min(one["low"], 590), "high": min(one["high"], 590)}
        else:
            assert but(two, "nonresponse", "combined") == but(one, "nonresponse", "combined")
    assert over >= 1


def test_a_withheld_row_has_no_number_and_no_words(design: Design) -> None:
    withheld = [row for row in released(design, a_draw(design), scale=0.05) if not row["shown"]]
    assert withheld
    assert {row[name] for row in withheld for name in (*NUMBERS, "words")} == {None}


def test_a_count_has_the_margin_of_the_noise_alone(design: Design) -> None:
    counts = [row for row in released(design, a_draw(design)) if row["figure"] == "count"]
    assert all(row["margin"] > 0 for row in counts)
    assert {row[name] for row in counts for name in ("nonresponse", "combined", "smoothed")} == {None}
