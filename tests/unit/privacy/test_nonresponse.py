"""The error of who did not answer is that of a simple random sample without replacement."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from privacy.consistency import Projection
from privacy.count import count, vector
from privacy.estimate import Figure
from privacy.figures import figures_of
from privacy.intervals import Z
from privacy.nonresponse import nonresponse, population
from privacy.plan import design_of, make_policy
from privacy.survey import Attribute, Option, Question
from tests.survey_parts import attribute, choice, multiple, nps, options

PEOPLE = 6_000
INVITED = 9_000
QUESTIONS = (
    Question("s", "scale", {"en": "s"}, options(5), ("o3", "o4"), theme="t"),
    Question("r", "scale", {"en": "r"}, options(5), ("o0", "o1"), reverse=True, theme="t"),
    nps("n"),
    multiple("m", 2),
    choice("c", 3),
)


@pytest.fixture(scope="module")
def wave() -> SimpleNamespace:
    """Answers of 6,000 people, and their sums without noise under a policy whose noise is next to nothing."""
    policy = make_policy(QUESTIONS, (), [], epsilon=25, k=5, comment_k=10)
    design = design_of(QUESTIONS, (), policy)
    random = np.random.default_rng(5)
    answered = random.random(PEOPLE) < 0.8
    columns = [
        random.integers(0, 6, (PEOPLE, 2)),
        random.integers(0, 12, PEOPLE),
        answered,
        random.integers(0, 4, PEOPLE) * answered,
        random.choice(4, PEOPLE, p=[0.1, 0.7, 0.15, 0.05]),
    ]
    rows = np.column_stack([np.ones(PEOPLE), *columns]).astype(np.uint8)
    sums = Projection(design)(vector(design, count(design, rows), 0))
    return SimpleNamespace(design=design, rows=rows, sums=sums)


def sampling_margin(values: np.ndarray, invited: float) -> float:
    """The textbook's, of the answers given."""
    error = math.sqrt(values.var(ddof=1) / len(values) * max(0, 1 - len(values) / invited))
    return Z * error


def found(wave: SimpleNamespace, invited: float, **names: str | None) -> float:
    [figure] = [
        one for one in figures_of(wave.design) if all(getattr(one, name) == names[name] for name in names)
    ]
    return float(nonresponse(wave.design, wave.sums, figure, np.array([invited]))[0])


def given(wave: SimpleNamespace) -> dict[tuple[str, str, str | None], np.ndarray]:
    """The values of those who answered, by figure, question and option."""
    rows = wave.rows.astype(float)
    first, second, score, code = (rows[rows[:, column] > 0, column] for column in (1, 2, 3, 6))
    chosen = wave.rows[wave.rows[:, 4] == 1, 5]
    return {
        ("mean", "s", None): first,
        ("mean", "r", None): 6 - second,
        ("favourable", "s", None): 100.0 * (first >= 4),
        ("share", "s", "o1"): 100.0 * (first == 2),
        ("nps", "n", None): 100.0 * (score >= 10) - 100.0 * (score <= 7),
        ("share", "m", "o1"): 100.0 * (chosen & 2 > 0),
        ("share", "c", "o2"): 100.0 * (code == 3),
    }


def test_it_is_the_margin_of_a_simple_random_sample(wave: SimpleNamespace) -> None:
    for (kind, question, option), values in given(wave).items():
        names = {"kind": kind, "question": question, "option": option}
        assert found(wave, INVITED, **names) == pytest.approx(sampling_margin(values, INVITED), rel=0.02), (
            names
        )


def test_items_count_as_if_they_went_together(wave: SimpleNamespace) -> None:
    values = given(wave)
    each = [sampling_margin(values["mean", question, None], INVITED) for question in "sr"]
    theme = found(wave, INVITED, kind="mean", theme="t")
    assert theme == pytest.approx(sum(each) / 2, rel=0.02)


def test_where_everybody_invited_answered_there_is_none(wave: SimpleNamespace) -> None:
    for kind, question, option in given(wave):
        answered = len(given(wave)[kind, question, option])
        assert found(wave, answered, kind=kind, question=question, option=option) == 0
        assert found(wave, answered - 100, kind=kind, question=question, option=option) == 0


def test_a_count_has_none_of_it(wave: SimpleNamespace) -> None:
    assert np.isnan(nonresponse(wave.design, wave.sums, Figure("count"), np.array([INVITED]))).all()


def test_a_variance_that_the_noise_could_hide_does_not_pass_for_none() -> None:
    """All gave the same answer, which under so much noise is not known."""
    policy = make_policy(QUESTIONS[:1], (), [], epsilon=1, k=5, comment_k=10)
    design = design_of(QUESTIONS[:1], (), policy)
    same = np.tile(np.array([1, 3], dtype=np.uint8), (300, 1))
    sums = Projection(design)(vector(design, count(design, same), 0))
    margins = {
        (figure.kind, figure.option): float(nonresponse(design, sums, figure, np.array([600.0]))[0])
        for figure in figures_of(design)
    }
    assert 0.01 < margins["mean", None] < 0.15
    assert 0.1 < margins["share", "o2"] < 5
    widest = Z * math.sqrt(50**2 / 299 / 2)
    assert all(margin <= widest for (kind, _), margin in margins.items() if kind in ("share", "favourable"))


def test_the_number_invited_is_public_or_follows_from_the_response_rate() -> None:
    """The whole, a hierarchy of two steps, a merged level among others, a cross, and a self-described one."""
    sizes = {"north": 60, "south": 90}
    top = Attribute(
        "top", {"en": "x"}, tuple(Option(n, {"en": n}, None, s) for n, s in sizes.items()), "roster"
    )
    teams = (("one", "north", 25), ("two", "north", 35), ("three", "south", 90))
    team = Attribute(
        "team",
        {"en": "x"},
        tuple(Option(n, {"en": n}, above, s) for n, above, s in teams),
        "roster",
        parent="top",
    )
    own = attribute("own", 2)
    attributes = (top, team, own)
    tables = [("top",), ("team",), ("own",), ("top", "own")]
    policy = make_policy(QUESTIONS, attributes, tables, epsilon=3, k=5, comment_k=10)
    design = design_of(QUESTIONS, attributes, policy)
    counts = np.arange(1.0, 1 + design.cells)
    invited = population(design, counts, 80, 160)
    assert invited[:8].tolist() == [160, 60, 90, 2 * counts[3], 25, 35, 90, 2 * counts[7]]
    np.testing.assert_allclose(invited[8:], 2 * counts[8:])
    nobody = population(design, 0 * counts, 0, 160)
    assert np.isfinite(nobody).all()
