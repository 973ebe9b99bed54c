"""The accuracy benchmark measures what it says: small cases whose answer is known, and one small run."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest
from accuracy_bound import least_for_answers, least_for_groups
from accuracy_data import ANSWERS, ITEMS, respond
from accuracy_errors import COUNT, KINDS, distance, first_order
from accuracy_methods import (
    QUERIES,
    Released,
    design_for,
    figures_from,
    gaussian_scale,
    laplace_scale,
    per_query,
    release,
)
from accuracy_plot import Panel, svg

PEOPLE, EPSILON, DRAWS = 300, 3.0, 6


@pytest.fixture(scope="module")
def design():
    return design_for(PEOPLE, EPSILON)


@pytest.fixture(scope="module")
def answered(design):
    return respond(design, PEOPLE, seed=1)


@pytest.fixture(scope="module")
def released(design, answered) -> Released:
    return release(design, answered, DRAWS)


def squares(errors, chosen):
    return {kind: np.square(errors[..., place])[:, chosen].mean() for kind, place in KINDS.items()}


def test_one_attribute_alone_is_best_asked_as_it_is():
    least = least_for_groups([4], np.array([0.0, 1, 1, 1, 1]))
    assert least.bound == pytest.approx(4)
    assert least.reached == pytest.approx(4)
    assert least.classical == pytest.approx(4)


def test_one_number_a_person_costs_the_square_of_its_range_around_the_middle():
    # Three answers 0, 1, 2 whose mean is to be told from a count that is known for free.
    scores = np.array([[-1.0, 0.0, 1.0]])
    least = least_for_answers(scores, 1e-6, 2)
    assert least.bound == pytest.approx(4, rel=1e-2)
    assert least.reached == pytest.approx(4, rel=1e-2)


def test_the_bound_lies_between_the_classical_one_and_a_mechanism_that_exists():
    for least in (
        least_for_groups([4, 3], np.array([1.0, 1, 2, 3, 4, 5, 1, 9])),
        least_for_answers(np.random.default_rng(1).normal(size=(3, 4)), 1.0, 3),
    ):
        assert least.classical <= least.bound <= least.reached * (1 + 1e-9)
        assert least.reached <= 1.002 * least.bound


def test_no_plan_is_below_the_bound_and_even_weights_are_further_from_it():
    every = np.ones(34, dtype=np.bool_)
    planned, even = (
        distance(design_for(20_000, EPSILON, even=even), 20_000, every, weights=(COUNT,))
        for even in (False, True)
    )
    assert 1 <= planned.best < even.best
    assert planned.best == pytest.approx(planned.tables * planned.answers)
    assert planned.best <= planned.classical


def test_a_person_is_counted_once_in_each_query(design):
    assert respond(design, 1, seed=1).histogram.sum() == QUERIES


def test_figures_are_read_from_the_histogram_as_the_estimator_reads_them(released):
    known = released.histogram[..., :ANSWERS].sum(axis=-1) > 0
    assert figures_from(released.histogram)[known] == pytest.approx(released.figures[known], abs=1e-6)


def test_without_noise_nothing_is_wrong(answered):
    exact = answered.histogram
    assert not first_order(exact, exact).any()
    assert figures_from(exact).shape == (34, ITEMS, ANSWERS + 2)


def test_published_figures_have_less_error_than_those_of_even_queries(design, answered, released):
    random = np.random.default_rng(1)
    scales = {"normal": gaussian_scale(design.micro_rho), "laplace": laplace_scale(EPSILON)}
    gaussian, laplace = (
        per_query(answered, DRAWS, random, scale=scale, law=law) for law, scale in scales.items()
    )
    groups = released.shown[..., 0].mean(axis=(0, 2)) >= 0.5
    assert groups.any()
    ours, normal, exponential = (
        squares(first_order(noisy, answered.histogram), groups)
        for noisy in (released.histogram, gaussian, laplace)
    )
    for kind in ("mean", "favourable"):
        assert ours[kind] < normal[kind] < exponential[kind]


def test_the_picture_is_one_that_a_browser_draws():
    panel = Panel("1 < 2 & 3", {"AIM": [(10.0, 0.5), (100.0, 0.05)]}, 50.0)
    root = ET.fromstring(svg([panel, panel], columns=2))  # noqa: S314
    assert [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")].count("1 < 2 & 3") == 2
