import math

import pytest

from privacy import mechanism
from privacy.errors import ContractBroken


def test_the_scale_is_the_stated_formula_rounded_up_to_thousandths() -> None:
    exact = (math.isqrt(111_862_336) + 1) / math.sqrt(2 * 0.185069)
    sigma = mechanism.sigma_of(111_862_336, 185_069)
    assert exact < sigma <= exact + 0.001 + 1e-9
    assert sigma == round(sigma, 3)


@pytest.mark.parametrize("micro_rho", [1, 37, 1_000_000, 10_000_000])
@pytest.mark.parametrize("d2", [0, 1, 2, 15, 10**12])
def test_the_noise_never_costs_more_than_the_loss(d2: int, micro_rho: int) -> None:
    distance = math.isqrt(d2) + 1
    assert distance**2 / (2 * mechanism.sigma_of(d2, micro_rho) ** 2) <= micro_rho / mechanism.MICRO
    assert len(mechanism.draw([5, -5], d2, micro_rho)) == 2


def test_a_scale_that_costs_more_than_the_loss_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    right = mechanism.sigma_of(400, 500_000)
    monkeypatch.setattr(mechanism, "sigma_of", lambda *_: right * 0.999)
    with pytest.raises(ContractBroken, match="cost more"):
        mechanism.draw([0], 400, 500_000)


def test_a_sum_that_could_overflow_is_refused() -> None:
    with pytest.raises(ContractBroken, match="too large"):
        mechanism.draw([0, -mechanism.LARGEST_VALUE], 1, 1_000_000)


def test_epsilon_is_close_to_and_below_the_textbook_conversion() -> None:
    """Bun and Steinke, proposition 1.3: rho + 2 sqrt(rho ln(1 / delta)); OpenDP's conversion is tighter."""
    for micro_rho in (10_000, 185_069, 1_000_000):
        rho = micro_rho / mechanism.MICRO
        textbook = rho + 2 * math.sqrt(rho * math.log(1e6))
        assert 0.8 * textbook < mechanism.epsilon_of(micro_rho, 1e-6) < textbook


def test_no_loss_is_an_epsilon_of_zero() -> None:
    assert mechanism.epsilon_of(0, 1e-6) == 0


@pytest.mark.parametrize("epsilon", [0.01, 0.5, 1.0, 3.0, 8.0])
def test_the_loss_of_an_epsilon_is_the_largest_that_stays_within_it(epsilon: float) -> None:
    micro_rho = mechanism.micro_rho_for(epsilon, 1e-6)
    assert mechanism.epsilon_of(micro_rho, 1e-6) <= epsilon
    assert mechanism.epsilon_of(micro_rho + 1, 1e-6) > epsilon


@pytest.mark.parametrize("epsilon", [0, -1, math.inf, math.nan, 1e-9])
def test_an_epsilon_without_a_loss_is_refused(epsilon: float) -> None:
    with pytest.raises(ValueError, match="epsilon"):
        mechanism.micro_rho_for(epsilon, 1e-6)


@pytest.mark.parametrize(("micro_rho", "delta"), [(-1, 1e-6), (1, 0), (1, 1)])
def test_a_loss_or_delta_out_of_range_is_refused(micro_rho: int, delta: float) -> None:
    with pytest.raises(ValueError, match="loss"):
        mechanism.epsilon_of(micro_rho, delta)
