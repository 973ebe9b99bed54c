"""Both sensitivities of designs with hierarchies, tables of several steps and crosses, by enumeration."""

from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from privacy import sensitivity
from privacy.plan import Design
from privacy.survey import Attribute
from tests.property.contributions import contributions, squared_distances, statements_of
from tests.survey_parts import hierarchy

MOST_RESPONSES = 300


@st.composite
def a_design(draw: st.DrawFn, plans: SimpleNamespace) -> tuple[Design, tuple[Attribute, ...]]:
    """A hierarchy of two or three steps with some of their tables, perhaps crossed, and its steps."""
    steps: list[tuple[str, list[int]]] = [("h0", [draw(st.integers(2, 3))])]
    for step in range(1, draw(st.integers(2, 3))):
        above = sum(steps[-1][1])
        steps.append((f"h{step}", draw(st.lists(st.integers(1, 3), min_size=above, max_size=above))))
    chain = hierarchy(*steps)
    attributes = [*chain, plans.attribute("flat", 2)] if draw(st.booleans()) else [*chain]
    names = [step.id for step in chain]
    tables = [(name,) for name in names if draw(st.booleans())]
    if len(attributes) > len(chain):
        tables += draw(st.sampled_from([[], [("flat",)], [(draw(st.sampled_from(names)), "flat")]]))
    room = MOST_RESPONSES // len(statements_of(attributes))
    questions = [plans.scale("s", 2, draw(st.sets(st.integers(0, 1))))] if room >= 3 else []
    questions += [plans.multiple("m", 2)] if room >= 15 and draw(st.booleans()) else []
    design = plans.design(questions, attributes, tables)
    multiplier = st.tuples(*[st.integers(1, 9)] * len(design.tables))
    count_multiplier = st.tuples(*[st.integers(1, 9) | st.integers(100, 900)] * len(design.tables))
    return (
        replace(
            design,
            count_multipliers=draw(count_multiplier),
            question_multipliers=tuple(draw(multiplier) for _ in questions),
            spoiled_multiplier=draw(st.integers(1, 20)),
        ),
        chain,
    )


def every_step_parts(chain: tuple[Attribute, ...]) -> bool:
    """Whether at every step two people can differ there and in nothing above."""
    return all(any(one.parent == two.parent for one, two in combinations(step.levels, 2)) for step in chain)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_both_sensitivities_are_the_exact_maximum_over_all_responses_along_a_hierarchy(
    plans: SimpleNamespace, data: st.DataObject
) -> None:
    design, chain = data.draw(a_design(plans))
    added = contributions(design)
    presence = sensitivity.presence(design.embeddings, design.count_multipliers, design.question_multipliers)
    assert max(presence, design.spoiled_multiplier**2) == (added**2).sum(axis=1).max()
    answers = sensitivity.answers(
        [table.tells for table in design.tables],
        design.embeddings,
        design.count_multipliers,
        design.question_multipliers,
        design.spoiled_multiplier,
    )
    most = squared_distances(added).max()
    assert answers >= most
    if every_step_parts(chain):
        assert answers == most


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_plan_states_the_sensitivities_of_its_own_multipliers_along_a_hierarchy(
    plans: SimpleNamespace, data: st.DataObject
) -> None:
    drawn, chain = data.draw(a_design(plans))
    tables = [table.attributes for table in drawn.tables if table.attributes]
    design = plans.design(drawn.questions, drawn.attributes, tables)
    added = contributions(design)
    assert design.d2 == (added**2).sum(axis=1).max()
    assert design.d2_answers >= squared_distances(added).max()
    if every_step_parts(chain):
        assert design.d2_answers == squared_distances(added).max()
