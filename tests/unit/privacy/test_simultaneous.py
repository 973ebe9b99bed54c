from dataclasses import replace

import pytest

from privacy.contrast import Estimate, estimate_of
from privacy.intervals import Z
from privacy.simultaneous import sidak_z, side_by_side, simultaneous


def an_estimate(value: float) -> Estimate:
    """With a margin of 1."""
    return estimate_of(value, (1.0, 1.0), (0.0, 0.0), 1.0, decimals=3)


def test_one_comparison_is_not_widened_and_more_are_by_sidak() -> None:
    assert sidak_z(1) == pytest.approx(Z)
    assert sidak_z(0) == pytest.approx(Z)
    assert sidak_z(10) == pytest.approx(2.5596, abs=0.0005)  # 0.9 ** (1 / 10) = 0.98952
    assert sidak_z(20) > sidak_z(10)


def test_a_verdict_that_chance_among_many_explains_becomes_cannot_tell() -> None:
    found = an_estimate(1.2)
    assert found.verdict == "higher"
    assert [simultaneous(found, number) for number in (1, 3, 20)] == ["higher", "cannot tell", "cannot tell"]
    assert simultaneous(an_estimate(-2.0), 20) == "lower"


def test_each_side_is_widened_by_itself() -> None:
    uneven = replace(an_estimate(1.2), low=0.9, high=9.0)
    assert simultaneous(uneven, 20) == "higher"


def test_side_by_side_says_how_many_would_have_a_verdict_by_chance() -> None:
    found = side_by_side({"a": an_estimate(0.5), "b": an_estimate(3), "c": an_estimate(-3)})
    assert (found.compared, found.expected_by_chance) == (3, 0.3)
    assert found.verdicts == {"a": "cannot tell", "b": "higher", "c": "lower"}
    assert side_by_side({}).compared == 0
