"""What holds of every row of a release, whatever was drawn."""

from functools import cache
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from privacy.plan import MARGINS, Design, design_of, make_policy
from privacy.rows import ALMOST_ALL, ALMOST_NONE, NUMBERS, WITHHELD, groups_of, rows_of
from privacy.smoothing import FEWEST_GROUPS, smoothed
from privacy.survey import Attribute, Option, Question
from tests.survey_parts import choice, nps, options

ENDS = ("low", "high")
SHARES = ("share", "favourable")


@cache
def design() -> Design:
    questions = [
        Question(name, "scale", {"en": name}, options(5), ("o3", "o4"), theme="t") for name in ("s", "r")
    ]
    questions += [nps("n"), choice("c", 2)]
    invited = (900, 600, 300, 120)
    levels = tuple(Option(f"l{place}", {"en": "x"}, None, size) for place, size in enumerate(invited))
    attributes = [Attribute("a", {"en": "x"}, levels, "roster")]
    policy = make_policy(questions, attributes, [("a",)], epsilon=3, k=5, comment_k=10)
    return design_of(questions, attributes, policy)


@st.composite
def draws(draw: st.DrawFn) -> list[int]:
    """Noisy sums of groups of any size, in which any share gave the first answer and the rest the last."""
    plan = design()
    sizes = draw(st.lists(st.integers(0, 1_200), min_size=5, max_size=5))
    first = draw(st.lists(st.floats(0, 1), min_size=5, max_size=5))
    noise = np.random.default_rng(draw(st.integers(0, 1_000))).normal(0, plan.sigma, plan.size)
    cells = []
    for place, (table, _) in enumerate(groups_of(plan)):
        inside = range(5) if not table.axes else [place - 1]
        total = np.zeros(plan.channels)
        for group in inside:
            lows = round(sizes[group] * first[group])
            features = [np.array([sizes[group]])]
            for embedding in plan.embeddings:
                rows = np.array(embedding.rows)
                features.append(lows * rows[1] + (sizes[group] - lows) * rows[-1])
            total += np.concatenate(features)
        which = plan.tables.index(table)
        multipliers = [np.array([plan.count_multipliers[which]])]
        for embedding, own in zip(plan.embeddings, plan.question_multipliers, strict=True):
            multipliers.append(np.full(embedding.channels, own[which]))
        cells.append(total * np.concatenate(multipliers))
    values = np.append(np.concatenate(cells), 0)
    return [int(value) for value in np.rint(values + noise)]


def released(noisy: list[int]) -> list[dict[str, Any]]:
    plan = design()
    return rows_of(plan, MARGINS, noisy, np.zeros(plan.cells, dtype=bool), responses=1_500, invited=2_000)


@given(draws())
def test_the_combined_margin_is_at_least_each_of_the_two_and_at_most_their_sum(noisy: list[int]) -> None:
    for row in released(noisy):
        if row["combined"] is not None:
            assert row["figure"] != "count"
            assert row["combined"] >= max(row["margin"], row["nonresponse"])
            assert row["combined"] <= row["margin"] + row["nonresponse"] + 1e-9
            assert row["nonresponse"] >= 0


@given(draws())
def test_a_row_has_all_its_numbers_or_words_or_nothing(noisy: list[int]) -> None:
    for row in released(noisy):
        if not row["shown"]:
            assert {name: row[name] for name in WITHHELD} == WITHHELD
        elif row["words"]:
            assert row["figure"] in SHARES
            assert row["words"] == (ALMOST_NONE if row["low"] == 0 else ALMOST_ALL)
            assert (row["low"] == 0) != (row["high"] == 100)
            assert {row[name] for name in NUMBERS if name not in ENDS} == {None}
        else:
            stated = {name for name in NUMBERS if row[name] is not None}
            of_noise = {"value", "low", "high", "margin"}
            assert stated - {"smoothed"} == of_noise | (
                set() if row["figure"] == "count" else {"nonresponse", "combined"}
            )
            if row["figure"] in SHARES:
                assert 0 < row["low"] <= row["high"] < 100


@given(draws())
def test_only_groups_of_a_table_that_shows_three_are_smoothed_and_within_the_possible(
    noisy: list[int],
) -> None:
    rows = released(noisy)
    names = ("figure", "question", "theme", "option")
    for row in rows:
        if row["smoothed"] is not None:
            assert row["table"]
            assert row["figure"] != "count"
            alike = [other for other in rows if all(other[name] == row[name] for name in (*names, "table"))]
            assert sum(other["shown"] for other in alike) >= FEWEST_GROUPS
            if row["figure"] == "mean":
                assert 1 <= row["smoothed"] <= 5


GROUPS = st.lists(
    st.tuples(st.floats(-100, 100), st.floats(0.01, 50), st.booleans()), min_size=1, max_size=12
)


@given(GROUPS)
def test_a_smoothed_value_lies_between_the_honest_one_and_one_centre_for_all(
    groups: list[tuple[float, float, bool]],
) -> None:
    values, errors, shown = (np.array(column) for column in zip(*groups, strict=True))
    drawn = smoothed(values, errors, shown)
    assert (np.isnan(drawn) == ~(shown & (shown.sum() >= FEWEST_GROUPS))).all()
    if shown.sum() >= FEWEST_GROUPS:
        honest, moved = values[shown], (drawn - values)[shown]
        slack = 1e-9
        # Whoever is moved up lies below a centre that lies below whoever is moved down.
        ups, downs = moved > slack, moved < -slack
        ends = drawn[shown]
        if ups.any() and downs.any():
            assert ends[ups].max() <= ends[downs].min() + slack
        assert honest.min() - slack <= ends.min() <= ends.max() <= honest.max() + slack
