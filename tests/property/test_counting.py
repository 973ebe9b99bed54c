"""Counting against a reading of every response by itself."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy import count as counting
from privacy.answers import Response, encode, layout_for
from privacy.count import count, sizes, vector
from privacy.decoding import decode
from privacy.plan import Design
from privacy.rows import groups_of


@pytest.fixture(scope="module")
def design(plans: SimpleNamespace) -> Design:
    questions = [
        plans.scale("s", 5, (3, 4)),
        plans.multiple("m", 9),
        plans.nps("n"),
        plans.choice("c", 3),
    ]
    attributes = [plans.attribute("a", 3), plans.attribute("unused", 2), plans.attribute("b", 2)]
    return plans.design(questions, attributes, [("a",), ("b",), ("a", "b")])


responses = st.builds(
    Response,
    st.fixed_dictionaries(
        {
            "s": st.none() | st.integers(0, 4),
            "m": st.none() | st.frozensets(st.integers(0, 8)),
            "n": st.none() | st.integers(0, 10),
            "c": st.none() | st.integers(0, 2),
        }
    ),
    st.fixed_dictionaries(
        {
            "a": st.none() | st.integers(0, 2),
            "unused": st.none() | st.integers(0, 1),
            "b": st.none() | st.integers(0, 1),
        }
    ),
)


def rows_of(design: Design, given_responses: list[Response]) -> np.ndarray:
    layout = layout_for(design.questions, design.attributes)
    data = b"".join(encode(layout, response) for response in given_responses)
    return np.frombuffer(data, dtype=np.uint8).reshape(len(given_responses), layout.fixed_size)


def channel_by_channel(design: Design, rows: np.ndarray) -> list[int]:
    """The vector of sums, one decoded response and one channel at a time, from their definitions."""
    layout = layout_for(design.questions, design.attributes)
    total = np.zeros((design.cells, design.channels), dtype=np.int64)
    groups = list(groups_of(design))
    for row in rows:
        response = decode(layout, row.tobytes())
        s, m, n, c = (response.answers[name] for name in "smnc")
        scale, multiple, nps, choice = [0] * 7 + [50], [0] * 9 + [30], [0, 0, 1], [0, 0, 0, 48]
        if s is not None:
            own, line = (32, 38, 40, 34, 27)[s], (-24, -12, 0, 12, 24)[s]
            scale = [own if s == other else -9 for other in range(5)] + [29 if s > 2 else -23, line, 0]
        if m is not None:
            multiple = [10 if other in m else -10 for other in range(9)] + [0]
        if n is not None:
            nps = [-1, 0, 0] if n <= 6 else [0, 1, 0] if n <= 8 else [1, 0, 0]
        if c is not None:
            choice = [40 if c == other else -20 for other in range(3)] + [0]
        for cell, (table, levels) in enumerate(groups):
            stated = [response.attributes[name] for name in table.attributes]
            last = [size - 1 for size in table.shape]
            if tuple(end if x is None else x for x, end in zip(stated, last, strict=True)) == levels:
                which = design.tables.index(table)
                weights = [m[which] for m in design.question_multipliers]
                parts = [[design.count_multipliers[which]]]
                parts += [
                    [w * x for x in part]
                    for w, part in zip(weights, (scale, multiple, nps, choice), strict=True)
                ]
                total[cell] += np.concatenate(parts)
    return total.ravel().tolist()


@given(st.lists(responses, max_size=12), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_sums_are_what_reading_each_response_gives(
    design: Design, given_responses: list[Response], spoiled: int
) -> None:
    rows = rows_of(design, given_responses)
    values = vector(design, count(design, rows), spoiled)
    assert values == [*channel_by_channel(design, rows), spoiled * design.spoiled_multiplier]
    assert len(values) == design.size


@given(st.lists(responses, max_size=12), st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_counts_of_two_parts_add_up_to_those_of_the_whole(
    design: Design, given_responses: list[Response], cut: int
) -> None:
    rows = rows_of(design, given_responses)
    parts = count(design, rows[:cut]) + count(design, rows[cut:])
    whole = count(design, rows)
    assert all(np.array_equal(one, two) for one, two in zip(parts.tables, whole.tables, strict=True))


@given(st.lists(responses, max_size=12))
@settings(max_examples=60, deadline=None)
def test_every_table_holds_every_response_once(design: Design, given_responses: list[Response]) -> None:
    counted = count(design, rows_of(design, given_responses))
    assert {int(table[:, 0].sum()) for table in counted.tables} == {len(given_responses)}
    assert sizes(counted).sum() == len(design.tables) * len(given_responses)


def test_the_size_of_a_block_changes_no_count(design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Response({"s": 4, "m": frozenset({8}), "n": 0, "c": None}, {"a": 2, "unused": None, "b": None})
    two = Response({"s": None, "m": frozenset(), "n": 9, "c": 1}, {"a": None, "unused": 1, "b": 0})
    rows = rows_of(design, [one, two, two, one, one])
    whole = vector(design, count(design, rows), 0)
    monkeypatch.setattr(counting, "BLOCK", 2)
    assert vector(design, count(design, rows), 0) == whole
