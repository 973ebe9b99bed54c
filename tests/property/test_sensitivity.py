"""Both sensitivities and every embedding against exhaustive enumeration."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy import sensitivity
from privacy.embedding import Embedding, embedding_of
from privacy.plan import Design
from privacy.survey import Question
from tests.property.contributions import answers_to, contributions, squared_distances

MOST_RESPONSES = 400


@st.composite
def a_question(draw: st.DrawFn, plans: SimpleNamespace, name: str, largest: int = 4) -> Question:
    kind = draw(st.sampled_from(["scale", "choice", "multiple", "nps"]))
    size = draw(st.integers(1, largest))
    if kind == "nps":
        return plans.nps(name)
    if kind == "scale":
        return plans.scale(name, size, draw(st.sets(st.integers(0, size - 1))))
    return getattr(plans, kind)(name, min(size, 3) if kind == "multiple" else size)


@st.composite
def a_design(draw: st.DrawFn, plans: SimpleNamespace) -> Design:
    """Few enough responses to list them all; multipliers that differ by table and question."""
    attributes = [plans.attribute(f"a{i}", draw(st.integers(2, 3))) for i in range(draw(st.integers(0, 2)))]
    room = MOST_RESPONSES
    for attribute in attributes:
        room //= len(attribute.levels) + 1
    questions: list[Question] = []
    for place in range(draw(st.integers(0, 3))):
        question = draw(a_question(plans, f"q{place}"))
        if len(answers_to(question)) <= room:
            questions.append(question)
            room //= len(answers_to(question))
    names = [attribute.id for attribute in attributes]
    possible = [(name,) for name in names] + [(one, two) for one in names for two in names if one < two]
    tables = draw(st.lists(st.sampled_from(possible), unique=True)) if possible else []
    design = plans.design(questions, attributes, tables)
    multiplier = st.tuples(*[st.integers(1, 9)] * len(design.tables))
    count_multiplier = st.tuples(*[st.integers(1, 9) | st.integers(100, 900)] * len(design.tables))
    count_multipliers = draw(count_multiplier)
    question_multipliers = tuple(draw(multiplier) for _ in questions)
    return replace(
        design,
        count_multipliers=count_multipliers,
        question_multipliers=question_multipliers,
        spoiled_multiplier=draw(st.integers(1, 20)),
    )


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_both_sensitivities_are_the_exact_maximum_over_all_responses(
    plans: SimpleNamespace, data: st.DataObject
) -> None:
    design = data.draw(a_design(plans))
    added = contributions(design)
    presence = sensitivity.presence(design.embeddings, design.count_multipliers, design.question_multipliers)
    assert max(presence, design.spoiled_multiplier**2) == (added**2).sum(axis=1).max()
    tables = [frozenset(table.attributes) for table in design.tables]
    assert (
        sensitivity.answers(
            tables,
            design.embeddings,
            design.count_multipliers,
            design.question_multipliers,
            design.spoiled_multiplier,
        )
        == squared_distances(added).max()
    )


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_the_plan_states_the_sensitivities_of_its_own_multipliers(
    plans: SimpleNamespace, data: st.DataObject
) -> None:
    drawn = data.draw(a_design(plans))
    design = plans.design(
        drawn.questions, drawn.attributes, [table.attributes for table in drawn.tables if table.attributes]
    )
    added = contributions(design)
    assert design.d2 == (added**2).sum(axis=1).max()
    assert design.d2_answers == squared_distances(added).max()
    assert design.spoiled_multiplier**2 <= design.d2


def test_every_mix_of_attributes_that_two_people_state_differently_counts(plans: SimpleNamespace) -> None:
    attributes = [plans.attribute(name, 2) for name in "abc"]
    design = plans.design([], attributes, [("a",), ("b",), ("c",), ("a", "b")])
    tables = [frozenset(table.attributes) for table in design.tables]
    # The whole never tells two people apart; the four others do if all attributes differ.
    assert sensitivity.answers(tables, (), (1, 1, 2, 3, 4), (), 0) == 2 * (1 + 4 + 9 + 16)


def features_of(embedding: Embedding, question: Question) -> list[np.ndarray]:
    """The feature vector of every answer, from the rows of its codes."""
    rows = np.array(embedding.rows)
    starts = np.cumsum([0, *embedding.codes])
    vectors = []
    for answer in answers_to(question):
        if question.type == "multiple":
            codes = [
                0 if answer is None else 1 + (option in answer) for option in range(len(question.options))
            ]
        else:
            codes = [0 if answer is None else answer + 1]
        vectors.append(sum(rows[start + code] for start, code in zip(starts, codes, strict=False)))
    return vectors


@given(st.data(), st.integers(0, 50), st.integers(0, 50))
@settings(max_examples=200, deadline=None)
def test_an_embeddings_norm_and_worst_pairs_are_those_of_its_answers(
    plans: SimpleNamespace, data: st.DataObject, together: int, apart: int
) -> None:
    question = data.draw(a_question(plans, "q", largest=11))
    embedding = embedding_of(question)
    vectors = features_of(embedding, question)
    norms = [int(one @ one) for one in vectors]
    assert embedding.norm == max(norms)
    worst = max(
        together * int((one - two) @ (one - two)) + apart * (norm_one + norm_two)
        for one, norm_one in zip(vectors, norms, strict=True)
        for two, norm_two in zip(vectors, norms, strict=True)
    )
    assert worst == max(together * distance + apart * norms for distance, norms in embedding.pairs)


def test_a_five_point_scale_costs_what_the_guarantees_page_says(plans: SimpleNamespace) -> None:
    assert embedding_of(plans.scale("q", 5, (3, 4))).norm == 2500
