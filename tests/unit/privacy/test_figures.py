import math

import pytest

from privacy.estimate import Figure
from privacy.figures import figures_of, limit_of
from privacy.plan import MARGINS, design_of, make_policy
from privacy.survey import Option, Question


def scale(name: str, size: int = 5, **more: object) -> Question:
    options = tuple(Option(f"o{place}", {"en": "x"}) for place in range(size))
    return Question(name, "scale", {"en": "x"}, options, **{"favourable": (f"o{size - 1}",), **more})


def figures(*questions: Question) -> list[Figure]:
    policy = make_policy(questions, (), [], epsilon=3, k=5, comment_k=10)
    return list(figures_of(design_of(questions, (), policy)))


def names(found: list[Figure]) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(figure.kind, figure.question, figure.theme, figure.option) for figure in found]


def test_the_count_comes_first_and_a_question_before_its_theme_and_the_index() -> None:
    found = names(figures(scale("a", 2, theme="t"), scale("b", 2, theme="t")))
    assert found == [
        ("count", None, None, None),
        *(
            row
            for name in "ab"
            for row in (
                ("mean", name, None, None),
                ("favourable", name, None, None),
                ("share", name, None, "o0"),
                ("share", name, None, "o1"),
            )
        ),
        ("mean", None, "t", None),
        ("favourable", None, "t", None),
        ("mean", None, None, None),
        ("favourable", None, None, None),
    ]


def test_a_reversed_item_scores_from_its_other_end() -> None:
    plain, reversed_ = (figures(scale("a", reverse=reverse))[1] for reverse in (False, True))
    assert plain.items[0].weights == (1, 2, 3, 4, 5)
    assert reversed_.items[0].weights == (5, 4, 3, 2, 1)
    assert (plain.low, plain.high) == (1, 5)


def test_scales_of_different_lengths_share_no_mean_but_a_share_favourable() -> None:
    found = names(figures(scale("a", 5, theme="t"), scale("b", 7, theme="t")))
    assert ("mean", None, "t", None) not in found
    assert ("favourable", None, "t", None) in found
    assert ("favourable", None, None, None) in found


def test_a_scale_without_favourable_answers_has_no_share_favourable_and_neither_has_its_theme() -> None:
    found = names(figures(scale("a", theme="t"), scale("b", theme="t", favourable=())))
    assert ("favourable", "a", None, None) in found
    assert ("favourable", "b", None, None) not in found
    assert ("favourable", None, "t", None) not in found
    assert ("mean", None, "t", None) in found


def test_one_scale_item_makes_no_index() -> None:
    assert ("mean", None, None, None) not in names(figures(scale("a")))


def test_enps_choices_and_multiple_choices_have_their_figures_and_texts_none() -> None:
    options = (Option("x", {"en": "x"}), Option("y", {"en": "y"}))
    found = figures(
        Question("n", "nps", {"en": "x"}),
        Question("c", "choice", {"en": "x"}, options),
        Question("m", "multiple", {"en": "x"}, options),
        Question("t", "text", {"en": "x"}, max_bytes=9),
    )
    assert names(found)[1:] == [
        ("nps", "n", None, None),
        ("share", "c", None, "x"),
        ("share", "c", None, "y"),
        ("share", "m", None, "x"),
        ("share", "m", None, "y"),
    ]
    assert (found[1].low, found[1].high) == (-100, 100)


@pytest.mark.parametrize(
    ("figure", "limit"),
    [
        (Figure("count"), math.inf),
        (Figure("mean", low=1, high=5), 0.5),
        (Figure("mean", low=1, high=7), 0.75),
        (Figure("mean", low=1, high=2), 0.125),
        (Figure("share", high=100), 15),
        (Figure("favourable", high=100), 15),
        (Figure("nps", low=-100, high=100), 30),
    ],
)
def test_the_limit_of_a_mean_grows_with_its_scale(figure: Figure, limit: float) -> None:
    assert limit_of(figure, MARGINS) == limit
