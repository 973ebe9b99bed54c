import numpy as np
import pytest

from privacy.embedding import embedding_of
from privacy.survey import Option, Question


def question(kind: str, size: int = 0, favourable: tuple[int, ...] = ()) -> Question:
    options = tuple(Option(f"o{place}", {"en": "x"}) for place in range(size))
    return Question("q", kind, {"en": "x"}, options, tuple(f"o{place}" for place in favourable))


def test_a_scale_is_the_doubled_simplex_and_the_side() -> None:
    embedding = embedding_of(question("scale", 3, (2,)))
    assert embedding.rows == (
        (-2, -2, -2, 6, 0),  # skipped
        (6, -2, -2, -2, -4),
        (-2, 6, -2, -2, -4),
        (-2, -2, 6, -2, 4),
    )
    assert embedding.norm == 4 * 3 * 4 + 16


def test_enps_is_detractor_passive_promoter_and_skipped() -> None:
    embedding = embedding_of(question("nps"))
    assert embedding.rows[0] == (-1, -1, -1, 3, 0)
    assert set(embedding.rows[1:8]) == {(3, -1, -1, -1, -3)}
    assert set(embedding.rows[8:10]) == {(-1, 3, -1, -1, 0)}
    assert set(embedding.rows[10:]) == {(-1, -1, 3, -1, 3)}


def test_a_choice_is_the_simplex_alone() -> None:
    assert embedding_of(question("choice", 2)).rows == ((-1, -1, 2), (2, -1, -1), (-1, 2, -1))


def test_a_multiple_choice_is_plus_or_minus_one_an_option_and_one_for_answered() -> None:
    embedding = embedding_of(question("multiple", 2))
    assert embedding.codes == (3, 3)
    skipped, left_out, chosen = embedding.rows[:3]
    assert (skipped, left_out, chosen) == ((0, 0, -1), (-1, 0, 1), (1, 0, 1))
    assert embedding.rows[3:] == ((0, 0, 0), (0, -1, 0), (0, 1, 0))


@pytest.mark.parametrize("kind", ["scale", "choice", "nps"])
def test_the_simplex_of_one_answer_sums_to_zero(kind: str) -> None:
    embedding = embedding_of(question(kind, 4, (3,)))
    simplex = np.array(embedding.categories)[:, : len(embedding.categories)]
    assert (simplex.sum(axis=1) == 0).all()


def test_a_text_has_no_features() -> None:
    with pytest.raises(ValueError, match="text"):
        embedding_of(question("text"))
