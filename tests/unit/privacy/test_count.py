import numpy as np
import pytest

from privacy.count import count, sizes, vector
from privacy.plan import Design, design_of, make_policy
from privacy.survey import Attribute, Option, Question


def options(size: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": "x"}) for place in range(size))


@pytest.fixture(scope="module")
def design() -> Design:
    questions = (
        Question("c", "choice", {"en": "x"}, options(2)),
        Question("m", "multiple", {"en": "x"}, options(2)),
    )
    attributes = (Attribute("a", {"en": "x"}, options(2)),)
    return design_of(
        questions, attributes, make_policy(questions, attributes, [("a",)], epsilon=3, k=5, comment_k=9)
    )


def rows(*lines: list[int]) -> np.ndarray:
    return np.array(lines, dtype=np.uint8).reshape(-1, 5)


def test_nobody_is_all_zeros(design: Design) -> None:
    assert vector(design, count(design, rows()), 0) == [0] * design.size


def test_those_who_did_not_say_are_in_the_last_group(design: Design) -> None:
    counted = count(design, rows([1, 1, 1, 1, 0], [1, 2, 0, 0, 2], [1, 0, 1, 3, 0]))
    assert sizes(counted).tolist() == [3, 0, 1, 2]


def test_the_spoiled_have_a_coordinate_of_their_own(design: Design) -> None:
    values = vector(design, count(design, rows()), 3)
    assert values[-1] == 3 * design.spoiled_multiplier
    assert not any(values[:-1])


@pytest.mark.parametrize("line", [[1, 3, 0, 0, 0], [1, 0, 2, 0, 0], [1, 0, 0, 0, 3], [1, 255, 0, 0, 0]])
def test_a_value_that_no_valid_response_has_is_refused(design: Design, line: list[int]) -> None:
    with pytest.raises(ValueError, match="no valid response"):
        count(design, rows(line))


@pytest.mark.parametrize(
    "wrong", [np.zeros((1, 4), dtype=np.uint8), np.zeros(5, dtype=np.uint8), np.zeros((1, 5), dtype=np.int64)]
)
def test_rows_of_another_shape_are_refused(design: Design, wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="5 bytes"):
        count(design, wrong)
