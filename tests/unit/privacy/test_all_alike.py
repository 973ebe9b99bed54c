"""No share is stated as a number that makes all of a group alike, and nothing else is changed for it."""

from typing import Any

import numpy as np
import pytest

from privacy import rows
from privacy.count import count, vector
from privacy.gate import all_alike
from privacy.plan import MARGINS, design_of, make_policy
from privacy.rows import ALMOST_ALL, ALMOST_NONE, NUMBERS, WITHHELD, rows_of
from privacy.survey import Question
from tests.survey_parts import attribute, nps, options

ENDS = ("low", "high")


def item(name: str) -> Question:
    return Question(name, "scale", {"en": name}, options(5), ("o3", "o4"), theme="t")


def released(
    answers: np.ndarray, groups: int = 2, epsilon: float = 3, share: float = 15.0
) -> list[dict[str, Any]]:
    """The rows, without noise, of (people, items) answers from 1, by an attribute of ``groups`` levels."""
    people, items = answers.shape
    questions = [item(f"q{place}") for place in range(items)]
    attributes = [attribute("a", groups)]
    policy = make_policy(questions, attributes, [("a",)], epsilon=epsilon, k=5, comment_k=10)
    design = design_of(questions, attributes, policy)
    levels = np.arange(people) % groups + 1
    responses = np.column_stack([np.ones(people), answers, levels]).astype(np.uint8)
    draw = vector(design, count(design, responses), 0)
    marks = np.zeros(design.cells, dtype=bool)
    limits = {**MARGINS, "share": share}
    return rows_of(design, limits, draw, marks, responses=people, invited=people)


def never(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros_like(low, dtype=bool), np.zeros_like(high, dtype=bool)


def one(found: list[dict[str, Any]], **names: str | None) -> dict[str, Any]:
    wanted = {"table": [], "theme": None, "option": None, **names}
    [row] = [row for row in found if all(row[name] == value for name, value in wanted.items())]
    return row


def test_a_share_of_all_or_none_is_told_in_words_with_how_far_they_may_be_off() -> None:
    found = released(np.full((2_000, 2), 5))
    for names in (
        {"figure": "favourable", "question": "q0"},
        {"figure": "favourable", "question": None, "theme": "t"},
        {"figure": "favourable", "question": None},
        {"figure": "share", "question": "q1", "option": "o4"},
    ):
        row = one(found, **names)
        assert (row["words"], row["high"], row["shown"]) == (ALMOST_ALL, 100, True)
        assert 95 < row["low"] < 100
        assert {row[name] for name in NUMBERS if name not in ENDS} == {None}
    for option in ("o0", "o1", "o2", "o3"):
        row = one(found, figure="share", question="q0", option=option)
        assert (row["words"], row["low"], row["shown"]) == (ALMOST_NONE, 0, True)
        assert 0 < row["high"] < 5
        assert {row[name] for name in NUMBERS if name not in ENDS} == {None}


def test_figures_that_are_no_shares_keep_their_numbers() -> None:
    row = one(released(np.full((2_000, 1), 5)), figure="mean", question="q0")
    assert row["words"] is None
    assert row["value"] == row["high"] == 5
    assert row["nonresponse"] == 0
    questions = [nps("n")]
    design = design_of(questions, [], make_policy(questions, [], [], epsilon=3, k=5, comment_k=10))
    promoters = np.tile(np.array([1, 11], dtype=np.uint8), (2_000, 1))
    draw, marks = vector(design, count(design, promoters), 0), np.zeros(1, dtype=bool)
    [_, row] = rows_of(design, MARGINS, draw, marks, responses=2_000, invited=2_000)
    assert (row["figure"], row["value"], row["high"], row["words"]) == ("nps", 100, 100, None)


def test_a_share_that_may_be_none_and_may_be_all_is_withheld_like_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    half = np.repeat([[1], [5]], 45, axis=0) * np.ones((1, 40))
    share = {"figure": "favourable", "question": "q0"}
    found = released(half, epsilon=1, share=1_000)
    assert {name: one(found, **share)[name] for name in WITHHELD} == WITHHELD
    assert one(found, figure="favourable", question=None)["value"] == 50
    monkeypatch.setattr(rows, "all_alike", never)
    row = one(released(half, epsilon=1, share=1_000), **share)
    assert (row["value"], row["low"], row["high"]) == (50, 0, 100)


def test_words_change_nothing_in_other_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = np.random.default_rng(3).choice([1, 4, 5], (2_000, 3), p=[0.01, 0.09, 0.9])
    guarded = released(answers, groups=4)
    monkeypatch.setattr(rows, "all_alike", never)
    plain = released(answers, groups=4)
    told = 0
    for with_words, without in zip(guarded, plain, strict=True):
        if with_words["words"]:
            told += 1
            assert [with_words[end] for end in ENDS] == [without[end] for end in ENDS]
            assert without["low"] <= 0 or without["high"] >= 100
        else:
            assert with_words == without
            assert (
                with_words["value"] is None
                or with_words["figure"] in ("count", "mean")
                or (with_words["low"] > 0 and with_words["high"] < 100)
            )
    assert 10 < told < len(plain) / 2


def test_an_interval_touches_an_end_as_it_is_printed() -> None:
    nobody, everybody = all_alike(np.array([0.0, 0.1, 50.0, 0.0]), np.array([10.0, 99.9, 100.0, 100.0]))
    assert nobody.tolist() == [True, False, False, True]
    assert everybody.tolist() == [False, False, True, True]
