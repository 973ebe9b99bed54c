"""Counting along a hierarchy: each group is the sum of those below it, and what a slow reading gives."""

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.answers import Response, encode, layout_for
from privacy.count import count
from privacy.plan import Design
from privacy.survey import Attribute
from tests.property.hierarchies import hierarchies, read_slowly, stated
from tests.survey_parts import attribute


def counted_by_hand(design: Design, attributes: tuple[Attribute, ...], rows: np.ndarray) -> list[list[int]]:
    """The number of rows in each cell of each table."""
    read = [read_slowly(attributes, row[-len(attributes) :].tolist()) for row in rows]
    sizes = {one.id: len(one.levels) + 1 for one in attributes}
    found = []
    for table in design.tables:
        shape = [sizes[name] for name in table.attributes]
        cells: Counter[int] = Counter()
        for levels in read:
            assert levels is not None
            stated_levels = [levels[name] for name in table.attributes]
            place = [size - 1 if x is None else x for x, size in zip(stated_levels, shape, strict=True)]
            cells[int(np.ravel_multi_index(place, shape)) if place else 0] += 1
        found.append([cells[cell] for cell in range(table.cells)])
    return found


@pytest.fixture(scope="module")
def draw_rows(plans: SimpleNamespace) -> SimpleNamespace:
    def draw(data: st.DataObject) -> SimpleNamespace:
        steps = data.draw(hierarchies("step", least=2, fewest=2))
        attributes = (attribute("before", 2), *steps, attribute("after", 3))
        crossed = data.draw(st.sampled_from(steps)).id
        tables = [("before",), *((step.id,) for step in steps), (crossed, "after")]
        questions = [plans.scale("s", 3)]
        design = plans.design(questions, attributes, tables)
        layout = layout_for(questions, attributes)
        answers = st.none() | st.integers(0, 2)
        people = [
            encode(layout, Response({"s": data.draw(answers)}, stated(data.draw, attributes)))
            for _ in range(data.draw(st.integers(0, 8)))
        ]
        rows = np.frombuffer(b"".join(people), dtype=np.uint8).reshape(len(people), layout.fixed_size)
        return SimpleNamespace(design=design, attributes=attributes, steps=steps, rows=rows)

    return SimpleNamespace(draw=draw)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_every_cell_holds_whom_a_slow_reading_puts_there(
    draw_rows: SimpleNamespace, data: st.DataObject
) -> None:
    drawn = draw_rows.draw(data)
    tables = count(drawn.design, drawn.rows).tables
    by_hand = counted_by_hand(drawn.design, drawn.attributes, drawn.rows)
    assert [table[:, 0].tolist() for table in tables] == by_hand


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_each_unit_has_the_answers_of_the_units_below_it(
    draw_rows: SimpleNamespace, data: st.DataObject
) -> None:
    drawn = draw_rows.draw(data)
    tables = {
        table.attributes: numbers
        for table, numbers in zip(drawn.design.tables, count(drawn.design, drawn.rows).tables, strict=True)
    }
    for above, step in zip(drawn.steps, drawn.steps[1:], strict=False):
        for place, unit in enumerate(above.levels):
            children = [number for number, level in enumerate(step.levels) if level.parent == unit.id]
            below = tables[(step.id,)][children].sum(axis=0)
            assert np.array_equal(tables[(above.id,)][place], below)
        assert np.array_equal(tables[(above.id,)][-1], tables[(step.id,)][-1])


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_bytes_that_no_path_has_are_never_counted(draw_rows: SimpleNamespace, data: st.DataObject) -> None:
    drawn = draw_rows.draw(data)
    row = np.zeros((1, drawn.design.row_size), dtype=np.uint8)
    stated_bytes = data.draw(
        st.lists(st.integers(0, 4), min_size=len(drawn.steps), max_size=len(drawn.steps))
    )
    row[0] = [1, 0, 0, *stated_bytes, 0]
    if read_slowly(drawn.attributes, row[0, 2:].tolist()) is None:
        with pytest.raises(ValueError, match="no valid response"):
            count(drawn.design, row)
    else:
        assert all(table[:, 0].sum() == 1 for table in count(drawn.design, row).tables)
