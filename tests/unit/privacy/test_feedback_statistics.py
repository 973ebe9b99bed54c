"""A month's statistics: their domain is fixed, what one person changes is bounded, and noise is as stated."""

import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import feedback_statistics
from privacy.feedback_cells import ANSWERED, HISTOGRAMS, VERDICTS, Cell, answered_within, cells_of
from privacy.feedback_statistics import K, Terms, protect
from privacy.mechanism import micro_rho_for, sigma_of

CHANNELS = {"a" * 32: ["workload", "bias"], "b" * 32: []}
TERMS = Terms("2026-11", micro_rho_for(1, 1e-6), 4)


@st.composite
def conversations(draw: Any) -> list[Cell]:
    """The cells that one conversation adds to: each of the four histograms once at most, in any channel."""
    cells = []
    for what, names in (
        ("opened", ("",)),
        ("answered", ANSWERED),
        ("verdict", VERDICTS),
        ("theme", ("workload", "bias")),
    ):
        if what == "opened" or draw(st.booleans()):
            cells.append((draw(st.sampled_from(sorted(CHANNELS))), what, draw(st.sampled_from(names))))
    return cells


@given(st.lists(conversations(), min_size=1, max_size=4))
def test_one_person_changes_the_counts_by_no_more_than_is_charged(opened: list[list[Cell]]) -> None:
    change = Counter(cell for cells in opened for cell in cells)
    assert sum(number**2 for number in change.values()) <= Terms("2026-11", 1, len(opened)).d2


def test_the_bound_is_reached_by_somebody_whose_conversations_are_alike() -> None:
    one = [("a" * 32, what, "x") for what in ("opened", "answered", "verdict", "theme")]
    change = Counter(cell for _ in range(4) for cell in one)
    assert len(one) == HISTOGRAMS
    assert sum(number**2 for number in change.values()) == TERMS.d2


@pytest.mark.parametrize(("days", "cell"), [(0, "1"), (1, "1"), (2, "7"), (7, "7"), (8, "30"), (31, "later")])
def test_every_answer_has_one_cell(days: int, cell: str) -> None:
    assert answered_within(days) == cell


def test_the_same_cells_are_published_whatever_happened() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shape(part) for name, part in value.items()}
        return (
            [shape(part) for part in value]
            if isinstance(value, list)
            else type(value)
            if isinstance(value, str)
            else None
        )

    nothing = protect(TERMS, CHANNELS, {})
    much = protect(TERMS, CHANNELS, dict.fromkeys(cells_of(CHANNELS), 5000))
    assert shape(nothing["channels"]) == shape(much["channels"])


def test_small_numbers_are_withheld_and_large_ones_are_shown_near_the_truth() -> None:
    """Noise of twenty standard errors would be needed to fail: less than 1e-80 a number."""
    few = protect(TERMS, CHANNELS, dict.fromkeys(cells_of(CHANNELS), 1))
    assert all(number is None for number in numbers(few) if number is None or number < 2 * TERMS.margin)
    many = protect(TERMS, CHANNELS, dict.fromkeys(cells_of(CHANNELS), 5000))
    sigma = sigma_of(TERMS.d2, TERMS.micro_rho)
    assert all(number is not None and abs(number - 5000) < 20 * sigma for number in numbers(many))


def test_noise_has_the_scale_that_is_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(
        feedback_statistics, "draw", lambda values, d2, rho: asked.append((d2, rho)) or list(values)
    )
    protect(TERMS, CHANNELS, {})
    assert asked == [(4 * 4**2, TERMS.micro_rho)]


def test_the_noise_of_many_months_has_the_stated_spread() -> None:
    """2,700 numbers: the standard error of their spread is 1.4 %, so 10 % happens by chance once in 1e12."""
    sigma = sigma_of(TERMS.d2, TERMS.micro_rho)
    drawn = [
        number - 100_000
        for _ in range(150)
        for number in numbers(protect(TERMS, CHANNELS, dict.fromkeys(cells_of(CHANNELS), 100_000)))
        if number is not None
    ]
    assert len(drawn) == 150 * len(cells_of(CHANNELS))
    spread = math.sqrt(sum(value**2 for value in drawn) / len(drawn))
    assert 0.9 * sigma < spread < 1.1 * sigma


def test_nothing_is_shown_below_k_or_wider_than_half_of_itself() -> None:
    loud = Terms("2026-11", micro_rho_for(8, 1e-6), 1)
    for _ in range(50):
        for number in numbers(protect(loud, CHANNELS, dict.fromkeys(cells_of(CHANNELS), 6))):
            assert number is None or (number >= K + loud.margin and number >= 2 * loud.margin)


def numbers(value: dict[str, Any]) -> list[int | None]:
    """Every number of a month that may be withheld."""
    return [
        number
        for channel in value["channels"]
        for number in (
            channel["opened"],
            *(one["number"] for name in ("answered", "verdicts", "themes") for one in channel[name]),
        )
    ]
