"""What holds for the difference of any two released rows."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from privacy.evaluate import Difference, NotCompared, difference
from privacy.rows import WITHHELD

NUMBERS = st.decimals(0, 100, places=1).map(float)
VALUES = st.decimals(-150, 150, places=1).map(float)

ROUNDINGS = 0.151  # of three numbers to one decimal


@st.composite
def a_row(draw: st.DrawFn) -> Mapping[str, Any]:
    row = {"figure": "share", "question": "q", "theme": None, "option": "o"}
    value = draw(st.none() | VALUES)
    if value is None:
        return {**row, **WITHHELD}
    below, above = draw(NUMBERS), draw(NUMBERS)
    ends = [min(100.0, max(0.0, round(end, 1))) for end in (value - below, value + above)]
    numbers = {"low": ends[0], "high": ends[1], "margin": max(below, above), "nonresponse": draw(NUMBERS)}
    return {**row, **WITHHELD, "value": value, **numbers, "shown": True}


@given(a_row(), a_row(), st.floats(-1, 1))
def test_turned_round_a_difference_is_its_negative(
    one: Mapping[str, Any], other: Mapping[str, Any], correlation: float
) -> None:
    there = difference(one, other, correlation=correlation)
    back = difference(other, one, correlation=correlation)
    if isinstance(there, NotCompared):
        assert back == there
        return
    assert (back.value, back.low, back.high) == (-there.value, -there.high, -there.low)
    assert (back.margin, back.nonresponse, back.combined) == (
        there.margin,
        there.nonresponse,
        there.combined,
    )
    turned = {"higher": "lower", "lower": "higher", "cannot tell": "cannot tell"}
    assert back.verdict == turned[there.verdict]


@given(a_row(), a_row(), st.floats(-1, 1), st.floats(0, 1))
def test_the_verdict_is_the_interval_s_and_the_interval_holds_both_errors(
    one: Mapping[str, Any], other: Mapping[str, Any], correlation: float, part: float
) -> None:
    found = difference(one, other, correlation=correlation, part=part)
    if isinstance(found, NotCompared):
        assert None in (one["value"], other["value"])
        return
    assert isinstance(found, Difference)
    assert found.verdict == ("higher" if found.low > 0 else "lower" if found.high < 0 else "cannot tell")
    assert found.low <= found.value <= found.high
    assert max(found.margin, found.nonresponse) <= found.combined
    assert found.combined <= found.margin + found.nonresponse + ROUNDINGS
    assert found.margin <= one["margin"] + other["margin"] + ROUNDINGS
    longer = max(found.high - found.value, found.value - found.low)
    assert abs(found.combined - longer) < ROUNDINGS


@given(a_row(), a_row())
def test_the_more_noise_two_groups_share_the_smaller_the_error_of_their_difference(
    one: Mapping[str, Any], other: Mapping[str, Any]
) -> None:
    found = [difference(one, other, correlation=share / 4) for share in range(-4, 5)]
    if not isinstance(found[0], NotCompared):
        margins = [each.margin for each in found]
        assert margins == sorted(margins, reverse=True)
