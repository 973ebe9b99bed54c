"""The evaluation benchmark asks whom it says: people whose effect, habits and correlations are known."""

from dataclasses import replace

import numpy as np
import pytest
from evaluation_data import Organisation, Scenario, answered, shifted, usual
from evaluation_outcomes import Outcomes

from privacy.contrast import Estimate, estimate_of

MANY = Scenario("x", 40_000, 20_000, effect=0.5, ahead=0.2, leaning=0.0)


@pytest.fixture(scope="module")
def waves() -> list[tuple[np.ndarray, np.ndarray]]:
    organisation = Organisation(MANY, np.random.default_rng(1))
    return [organisation.wave(number) for number in range(2)]


def given(answers: np.ndarray) -> np.ndarray:
    """Answers without the skips."""
    return np.where(answers > 0, answers.astype(float), np.nan)


def test_means_are_what_the_truth_is_taken_to_be(waves: list[tuple[np.ndarray, np.ndarray]]) -> None:
    """Of 12,000 answers each, four standard errors are 0.04."""
    for (there, answers), gained in zip(waves, (0.0, 0.5), strict=True):
        mine = there < MANY.participants
        expected = np.array([answered(mean) for mean in usual(MANY.items)])
        others = np.nanmean(given(answers[~mine]), axis=0)
        joined = np.nanmean(given(answers[mine]), axis=0)
        assert others == pytest.approx(expected, abs=0.04)
        assert joined == pytest.approx(expected + 0.2 + gained, abs=0.04)


def test_as_many_answer_as_said_and_mostly_the_same_people(
    waves: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    (first, _), (second, _) = waves
    assert len(first) / MANY.people == pytest.approx(0.6, abs=0.02)
    assert len(np.intersect1d(first, second)) / len(first) == pytest.approx(0.72, abs=0.02)


def test_one_persons_answers_to_an_item_correlate_by_six_tenths(
    waves: list[tuple[np.ndarray, np.ndarray]],
) -> None:
    (first, before), (second, after) = waves
    both, here, there = np.intersect1d(first, second, return_indices=True)
    here, there = here[both >= MANY.participants], there[both >= MANY.participants]
    pairs = [given(before[here, 0]), given(after[there, 0])]
    known = ~np.isnan(pairs).any(axis=0)
    assert np.corrcoef(pairs[0][known], pairs[1][known])[0, 1] == pytest.approx(0.6, abs=0.03)


def test_other_people_each_wave_are_other_people() -> None:
    organisation = Organisation(replace(MANY, same_people=False), np.random.default_rng(1))
    tags = organisation.tags
    _, before = organisation.wave(0)
    _, after = organisation.wave(1)
    assert len(tags) == MANY.people
    assert not np.array_equal(before[:100, 0], after[:100, 0])


def test_effects_are_set_in_points_of_answers() -> None:
    found = [answered(mean) for mean in shifted(MANY, 1)]
    expected = [answered(mean) + 0.7 for mean in usual(MANY.items)]
    assert found == pytest.approx(expected, abs=1e-6)


def test_shares_are_over_all_figures_and_repetitions_are_their_error() -> None:
    outcomes = Outcomes()
    for truths in ([0.0, 0.0], [0.0, 5.0]):
        outcomes.add([(an_estimate(), truth) for truth in truths] + [(None, 0.0)])
    assert outcomes.share("stated", "asked")[0] == pytest.approx(100 * 4 / 6)
    share, error = outcomes.share("held")
    assert (share, error) == (75, pytest.approx(100 * (2 * 0.5**2) ** 0.5 / 4))
    assert np.isnan(Outcomes().share("held")[0])


def an_estimate() -> Estimate:
    """From -1 to 1."""
    return estimate_of(0.0, (1.0, 1.0), (0.0, 0.0), 1.0, decimals=3)
