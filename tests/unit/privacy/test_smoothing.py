"""Smoothing draws groups together by how little is known of them, and errs less over all of them."""

import numpy as np
import pytest

from privacy.smoothing import smoothed


def of(values: list[float], errors: list[float], shown: list[bool] | None = None) -> np.ndarray:
    flags = np.ones(len(values), dtype=bool) if shown is None else np.array(shown)
    return smoothed(np.array(values), np.array(errors), flags)


def test_what_is_less_known_is_drawn_further() -> None:
    drawn = of([2.0, 3.0, 3.1, 4.0], [0.2, 0.2, 0.2, 0.6])
    assert 2.0 < drawn[0] < 2.2
    assert 3.2 < drawn[3] < 3.8


def test_groups_that_differ_by_no_more_than_their_noise_are_all_at_their_mean() -> None:
    drawn = of([2.9, 3.0, 3.1], [0.5, 0.5, 1.0])
    np.testing.assert_allclose(drawn, (2.9 / 0.25 + 3.0 / 0.25 + 3.1) / 9)


def test_groups_that_are_known_well_stay_where_they_are() -> None:
    np.testing.assert_allclose(of([1.0, 3.0, 5.0], [0.01] * 3), [1.0, 3.0, 5.0], atol=1e-3)


def test_between_groups_of_equal_noise_it_is_the_textbooks_estimate() -> None:
    """The variance between is then the sample's less that of the noise."""
    values = np.array([1.0, 2.0, 3.0, 4.0])
    between = values.var(ddof=1) - 0.5**2
    expected = values.mean() + between / (between + 0.5**2) * (values - values.mean())
    np.testing.assert_allclose(of(values.tolist(), [0.5] * 4), expected)


def test_fewer_than_three_groups_have_none_and_hidden_ones_no_part() -> None:
    assert np.isnan(of([1.0, 2.0], [0.1, 0.1])).all()
    assert np.isnan(of([1.0, 2.0, 3.0], [0.1] * 3, [True, True, False])).all()
    assert np.isnan(of([1.0], [0.1], [False])).all()
    drawn = of([1.0, 2.0, 3.0, np.inf], [0.5, 0.5, 0.5, np.inf], [True, True, True, False])
    np.testing.assert_allclose(drawn[:3], of([1.0, 2.0, 3.0], [0.5] * 3))
    assert np.isnan(drawn[3])


def test_groups_without_any_noise_stay_where_they_are() -> None:
    np.testing.assert_allclose(of([100.0, 100.0, 100.0], [0.0] * 3), 100.0)
    np.testing.assert_allclose(of([1.0, 2.0, 4.0], [0.0] * 3), [1.0, 2.0, 4.0], atol=1e-9)


def test_figures_are_smoothed_each_by_itself() -> None:
    values = np.array([[1.0, 2.0, 4.0], [3.0, 3.1, 2.9]])
    errors = np.array([[0.5, 0.4, 0.3], [0.2, 0.3, 0.4]])
    together = smoothed(values, errors, np.ones((2, 3), dtype=bool))
    for row in range(2):
        np.testing.assert_allclose(together[row], of(values[row].tolist(), errors[row].tolist()))


@pytest.mark.parametrize("groups", [3, 5, 12])
@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0, 2.0])
def test_over_the_groups_of_a_table_it_errs_less_than_the_honest_estimate(groups: int, spread: float) -> None:
    """Errors of the noise are one on average and differ fourfold; ``spread`` is that of the groups."""
    random = np.random.default_rng(11)
    errors = np.geomspace(0.5, 2.0, groups) * np.ones((20_000, 1))
    truth = random.normal(0, spread, errors.shape)
    values = truth + random.normal(0, errors)
    drawn = smoothed(values, errors, np.ones(errors.shape, dtype=bool))
    ratio = np.sqrt(np.square(drawn - truth).mean() / np.square(values - truth).mean())
    assert ratio < {0.0: 0.65, 0.5: 0.75, 1.0: 0.87, 2.0: 0.98}[spread]
