"""What an attacker learns by adding and subtracting everything shown, tried out in full."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from privacy.complement import Complement
from privacy.consistency import Consistent
from privacy.plan import Design, Table
from privacy.rows import groups_of

K = 5
MOST_ATOMS = 12
NUMBERS = st.sampled_from([0, 0, 0, 1, 2, 4]) | st.integers(0, 9) | st.just(30)  # of people


def atoms_of(design: Design) -> list[dict[str, int]]:
    """Every combination of levels, not said included: whoever is in one cannot be told apart by any table."""
    shapes = [range(len(attribute.levels) + 1) for attribute in design.attributes]
    names = [attribute.id for attribute in design.attributes]
    return [dict(zip(names, levels, strict=True)) for levels in product(*shapes)]


def members(design: Design) -> np.ndarray:
    """(cells, atoms): which combinations each group of the release consists of."""

    def inside(table: Table, levels: tuple[int, ...], atom: dict[str, int]) -> bool:
        return all(atom[name] == level for name, level in zip(table.attributes, levels, strict=True))

    atoms = atoms_of(design)
    return np.array(
        [[inside(table, levels, atom) for atom in atoms] for table, levels in groups_of(design)], dtype=float
    )


def derivable_sets(shown: np.ndarray) -> np.ndarray:
    """(sets, atoms): every set of atoms whose total is a combination of the totals of ``shown`` groups."""
    atoms = shown.shape[1]
    sets = (np.arange(1, 2**atoms)[:, None] >> np.arange(atoms)) & 1
    if not len(shown):
        return sets[:0]
    _, values, vectors = np.linalg.svd(shown, full_matrices=False)
    span = vectors[values > 1e-9]
    beside = sets - sets @ span.T @ span
    return sets[np.abs(beside).max(axis=1) < 1e-9]


def who_stated_all(design: Design) -> np.ndarray:
    """(atoms,): the combinations in which nothing was left unsaid."""
    return np.array(
        [
            all(
                level < len(attribute.levels)
                for attribute, level in zip(design.attributes, atom.values(), strict=True)
            )
            for atom in atoms_of(design)
        ]
    )


def small_and_stated(design: Design, shown: np.ndarray, people: np.ndarray) -> bool:
    """Whether subtraction gives away fewer than k people, among them a combination that was stated in full.

    Those who did not say are in no group that anybody could name: what the whole and the groups give away
    about them is no group's.
    """
    derived = derivable_sets(members(design)[shown])
    return bool(((derived @ people < K) & (derived @ who_stated_all(design) > 0)).any())


def without_noise(design: Design, people: np.ndarray) -> Consistent:
    """The exact number of people of every group, known without error."""
    cells = design.cells
    return Consistent(members(design) @ people, np.zeros((cells, cells)), (), ())


@st.composite
def a_design(draw: st.DrawFn, plans: SimpleNamespace) -> Design:
    """One to three attributes, at most 12 combinations, and any tables of one or two of them."""
    levels: list[int] = []
    for _ in range(draw(st.integers(1, 3))):
        room = MOST_ATOMS // int(np.prod([size + 1 for size in levels], dtype=int))
        if room >= 2:
            levels.append(draw(st.integers(1, room - 1)))
    attributes = [plans.attribute(f"a{place}", size) for place, size in enumerate(levels)]
    names = [attribute.id for attribute in attributes]
    possible = [(name,) for name in names] + [(one, two) for one in names for two in names if one < two]
    tables = draw(st.lists(st.sampled_from(possible), unique=True))
    assume(sum(len(table) == 2 for table in tables) < 3)  # three attributes crossed pairwise are refused
    return plans.design([], attributes, tables, k=K)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_no_set_that_follows_from_what_is_shown_is_smaller_than_k(
    plans: SimpleNamespace, data: st.DataObject
) -> None:
    design = data.draw(a_design(plans))
    number = len(atoms_of(design))
    people = np.array(data.draw(st.lists(NUMBERS, min_size=number, max_size=number)))
    sums = without_noise(design, people)
    shown = Complement(design, sums, sums.counts >= K, np.zeros(design.cells, dtype=bool)).shown()
    assert (sums.counts[shown] >= K).all()
    assert not small_and_stated(design, shown, people)


@pytest.mark.parametrize(
    ("levels", "tables", "people"),
    [
        ((3,), [("a0",)], [9, 8, 1, 7]),
        ((2, 1), [("a0",), ("a1",), ("a0", "a1")], [1, 9, 9, 9, 9, 9]),
        # Row totals give away 9 in the corner, the column total then gives away the 1 beside it.
        ((2, 1), [("a0",), ("a1",), ("a0", "a1")], [9, 9, 1, 9, 9, 9]),
        ((1, 1, 1), [("a0", "a1"), ("a0", "a2")], [1, 1, 9, 9, 9, 9, 9, 9]),
        # One level of a0 has three people in all, and no table of its own to be withheld in.
        ((1, 1, 1), [("a0", "a1"), ("a0", "a2")], [1, 1, 0, 1, 9, 9, 9, 9]),
        # The last level is withheld with the small one; its parts would add up to it.
        ((2, 1), [("a0",), ("a0", "a1")], [9, 9, 1, 1, 8, 8]),
    ],
)
def test_the_thresholds_alone_would_give_a_small_group_away(
    plans: SimpleNamespace, levels: tuple[int, ...], tables: list[tuple[str, ...]], people: list[int]
) -> None:
    attributes = [plans.attribute(f"a{place}", size) for place, size in enumerate(levels)]
    design = plans.design([], attributes, tables, k=K)
    sums = without_noise(design, np.array(people))
    passing = sums.counts >= K
    assert small_and_stated(design, passing, people)
    shown = Complement(design, sums, passing, np.zeros(design.cells, dtype=bool)).shown()
    assert shown.any()
    assert not small_and_stated(design, shown, people)


def test_a_small_group_of_those_who_did_not_say_costs_no_other_group(plans: SimpleNamespace) -> None:
    design = plans.design([], [plans.attribute("a0", 3)], [("a0",)], k=K)
    sums = without_noise(design, np.array([9, 8, 7, 1]))
    shown = Complement(design, sums, sums.counts >= K, np.zeros(design.cells, dtype=bool)).shown()
    assert shown.tolist() == [True, True, True, True, False]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_the_parts_of_a_withheld_group_are_withheld(plans: SimpleNamespace, data: st.DataObject) -> None:
    design = data.draw(a_design(plans))
    number = len(atoms_of(design))
    people = np.array(data.draw(st.lists(NUMBERS, min_size=number, max_size=number)))
    sums = without_noise(design, people)
    shown = Complement(design, sums, sums.counts >= K, np.zeros(design.cells, dtype=bool)).shown()
    groups = list(groups_of(design))
    for cell in np.flatnonzero(shown):
        part = dict(zip(groups[cell][0].attributes, groups[cell][1], strict=True))
        for other, (table, levels) in enumerate(groups):
            stated = dict(zip(table.attributes, levels, strict=True))
            if stated.items() <= part.items():
                assert shown[other]


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_group_held_for_its_exact_count_is_never_shown_nor_derived(
    plans: SimpleNamespace, data: st.DataObject
) -> None:
    """Noise may lift a small group over the threshold: the exact test holds it, the rule hides it."""
    design = data.draw(a_design(plans))
    number = len(atoms_of(design))
    people = np.array(data.draw(st.lists(NUMBERS, min_size=number, max_size=number)))
    sums = without_noise(design, people)
    passing = sums.counts >= K
    held = passing & np.array(
        data.draw(st.lists(st.booleans(), min_size=design.cells, max_size=design.cells))
    )
    shown = Complement(design, sums, passing, held).shown()
    assert not (shown & held).any()
    derived = derivable_sets(members(design)[shown])
    named = members(design) @ who_stated_all(design) > 0
    for group in members(design)[held & named]:
        assert not (derived == group).all(axis=1).any()


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_nothing_is_withheld_where_every_group_is_large(plans: SimpleNamespace, data: st.DataObject) -> None:
    design = data.draw(a_design(plans))
    number = len(atoms_of(design))
    people = np.array(data.draw(st.lists(st.integers(K, 20), min_size=number, max_size=number)))
    sums = without_noise(design, people)
    assert Complement(design, sums, sums.counts >= K, np.zeros(design.cells, dtype=bool)).shown().all()
