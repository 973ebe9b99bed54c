import numpy as np
import pytest

from privacy.embedding import LENGTH, embedding_of
from privacy.survey import Option, Question

MOST = {"scale": 11, "choice": 32, "multiple": 32}


def question(kind: str, size: int = 0, favourable: tuple[int, ...] = ()) -> Question:
    options = tuple(Option(f"o{place}", {"en": "x"}) for place in range(size))
    return Question("q", kind, {"en": "x"}, options, tuple(f"o{place}" for place in favourable))


def test_a_scale_has_a_channel_an_answer_one_for_the_side_one_for_the_line_and_one_for_skip() -> None:
    assert embedding_of(question("scale", 5, (3, 4))).rows == (
        (0, 0, 0, 0, 0, 0, 0, 50),  # skipped
        (32, -9, -9, -9, -9, -23, -24, 0),
        (-9, 38, -9, -9, -9, -23, -12, 0),
        (-9, -9, 40, -9, -9, -23, 0, 0),
        (-9, -9, -9, 34, -9, 29, 12, 0),
        (-9, -9, -9, -9, 27, 29, 24, 0),
    )


@pytest.mark.parametrize("favourable", [(), (0, 1, 2)])
def test_a_scale_on_which_all_answers_are_alike_has_no_channel_for_the_side(
    favourable: tuple[int, ...],
) -> None:
    assert embedding_of(question("scale", 3, favourable)).rows == (
        (0, 0, 0, 0, 50),
        (29, -15, -15, -34, 0),
        (-15, 45, -15, 0, 0),
        (-15, -15, 29, 34, 0),
    )


@pytest.mark.parametrize("size", range(2, 12))
def test_the_answers_to_every_scale_have_almost_the_same_length(size: int) -> None:
    for good in range(size):
        embedding = embedding_of(question("scale", size, tuple(range(size - good, size))))
        squares = (np.array(embedding.categories) ** 2).sum(axis=1)
        assert squares[-1] == embedding.norm == LENGTH**2
        assert squares.max() == LENGTH**2
        assert squares.min() > 0.96 * LENGTH**2


def test_a_scale_turned_round_is_as_good_as_before() -> None:
    embedding = np.array(embedding_of(question("scale", 5, (3, 4))).categories)
    turned = np.array(embedding_of(question("scale", 5, (0, 1))).categories)
    order = [4, 3, 2, 1, 0, 5]
    assert (turned @ turned.T == (embedding @ embedding.T)[np.ix_(order, order)]).all()


def test_enps_tells_promoters_from_detractors_with_its_whole_length() -> None:
    embedding = embedding_of(question("nps"))
    assert embedding.rows[0] == (0, 0, 1)
    assert set(embedding.rows[1:8]) == {(-1, 0, 0)}
    assert set(embedding.rows[8:10]) == {(0, 1, 0)}
    assert set(embedding.rows[10:]) == {(1, 0, 0)}


def test_a_choice_is_a_simplex_over_its_options() -> None:
    assert embedding_of(question("choice", 2)).rows == ((0, 0, 49), (35, -35, 0), (-35, 35, 0))
    simplex = np.array(embedding_of(question("choice", 7)).categories)[:-1]
    assert (simplex.sum(axis=1) == 0).all()


def test_a_multiple_choice_is_plus_or_minus_an_option_and_one_column_tells_who_skipped() -> None:
    embedding = embedding_of(question("multiple", 2))
    assert embedding.codes == (3, 3)
    skipped, left_out, chosen = embedding.rows[:3]
    assert (skipped, left_out, chosen) == ((0, 0, 14), (-10, 0, 0), (10, 0, 0))
    assert embedding.rows[3:] == ((0, 0, 0), (0, -10, 0), (0, 10, 0))


@pytest.mark.parametrize("kind", ["scale", "choice", "multiple", "nps"])
def test_skip_has_a_channel_of_its_own_and_is_no_longer_than_an_answer_can_be(kind: str) -> None:
    for size in range(2, MOST.get(kind, 2) + 1):
        embedding = embedding_of(question(kind, size, (0,)))
        skip = embedding.rows[0]
        assert skip[:-1] == (0,) * (embedding.channels - 1)
        assert all(row[-1] == 0 for row in embedding.rows[1:])
        assert (skip[-1] + 1) ** 2 > embedding.norm >= skip[-1] ** 2


def test_a_text_has_no_features() -> None:
    with pytest.raises(ValueError, match="text"):
        embedding_of(question("text"))
