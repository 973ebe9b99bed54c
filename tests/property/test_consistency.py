"""Least squares: all tables agree, nothing exact is changed, and no other linear estimate is better."""

from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.consistency import Projection, incidence
from privacy.plan import Design
from privacy.rows import groups_of


@st.composite
def a_design(draw: st.DrawFn, plans: SimpleNamespace) -> Design:
    """Any tables over up to three attributes, with multipliers that differ by table and question."""
    attributes = [plans.attribute(f"a{i}", draw(st.integers(2, 3))) for i in range(draw(st.integers(0, 3)))]
    names = [attribute.id for attribute in attributes]
    possible = [(name,) for name in names] + [(names[0], name) for name in names[1:]]
    tables = draw(st.lists(st.sampled_from(possible), unique=True)) if possible else []
    design = plans.design([plans.scale("s", 3, (2,)), plans.nps("n")], attributes, tables)
    multipliers = st.tuples(*[st.integers(50, 2_000)] * len(design.tables))
    return replace(
        design,
        count_multipliers=draw(multipliers),
        question_multipliers=(draw(multipliers), draw(multipliers)),
    )


def membership(design: Design) -> np.ndarray:
    """(cells, combinations of levels): 1 where a combination belongs to a cell."""
    names = [attribute.id for attribute in design.attributes]
    atoms = list(product(*(range(len(attribute.levels) + 1) for attribute in design.attributes)))
    return np.array(
        [
            [
                all(atom[names.index(n)] == x for n, x in zip(table.attributes, levels, strict=True))
                for atom in atoms
            ]
            for table, levels in groups_of(design)
        ],
        dtype=float,
    )


def random_draw(design: Design, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(-(10**6), 10**6, design.size)


@given(st.data(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_all_tables_agree(plans: SimpleNamespace, data: st.DataObject, seed: int) -> None:
    design = data.draw(a_design(plans))
    sums = Projection(design)(random_draw(design, seed))
    groups = list(groups_of(design))
    for values in (sums.counts[:, None], *sums.features):
        for coarse, (table, levels) in enumerate(groups):
            stated = set(zip(table.attributes, levels, strict=True))
            for finer in design.tables:
                if set(table.attributes) <= set(finer.attributes):
                    parts = [
                        place
                        for place, (other, at) in enumerate(groups)
                        if other == finer and stated <= set(zip(other.attributes, at, strict=True))
                    ]
                    np.testing.assert_allclose(values[parts].sum(axis=0), values[coarse], atol=1e-6)


@given(st.data(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_sums_without_noise_come_back_unchanged(
    plans: SimpleNamespace, data: st.DataObject, seed: int
) -> None:
    design = data.draw(a_design(plans))
    members = membership(design)
    exact = members @ np.random.default_rng(seed).integers(0, 1_000, (members.shape[1], design.channels))
    cells = [table.cells for table in design.tables]
    columns = [np.repeat(design.count_multipliers, cells)]
    for embedding, own in zip(design.embeddings, design.question_multipliers, strict=True):
        columns += [np.repeat(own, cells)] * embedding.channels
    weighted = exact * np.array(columns).T
    sums = Projection(design)(np.append(weighted.ravel(), 0).astype(np.int64))
    np.testing.assert_allclose(sums.counts, exact[:, 0], atol=1e-6)
    np.testing.assert_allclose(np.concatenate(sums.features, axis=1), exact[:, 1:], atol=1e-6)


@given(st.data(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_the_estimate_is_the_best_linear_one_over_all_joint_tables(
    plans: SimpleNamespace, data: st.DataObject, seed: int
) -> None:
    """The minimum-norm solution over every combination of levels, which shares no code with the effects."""
    design = data.draw(a_design(plans))
    drawn = random_draw(design, seed)
    sums = Projection(design)(drawn)
    weights = np.repeat(design.count_multipliers, [table.cells for table in design.tables])[:, None]
    members = membership(design)
    solver = np.linalg.pinv(weights * members)
    counts = drawn[:-1].reshape(design.cells, design.channels)[:, 0]
    np.testing.assert_allclose(sums.counts, members @ solver @ counts, atol=1e-5)
    covariance = design.sigma**2 * members @ solver @ solver.T @ members.T
    np.testing.assert_allclose(sums.covariance, covariance, atol=1e-6 * np.abs(covariance).max())


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_effects_span_all_sums_that_agree_and_are_independent(
    plans: SimpleNamespace, data: st.DataObject
) -> None:
    design = data.draw(a_design(plans))
    basis = incidence(design.tables)
    rank = np.linalg.matrix_rank(basis)
    members = membership(design)
    assert rank == basis.shape[1] == np.linalg.matrix_rank(members)
    assert np.linalg.matrix_rank(np.concatenate([basis, members], axis=1)) == rank
