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
    readout = readout_of(embedding_of(Question("q", "multiple", {"en": "x"}, OPTIONS[:3])))
    responses, answered, chosen = 50, 40, np.array([0, 25, 40])
    sums = np.array([*(2 * chosen - answered), answered - (responses - answered)])
    np.testing.assert_allclose(readout.features @ sums + readout.count * responses, chosen)
    assert readout.answered_features @ sums + readout.answered_count * responses == answered


@pytest.mark.parametrize("question", ONE_COLUMN[:2])
def test_the_last_channel_of_a_scale_never_makes_an_answer_noisier(question: Question) -> None:
    """Against the simplex alone, whose read-out is its sum over 2 (K + 1)."""
    readout = readout_of(embedding_of(question))
    spread = readout.features @ readout.features.T
    size = len(question.options) + 1
    simplex = (np.eye(size) - 1 / size)[:-1, :-1] / (4 * size**2)
    assert np.linalg.eigvalsh(simplex - spread).min() > -1e-12
    favourable = np.array([option.id in question.favourable for option in question.options], dtype=float)
    if favourable.any():
        assert favourable @ spread @ favourable < 0.6 * favourable @ simplex @ favourable
