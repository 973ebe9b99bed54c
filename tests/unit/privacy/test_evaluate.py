import pytest

from privacy.evaluate import NO_NUMBER, Difference, NotCompared, by_chance, difference
from tests.unit.privacy.released_rows import a_row


def test_the_errors_of_unrelated_figures_add_up_as_squares() -> None:
    found = difference(a_row(4.1, 0.3, 0.6), a_row(3.0, 0.4, 0.8))
    assert found == Difference(1.1, 0.5, 1.0, 1.118, -0.018, 2.218, "cannot tell")


def test_noise_that_both_share_cancels() -> None:
    assert difference(a_row(4, 0.3, 0), a_row(3, 0.4, 0), correlation=1).margin == 0.1
    assert difference(a_row(4, 0.3, 0), a_row(3, 0.4, 0), correlation=-1).margin == 0.7
    assert difference(a_row(4, 0.3, 0), a_row(3, 0.3, 0), correlation=1).margin == 0


def test_those_who_are_in_both_are_counted_once() -> None:
    """Of a whole of two equal halves, a half less the whole is half of a half less the other."""
    whole = a_row(3, 0, 0.2 * 0.5**0.5)
    half, other = a_row(4, 0, 0.2), a_row(2, 0, 0.2)
    assert difference(half, whole, part=0.5).nonresponse == 0.141
    assert difference(half, other).nonresponse == 0.283


def test_a_group_that_is_everybody_has_no_error_against_the_whole() -> None:
    same = a_row(3.5, 0.2, 0.1)
    assert difference(same, same, correlation=1, part=1) == Difference(0, 0, 0, 0, 0, 0, "cannot tell")


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (3.5, 3.0, "cannot tell"),
        (3.501, 3.0, "higher"),
        (3.0, 3.5, "cannot tell"),
        (3.0, 3.501, "lower"),
        (3.0, 3.0, "cannot tell"),
    ],
)
def test_the_verdict_is_what_the_interval_of_both_errors_says(one: float, other: float, verdict: str) -> None:
    found = difference(a_row(one, 0.3, 0), a_row(other, 0, 0.4))
    assert (found.combined, found.verdict) == (0.5, verdict)


def test_numbers_have_the_decimals_of_a_release() -> None:
    found = difference(
        a_row(60.4, 5.0, 2.0, figure="share", option="home"),
        a_row(50.1, 3.0, 1.0, figure="share", option="home"),
    )
    assert found == Difference(10.3, 5.8, 2.2, 6.2, 4.1, 16.5, "higher")


def test_what_is_withheld_or_told_in_words_is_not_compared_and_the_words_do_not_tell_which() -> None:
    shown, withheld = a_row(3.0), a_row(None)
    in_words = a_row(None, words="almost all", shown=True)
    for one, other in ((shown, withheld), (withheld, shown), (withheld, withheld), (in_words, shown)):
        assert difference(one, other, correlation=0.3, part=0.2) == NotCompared(NO_NUMBER)


def test_the_longer_side_of_one_interval_counts_against_the_facing_side_of_the_other() -> None:
    one = a_row(3.2, 0.4, 0, low=2.9, high=3.6)
    other = a_row(3.2, 0.3, 0, low=2.9, high=3.4)
    found = difference(one, other)
    assert (found.low, found.high, found.margin) == (-0.361, 0.5, 0.5)  # 3-2 and 4-3 at right angles


@pytest.mark.parametrize(
    ("figure", "value", "low", "high"),
    [("mean", 4.9, 4.5, 5), ("mean", 1.2, 1, 1.6), ("share", 99.0, 96.0, 100), ("nps", -98.0, -100, -92.0)],
)
def test_an_interval_that_was_cut_reaches_as_far_as_its_margin(
    figure: str, value: float, low: float, high: float
) -> None:
    margin = max(value - low, high - value)
    cut = a_row(value, margin, 0, figure=figure, low=low, high=high)
    found = difference(cut, a_row(value, 0, 0, figure=figure))
    assert (found.low, found.high) == (pytest.approx(-margin), pytest.approx(margin))


@pytest.mark.parametrize("field", ["figure", "question", "theme", "option"])
def test_different_figures_are_never_compared(field: str) -> None:
    with pytest.raises(ValueError, match="different figures"):
        difference(a_row(3), a_row(3, **{field: "favourable"}))


def test_counts_are_not_compared() -> None:
    count = a_row(40, figure="count", question=None)
    with pytest.raises(ValueError, match="counts"):
        difference(count, count)


def test_one_comparison_in_ten_is_expected_to_differ_by_chance() -> None:
    found = [difference(a_row(3), a_row(3))] * 7
    assert by_chance([*found, NotCompared("x"), *found]) == (14, 1.4)
    assert by_chance([NotCompared("x")]) == (0, 0.0)
