"""The drawn integers follow the discrete Gaussian of the stated scale; wrong scales are noticed.

Each chi-square test fails by bad luck once in a million runs.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from privacy.count import count
from privacy.mechanism import draw, sigma_of
from privacy.plan import Design, design_of
from privacy.release import protect

ALARM = 1e-6
BINS = 40
DRAWS = 60_000
D2, MICRO_RHO = 40_000, 500_000


def discrete_gaussian(sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """Whole numbers to 12 sigma and their probabilities, proportional to exp(-x^2 / 2 sigma^2)."""
    reach = int(np.ceil(12 * sigma))
    values = np.arange(-reach, reach + 1)
    weights = np.exp(-(values**2) / (2 * sigma**2))
    return values, weights / weights.sum()


def follows(sample: np.ndarray, sigma: float) -> bool:
    """Whether a chi-square test over bins of about equal probability accepts the law of scale ``sigma``."""
    values, probabilities = discrete_gaussian(sigma)
    bins = np.minimum((np.cumsum(probabilities) * BINS).astype(int), BINS - 1)
    place = np.clip(sample - values[0], 0, len(values) - 1)
    observed = np.bincount(bins[place], minlength=BINS)
    expected = np.bincount(bins, weights=probabilities, minlength=BINS) * len(sample)
    return bool(((observed - expected) ** 2 / expected).sum() < stats.chi2.isf(ALARM, BINS - 1))


def test_the_mechanism_draws_the_discrete_gaussian_of_its_scale() -> None:
    sample = np.array(draw([0] * DRAWS, D2, MICRO_RHO))
    assert follows(sample, sigma_of(D2, MICRO_RHO))


def test_the_noise_does_not_depend_on_the_value() -> None:
    sample = np.array(draw([1_000_003] * DRAWS, D2, MICRO_RHO)) - 1_000_003
    assert follows(sample, sigma_of(D2, MICRO_RHO))


def test_neighbouring_values_get_independent_noise() -> None:
    sample = np.array(draw([0] * DRAWS, D2, MICRO_RHO)).reshape(-1, 2)
    # Sums and differences of independent normal values have twice the variance and do not correlate.
    spread = sample @ np.array([[1, 1], [1, -1]]) / (np.sqrt(2) * sigma_of(D2, MICRO_RHO))
    limit = stats.norm.isf(ALARM / 6)
    for column in spread.T:
        assert abs((column**2).mean() - 1) < limit * np.sqrt(2 / len(spread))
    assert abs((spread[:, 0] * spread[:, 1]).mean()) < limit / np.sqrt(len(spread))


@pytest.mark.parametrize(
    ("fault", "d2"),
    [("sigma x 0.95", round(0.95**2 * D2)), ("sigma x 1.05", round(1.05**2 * D2)), ("half of D2", D2 // 2)],
)
def test_noise_of_a_wrong_scale_is_noticed(fault: str, d2: int) -> None:
    sample = np.array(draw([0] * DRAWS, d2, MICRO_RHO))
    assert not follows(sample, sigma_of(D2, MICRO_RHO)), fault


def test_noise_that_is_rounded_to_even_numbers_is_noticed() -> None:
    sample = np.array(draw([0] * DRAWS, D2, MICRO_RHO))
    values, probabilities = discrete_gaussian(sigma_of(D2, MICRO_RHO))
    even = probabilities[values % 2 == 0].sum()
    limit = stats.norm.isf(ALARM / 2) * np.sqrt(even * (1 - even) / DRAWS)
    assert abs((sample % 2 == 0).mean() - even) < limit
    assert abs((sample // 2 * 2 % 2 == 0).mean() - even) > limit


@pytest.fixture(scope="module")
def design(plans: SimpleNamespace) -> Design:
    questions = [plans.scale(f"q{place}") for place in range(20)]
    attributes = [plans.attribute(f"a{place}", levels) for place, levels in enumerate((12, 6, 5, 4, 3, 3))]
    policy = plans.policy(questions, attributes, [(attribute.id,) for attribute in attributes])
    return design_of(questions, attributes, policy)


def test_a_stored_draw_has_noise_of_the_scale_that_the_release_states(
    plans: SimpleNamespace, design: Design
) -> None:
    policy = plans.policy(design.questions, design.attributes, [table.attributes for table in design.tables])
    nobody = count(design, np.zeros((0, design.row_size), dtype=np.uint8))
    sample = np.concatenate([protect(design, nobody, 0, {}, policy).noisy for _ in range(10)])
    assert follows(sample, design.sigma)
    assert not follows(np.rint(0.95 * sample).astype(int), design.sigma)


def test_at_the_scale_of_a_release_rounded_normal_noise_has_the_same_law(design: Design) -> None:
    """What lets other tests simulate releases with numpy: the two laws differ by less than 1e-8."""
    values, probabilities = discrete_gaussian(design.sigma)
    rounded = np.diff(stats.norm.cdf(np.append(values - 0.5, values[-1] + 0.5) / design.sigma))
    assert np.abs(rounded - probabilities).sum() < 1e-8
