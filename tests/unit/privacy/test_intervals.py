import numpy as np
import pytest

from privacy.intervals import Ratio, Z, fieller


def ratio(*values: float) -> Ratio:
    return Ratio(*(np.array([value]) for value in values))


def test_a_known_denominator_gives_the_plain_normal_interval() -> None:
    low, high = fieller(ratio(30.0, 10.0, 4.0, 0.0, 0.0))
    assert low[0] == pytest.approx(3 - Z * 0.2)
    assert high[0] == pytest.approx(3 + Z * 0.2)


def test_the_ends_are_the_ratios_that_are_just_not_contradicted() -> None:
    given = ratio(120.0, 40.0, 90.0, 12.0, 25.0)
    for end in fieller(given):
        away = given.numerator - end * given.denominator
        variance = given.numerator_variance - 2 * end * given.covariance + end**2 * given.denominator_variance
        np.testing.assert_allclose(away**2, Z**2 * variance)


@pytest.mark.parametrize("denominator", [0.0, 5.0, -40.0])
def test_a_denominator_that_may_be_zero_leaves_everything_open(denominator: float) -> None:
    low, high = fieller(ratio(10.0, denominator, 1.0, 0.0, 25.0))
    assert (low[0], high[0]) == (-np.inf, np.inf)


def test_intervals_cover_nine_of_ten_even_with_a_noisy_denominator() -> None:
    """30 people with a standard error of 6; a linearised interval would miss more often above than below."""
    random = np.random.default_rng(3)
    covariance = np.array([[500.0, 60.0], [60.0, 36.0]])
    noise = random.multivariate_normal([0, 0], covariance, 100_000)
    numerator, denominator = 105 + noise[:, 0], 30 + noise[:, 1]
    full = [np.full(len(noise), value) for value in (500.0, 60.0, 36.0)]
    low, high = fieller(Ratio(numerator, denominator, *full))
    assert ((low <= 3.5) & (high >= 3.5)).mean() == pytest.approx(0.9, abs=0.005)
