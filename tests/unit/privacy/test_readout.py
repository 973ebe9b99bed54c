import numpy as np
import pytest

from privacy.embedding import Embedding, embedding_of
from privacy.readout import readout_of
from privacy.survey import Option, Question

OPTIONS = tuple(Option(f"o{place}", {"en": "x"}) for place in range(5))
ONE_COLUMN = [
    Question("q", "scale", {"en": "x"}, OPTIONS, ("o3", "o4")),
    Question("q", "scale", {"en": "x"}, OPTIONS, ()),
    Question("q", "choice", {"en": "x"}, OPTIONS[:3]),
    Question("q", "choice", {"en": "x"}, OPTIONS[:1]),
    Question("q", "nps", {"en": "x"}),
]


def sums_of(embedding: Embedding, people: np.ndarray) -> np.ndarray:
    """The sums of features where ``people`` gave each category, skip last."""
    return np.array(embedding.categories).T @ people


@pytest.mark.parametrize("question", ONE_COLUMN)
def test_sums_without_noise_are_read_back_to_the_number_of_each_answer(question: Question) -> None:
    embedding = embedding_of(question)
    people = np.arange(3, 3 + len(embedding.categories))
    readout = readout_of(embedding)
    sums = sums_of(embedding, people)
    np.testing.assert_allclose(readout.features @ sums + readout.count * people.sum(), people[:-1], atol=1e-9)
    answered = readout.answered_features @ sums + readout.answered_count * people.sum()
    assert answered == pytest.approx(people[:-1].sum())


def test_a_multiple_choice_is_read_back_to_how_many_chose_each_option() -> None:
    embedding = embedding_of(Question("q", "multiple", {"en": "x"}, OPTIONS[:3]))
    readout = readout_of(embedding)
    skipped, answered, chosen = 10, 40, np.array([0, 25, 40])
    skip, left_out, ticked = np.array(embedding.rows).reshape(3, 3, -1).swapaxes(0, 1)
    sums = skipped * skip.sum(axis=0) + (answered - chosen) @ left_out + chosen @ ticked
    np.testing.assert_allclose(readout.features @ sums + readout.count * 50, chosen)
    assert readout.answered_features @ sums + readout.answered_count * 50 == pytest.approx(answered)


@pytest.mark.parametrize(
    ("weights", "most"),
    [((1, 2, 3, 4, 5), 0.74), ((0, 0, 0, 1, 1), 0.65), ((0, 0, 0, 1, 0), 1.06)],
    ids=["mean", "favourable", "share"],
)
def test_side_and_line_of_a_scale_make_what_matters_precise_and_a_share_barely_less_so(
    weights: tuple[int, ...], most: float
) -> None:
    """Beside the error of one channel an answer, at equal length and answers spread evenly."""
    embedding = embedding_of(ONE_COLUMN[0])
    readout = readout_of(embedding)
    apart = np.array(weights) - np.mean(weights)
    features = apart @ readout.features
    assert embedding.norm * features @ features < most**2 * apart @ apart
