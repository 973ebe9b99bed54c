"""What a plan expects is what happens: margins, and which figures are shown.

The noise is rounded normal from fixed seeds (see test_coverage.py), so the result is the same on every run.
"""

from dataclasses import fields
from types import SimpleNamespace

import numpy as np
import pytest

from privacy.consistency import Consistent, Projection
from privacy.estimate import Estimates, estimate
from privacy.figures import figures_of, limit_of
from privacy.forecast import Expected, forecast
from privacy.gate import precise, shown_groups
from privacy.nominal import features_of
from privacy.plan import Design, design_of

DRAWS = 200


def design(plans: SimpleNamespace, epsilon: float = 3) -> tuple[Design, dict[str, float]]:
    questions = [*(plans.scale(f"s{i}", theme=f"t{i % 2}") for i in range(6)), plans.nps("n")]
    questions += [plans.choice("c", 3), plans.multiple("m", 4)]
    attributes = [plans.attribute("a", 5), plans.attribute("b", 3)]
    policy = plans.policy(questions, attributes, [("a",), ("b",)], epsilon=epsilon)
    return design_of(questions, attributes, policy), dict(policy.margins)


def simulated(one: Design, expected: np.ndarray) -> Consistent:
    """Draws of the noisy sums of a wave that goes as expected, in the units of exact ones."""
    random = np.random.default_rng(7)
    exact = np.zeros((one.cells, one.channels))
    row = np.repeat(np.arange(len(one.tables)), [table.cells for table in one.tables])
    exact[:, 0] = expected * np.array(one.count_multipliers)[row]
    start = 1
    for place, embedding in enumerate(one.embeddings):
        scale = np.array(one.question_multipliers[place])[row][:, None]
        exact[:, start : start + embedding.channels] = scale * expected[:, None] * features_of(one, place)
        start += embedding.channels
    vector = np.append(exact.ravel(), 0.0)
    noise = random.normal(0, one.sigma, (DRAWS, len(vector)))
    return Projection(one)(np.rint(vector + noise).astype(np.int64))


def at(estimates: Estimates, draw: int) -> Estimates:
    return Estimates(*(getattr(estimates, field.name)[draw] for field in fields(Estimates)))


@pytest.mark.parametrize("people", [150, 600, 5_000])
def test_margins_and_what_is_shown_are_as_expected(plans: SimpleNamespace, people: int) -> None:
    one, limits = design(plans)
    shares = 1 / np.arange(1, 6)
    expected = np.array([people, *(0.95 * people * shares / shares.sum()), 0, *[0.3 * people] * 3, 0])
    sums = simulated(one, expected)
    groups = np.array(
        [
            shown_groups(one, drawn, np.zeros(one.cells, dtype=np.bool_))
            for drawn in (Consistent(sums.counts[place], sums.covariance, (), ()) for place in range(DRAWS))
        ]
    )
    told = {
        (told.table, told.figure, told.question, told.theme): told for told in forecast(one, limits, expected)
    }
    cells = {(): [0], ("a",): [1, 2, 3, 4, 5], ("b",): [7, 8, 9]}
    compared = 0
    for figure in figures_of(one):
        values = estimate(one, sums, figure)
        shown = groups & precise(one, limit_of(figure, limits), values.judged, values.answered)
        for table, places in cells.items():
            expectation: Expected | None = told.get((table, figure.kind, figure.question, figure.theme))
            if expectation is None or (figure.option is not None and figure.option not in ("o0", "o1")):
                continue
            often = shown[:, places].mean(axis=0)
            # A group that is nearly always or nearly never shown is told to be so; others may go either way.
            assert (often > 0.9).sum() <= expectation.shown <= (often > 0.1).sum()
            middle = places[len(places) // 2]
            if expectation.margin is not None and expectation.margin < expectation.limit / 2:
                assert np.median(values.margin[:, middle]) == pytest.approx(expectation.margin, rel=0.1)
                compared += 1
    assert compared >= {150: 3, 600: 15, 5_000: 30}[people]


def test_a_group_is_shown_from_the_size_that_is_told(plans: SimpleNamespace) -> None:
    one, limits = design(plans)
    told = [told for told in forecast(one, limits, np.full(one.cells, 100.0)) if told.table == ("b",)]
    for expectation in told:
        assert expectation.smallest is not None
        for size, shown in ((1.07 * expectation.smallest, 3), (0.9 * expectation.smallest, 0)):
            again = forecast(one, limits, np.full(one.cells, size))
            same = next(
                other
                for other in again
                if (other.table, other.figure, other.question, other.theme)
                == (("b",), expectation.figure, expectation.question, expectation.theme)
            )
            assert same.shown == shown


def test_a_smaller_epsilon_never_promises_more(plans: SimpleNamespace) -> None:
    expected = np.array([300, *[57] * 5, 0, *[95] * 3, 0], dtype=float)
    before: list[Expected] = []
    for epsilon in (8.0, 4.0, 2.0, 1.0, 0.2):
        one, limits = design(plans, epsilon)
        now = list(forecast(one, limits, expected))
        for more, less in zip(before, now, strict=False):
            assert less.shown <= more.shown
            assert (less.margin or np.inf) >= (more.margin or np.inf)
        before = now
    assert not any(told.shown for told in before)
