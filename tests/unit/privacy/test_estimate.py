from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from privacy.consistency import Projection
from privacy.count import count, vector
from privacy.embedding import LENGTH
from privacy.estimate import Estimates, Figure, estimate
from privacy.figures import figures_of
from privacy.plan import Design, design_of, make_policy
from privacy.survey import Attribute, Option, Question


def options(size: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": "x"}) for place in range(size))


QUESTIONS = (
    Question("s", "scale", {"en": "x"}, options(5), ("o3", "o4"), theme="t"),
    Question("r", "scale", {"en": "x"}, options(5), ("o0", "o1"), reverse=True, theme="t"),
    Question("n", "nps", {"en": "x"}),
    Question("m", "multiple", {"en": "x"}, options(2)),
    Question("c", "choice", {"en": "x"}, options(2)),
)


@pytest.fixture(scope="module")
def wave() -> SimpleNamespace:
    """``people`` responses of one attribute with two levels, and their figures without any noise."""
    attributes = (Attribute("a", {"en": "x"}, options(2)),)
    policy = make_policy(QUESTIONS, attributes, [("a",)], epsilon=3, k=5, comment_k=10)
    design = design_of(QUESTIONS, attributes, policy)
    random = np.random.default_rng(5)
    people = 400
    answered = random.random(people) < 0.8
    rows = np.column_stack(
        [
            np.ones(people),
            random.integers(0, 6, (people, 2)),
            random.integers(0, 12, people),
            answered,
            random.integers(0, 4, people) * answered,
            random.integers(0, 3, people),
            random.integers(0, 3, people),
        ]
    ).astype(np.uint8)
    values = vector(design, count(design, rows), 0)
    return SimpleNamespace(design=design, rows=rows, values=values, sums=Projection(design)(values))


def found(wave: SimpleNamespace, **name: str) -> Estimates:
    matching = [f for f in figures_of(wave.design) if all(getattr(f, k) == v for k, v in name.items())]
    return estimate(wave.design, wave.sums, matching[0])


def groups(wave: SimpleNamespace) -> list[np.ndarray]:
    """The rows of the whole, of both levels, and of those who did not say."""
    return [wave.rows, *(wave.rows[wave.rows[:, -1] == byte] for byte in (1, 2, 0))]


def test_without_noise_every_figure_is_what_it_is_called(wave: SimpleNamespace) -> None:
    for cell, rows in enumerate(groups(wave)):
        first, second = rows[rows[:, 1] > 0, 1], rows[rows[:, 2] > 0, 2]
        scores = rows[rows[:, 3] > 0, 3] - 1
        multiple = rows[rows[:, 4] == 1, 5]
        expected = {
            ("count", None, None): len(rows),
            ("mean", "s", None): first.mean(),
            ("mean", "r", None): (6 - second.astype(float)).mean(),
            ("favourable", "s", None): 100 * (first >= 4).mean(),
            ("favourable", "r", None): 100 * (second <= 2).mean(),
            ("share", "s", "o2"): 100 * (first == 3).mean(),
            ("nps", "n", None): 100 * ((scores >= 9).mean() - (scores <= 6).mean()),
            ("share", "m", "o1"): 100 * (multiple & 2 > 0).mean(),
            ("share", "c", "o0"): 100 * (rows[rows[:, 6] > 0, 6] == 1).mean(),
        }
        for (kind, question, option), value in expected.items():
            name = {"kind": kind, "question": question, "option": option}
            assert found(wave, **name).value[cell] == pytest.approx(value), name
        theme = (expected["mean", "s", None] + expected["mean", "r", None]) / 2
        assert found(wave, kind="mean", theme="t").value[cell] == pytest.approx(theme)


def test_the_shares_of_a_question_add_up_to_all(wave: SimpleNamespace) -> None:
    noisy = np.array(wave.values) + np.random.default_rng(1).integers(-9_000, 9_000, len(wave.values))
    sums = Projection(wave.design)(noisy)
    shares = [f for f in figures_of(wave.design) if f.kind == "share" and f.question == "s"]
    total = sum(estimate(wave.design, sums, figure).value for figure in shares)
    np.testing.assert_allclose(total, 100)


def test_intervals_stay_in_the_possible_range_and_margins_do_not_shrink_with_them(
    wave: SimpleNamespace,
) -> None:
    for figure in figures_of(wave.design):
        values = estimate(wave.design, wave.sums, figure)
        assert (values.low >= figure.low).all()
        assert (values.high <= figure.high).all()
        assert (values.value - values.margin <= values.low + 1e-9).all()
        assert (values.high <= values.value + values.margin + 1e-9).all()


def test_a_question_that_nobody_answered_leaves_everything_open() -> None:
    policy = make_policy(QUESTIONS, (), [], epsilon=3, k=5, comment_k=10)
    design = design_of(QUESTIONS, (), policy)
    sums = Projection(design)([0] * design.size)
    for figure in figures_of(design)[1:]:
        values = estimate(design, sums, figure)
        assert np.isinf(values.margin).all()
        assert (values.low == figure.low).all()
        assert (values.high == figure.high).all()


def test_several_draws_are_estimated_as_each_by_itself(wave: SimpleNamespace) -> None:
    design: Design = wave.design
    noise = np.random.default_rng(2).integers(-5_000, 5_000, (3, design.size))
    draws = np.array(wave.values) + noise
    figure = Figure("mean", figures_of(design)[1].items, "s", low=1, high=5)
    together = estimate(design, Projection(design)(draws), figure)
    for place, draw in enumerate(draws):
        alone = estimate(design, Projection(design)(draw), figure)
        np.testing.assert_allclose(together.value[place], alone.value)
        np.testing.assert_allclose(together.low[place], alone.low)
        np.testing.assert_allclose(together.margin[place], alone.margin)


def test_the_margin_of_a_theme_is_that_of_its_average_however_far_apart_its_items_are() -> None:
    """3,000 draws give the standard error to 1.3 %; the margin is 1.645 of it at this many people."""
    policy = make_policy(QUESTIONS[:2], (), [], epsilon=3, k=5, comment_k=10)
    design = design_of(QUESTIONS[:2], (), policy)
    rows = np.ones((2_000, 3), dtype=np.uint8)  # lowest answer to both; the second is reversed and scores 5
    rows[::3, 1] = rows[::4, 2] = 0
    noise = np.random.default_rng(4).normal(0, design.sigma, (3_000, design.size))
    draws = np.array(vector(design, count(design, rows), 0)) + np.rint(noise).astype(int)
    theme = next(figure for figure in figures_of(design) if figure.theme == "t")
    values = estimate(design, Projection(design)(draws), theme)
    np.testing.assert_allclose(values.value.mean(), 3, atol=0.005)
    np.testing.assert_allclose(values.margin.mean(), 1.645 * values.value.std(), rtol=0.05)


def test_luck_in_the_number_who_answered_makes_no_figure_look_precise(wave: SimpleNamespace) -> None:
    noisy = np.array(wave.values) + np.random.default_rng(1).integers(-9_000, 9_000, len(wave.values))
    sums = Projection(wave.design)(noisy)
    for figure in figures_of(wave.design):
        values = estimate(wave.design, sums, figure)
        assert (values.judged >= values.margin).all()
    policy = make_policy(QUESTIONS[:1], (), [], epsilon=3, k=5, comment_k=10)
    design = design_of(QUESTIONS[:1], (), policy)
    all_answered = Projection(design)(vector(design, count(design, np.ones((400, 2), dtype=np.uint8)), 0))
    (features,) = all_answered.features
    fewer_skipped = np.where(np.arange(features.shape[-1]) == features.shape[-1] - 1, -100 * LENGTH, features)
    values = estimate(design, replace(all_answered, features=(fewer_skipped,)), figures_of(design)[1])
    assert values.judged > 1.1 * values.margin
