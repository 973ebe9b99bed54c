"""The correlation of the noise in two groups is that of what the least squares make of drawn noise."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.consistency import Projection
from privacy.contract import Weights
from privacy.correlation import correlation
from privacy.plan import Design, design_of, make_policy
from privacy.survey import Attribute, Option

DRAWS = 20_000
BOUND = 0.04  # over five standard errors of a correlation of so many draws


@st.composite
def a_design(draw: st.DrawFn, plans: SimpleNamespace) -> Design:
    """A hierarchy of two steps, two more attributes and a cross, with any weights of the tables."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    parents = np.repeat(np.arange(len(sizes)), sizes)
    teams = tuple(Option(f"t{i}", {"en": "x"}, parent=f"o{unit}") for i, unit in enumerate(parents))
    attributes = [
        plans.attribute("unit", len(sizes)),
        Attribute("team", {"en": "x"}, teams, parent="unit"),
        plans.attribute("a", draw(st.integers(2, 3))),
        plans.attribute("b", draw(st.integers(2, 3))),
    ]
    possible = [("unit",), ("team",), ("a",), ("b",), ("a", "b"), ("unit", "a")]
    tables = draw(st.lists(st.sampled_from(possible), min_size=1, unique=True))
    number = len(tables) + 1
    several = st.lists(st.integers(1, 40), min_size=number, max_size=number)
    weights = Weights((500,) * number, tuple(draw(several)), (7, 9))
    questions = [plans.scale("s", 3, (2,)), plans.nps("n")]
    policy = make_policy(questions, attributes, tables, epsilon=3, k=5, comment_k=10, weights=weights)
    return design_of(questions, attributes, policy)


@given(st.data())
@settings(max_examples=40)
def test_it_is_that_of_the_exact_covariance(plans: SimpleNamespace, data: st.DataObject) -> None:
    design = data.draw(a_design(plans))
    cells = data.draw(st.lists(st.integers(0, design.cells - 1), min_size=1, max_size=9))
    same = replace(design, count_multipliers=design.question_multipliers[1])  # its covariance is known whole
    covariance = Projection(same)(np.zeros(design.size, dtype=np.int64)).covariance
    errors = np.sqrt(np.diagonal(covariance))
    expected = (covariance / np.outer(errors, errors))[np.ix_(cells, cells)]
    np.testing.assert_allclose(correlation(design, cells), expected, atol=1e-9)


@given(st.data())
@settings(max_examples=8)
def test_it_is_that_of_drawn_noise(plans: SimpleNamespace, data: st.DataObject) -> None:
    design = data.draw(a_design(plans))
    random = np.random.default_rng(3)
    drawn = np.rint(random.normal(0, design.sigma, (DRAWS // design.channels, design.size)))
    channels = np.concatenate(Projection(design)(drawn.astype(np.int64)).features, axis=-1)
    values = np.moveaxis(channels / channels.std(axis=(0, 1)), 1, 2).reshape(-1, design.cells)
    expected = correlation(design, range(design.cells))
    assert np.abs(np.corrcoef(values.T) - expected).max() < BOUND


@given(st.data())
@settings(max_examples=40)
def test_every_group_shares_noise_with_itself_and_with_the_whole(
    plans: SimpleNamespace, data: st.DataObject
) -> None:
    design = data.draw(a_design(plans))
    alike = correlation(design, range(design.cells))
    np.testing.assert_allclose(np.diagonal(alike), 1)
    np.testing.assert_allclose(alike, alike.T, atol=1e-12)
    assert (alike[0, 1:] > 0).all()
