"""The weights of a plan: variances without the whole projection, and choices that lose nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.answers import Field
from privacy.consistency import Projection, incidence
from privacy.forecast import forecast
from privacy.plan import MARGINS, Axis, Design, Table, design_of, make_policy
from privacy.spread import Spread
from privacy.survey import Attribute, Question
from privacy.weights import Wish, choose_weights
from tests.survey_parts import attribute, choice, multiple, nps, options


def axis(name: str, size: int, above: Axis | None = None, parents: tuple[int, ...] = ()) -> Axis:
    return Axis(name, Field(name, "position", 0, 1, size - 1), size, above, parents)


@st.composite
def sets_of_tables(draw: st.DrawFn) -> tuple[Table, ...]:
    """The whole, flat attributes, a hierarchy of two or three steps, and perhaps a cross."""
    flats = [axis(f"a{n}", draw(st.integers(2, 5))) for n in range(draw(st.integers(1, 3)))]
    steps = [axis("h0", draw(st.integers(2, 4)))]
    for depth in range(1, draw(st.integers(1, 3))):
        above = steps[-1]
        children = [draw(st.integers(1, 3)) for _ in range(above.size - 1)]
        parents = [place for place, number in enumerate(children) for _ in range(number)]
        steps.append(axis(f"h{depth}", len(parents) + 1, above, (*parents, above.size - 1)))
    tables = [Table(()), *(Table((one,)) for one in (*steps, *flats))]
    if draw(st.booleans()):
        tables.append(Table((draw(st.sampled_from(steps)), flats[0])))
    return tuple(tables)


def dense(tables: tuple[Table, ...], weights: np.ndarray) -> np.ndarray:
    """The same variances from the whole normal matrix."""
    basis = incidence(tables)
    heavy = np.repeat(weights, [table.cells for table in tables])
    return np.diagonal(basis @ np.linalg.inv(basis.T @ (heavy[:, None] * basis)) @ basis.T)


@settings(max_examples=60, deadline=None)
@given(sets_of_tables(), st.integers(0, 2**32))
def test_variances_are_those_of_the_whole_projection(tables: tuple[Table, ...], seed: int) -> None:
    weights = np.random.default_rng(seed).uniform(0.05, 1, len(tables))
    np.testing.assert_allclose(Spread(tables).variances(weights), dense(tables, weights), rtol=1e-7)


@settings(max_examples=30, deadline=None)
@given(sets_of_tables(), st.integers(0, 2**32))
def test_gains_are_the_slope_of_the_variances(tables: tuple[Table, ...], seed: int) -> None:
    random = np.random.default_rng(seed)
    weights = random.uniform(0.2, 1, len(tables))
    spread = Spread(tables)
    importance = random.uniform(0, 1, spread.cells)
    gains = spread.gains(weights, importance)
    step = 1e-5
    for place in range(len(tables)):
        shift = step * np.eye(len(tables))[place]
        fall = importance @ (spread.variances(weights - shift) - spread.variances(weights + shift))
        assert fall / (2 * step) == pytest.approx(gains[place], rel=1e-4)


def planned(
    questions: list[Question], attributes: list[Attribute], expected: list[float], wish: Wish | None = None
) -> tuple[Design, Design]:
    """The design with even weights, and the one with chosen weights."""
    tables = [(one.id,) for one in attributes]
    even = make_policy(questions, attributes, tables, epsilon=3, k=5, comment_k=10)
    design = design_of(questions, attributes, even)
    weights = choose_weights(design, MARGINS, np.array(expected), wish)
    chosen = make_policy(questions, attributes, tables, epsilon=3, k=5, comment_k=10, weights=weights)
    return design, design_of(questions, attributes, chosen)


def scale(name: str, theme: str | None = None) -> Question:
    return Question(name, "scale", {"en": name}, options(5), ("o3", "o4"), theme=theme)


def variance(design: Design, question: int) -> np.ndarray:
    """Of each cell's sum of squares of a question's features, in units of its norm."""
    sums = Projection(design)(np.zeros(design.size, dtype=np.int64))
    return sums.variances[question] * design.embeddings[question].norm


def test_a_group_that_matters_more_is_known_better() -> None:
    questions, attributes = [scale("q")], [attribute("a", 3), attribute("b", 3)]
    expected = [400.0, *[120.0] * 3, 0.0, *[120.0] * 3, 0.0]
    _, plain = planned(questions, attributes, expected)
    _, wished = planned(questions, attributes, expected, Wish({}, {("b",): 8.0}))
    assert variance(wished, 0)[5:8].max() < variance(plain, 0)[5:8].min()


def test_a_question_that_matters_more_is_known_better() -> None:
    questions, attributes = [scale("q"), scale("r")], [attribute("a", 3)]
    expected = [400.0, *[120.0] * 3, 0.0]
    _, plain = planned(questions, attributes, expected)
    _, wished = planned(questions, attributes, expected, Wish({"r": 8.0}, {}))
    assert variance(wished, 1).max() < 0.8 * variance(plain, 1).max()


@pytest.mark.parametrize("people", [60, 300, 2_000, 20_000])
def test_chosen_weights_show_no_fewer_groups_and_smaller_margins_than_even_ones(people: int) -> None:
    """By the plan's own measure: squared margins over squared limits, what is withheld counting as 1."""
    questions = [*(scale(f"q{n}", f"t{n % 2}") for n in range(6)), nps("n"), choice("c", 3), multiple("m", 4)]
    attributes = [attribute("a", 6), attribute("b", 3)]
    sizes = [1 / (1 + place) for place in range(6)]
    groups = [0.9 * people * size / sum(sizes) for size in sizes]
    expected = np.array([people, *groups, 0, *[0.3 * people] * 3, 0])

    def loss(design: Design) -> float:
        figures = forecast(design, MARGINS, expected)
        squares = [min(1, (one.margin or 9e9) / one.limit) ** 2 for one in figures]
        return float(np.mean(squares)) - sum(one.shown for one in figures) / sum(
            one.groups for one in figures
        )

    even, chosen = planned(questions, attributes, expected.tolist())
    assert loss(chosen) <= loss(even) + 0.01


def test_every_weight_is_a_positive_integer_even_where_nothing_can_pass() -> None:
    for expected in ([2.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]):
        _, design = planned([scale("q"), multiple("m", 6)], [attribute("a", 2)], expected)
        multipliers = [
            *design.count_multipliers,
            *(one for row in design.question_multipliers for one in row),
        ]
        assert min(multipliers) >= 1


def test_a_survey_of_texts_alone_has_weights() -> None:
    text = Question("t", "text", {"en": "t"}, max_bytes=10)
    _, design = planned([text], [attribute("a", 2)], [10.0, 5.0, 5.0, 0.0])
    assert design.question_multipliers == ()
