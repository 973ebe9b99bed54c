"""What follows by adding and subtracting the groups of a release that are shown, tried out in full."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from privacy.breakdowns import closing_a_circle
from privacy.complement import Complement
from privacy.consistency import Consistent
from privacy.nesting import tops_of
from privacy.plan import Axis, Design, design_of, make_policy
from privacy.rows import groups_of
from privacy.survey import Attribute
from tests.survey_parts import hierarchy

K = 5
MOST_SETS = 2**14
NUMBERS = st.sampled_from([0, 0, 0, 1, 2, 4]) | st.integers(0, 9) | st.just(30)  # of people

Tables = Sequence[tuple[str, ...]]


def design_with(attributes: Sequence[Attribute], tables: Tables) -> Design:
    """A design of these tables and no questions."""
    return design_of((), attributes, make_policy((), attributes, tables, epsilon=3, k=K, comment_k=10))


def atoms_of(design: Design) -> list[dict[str, int]]:
    """Every combination of levels, not said included: whoever is in one cannot be told apart by any table."""
    tops = tops_of(design.attributes)
    finest: dict[str, Axis] = {}
    for axis in (axis for table in design.tables for axis in table.axes):
        top = tops[axis.attribute]
        if top not in finest or len(axis.chain) > len(finest[top].chain):
            finest[top] = axis
    axes = finest.values()
    return [
        {name: level for axis, cell in zip(axes, cells, strict=True) for name, level in _up(axis, cell)}
        for cells in product(*(range(axis.size) for axis in axes))
    ]


def _up(axis: Axis, cell: int) -> list[tuple[str, int]]:
    if axis.above is None:
        return [(axis.attribute, cell)]
    return [(axis.attribute, cell), *_up(axis.above, axis.parents[cell])]


def members(design: Design) -> np.ndarray:
    """(cells, atoms): which combinations each group of the release consists of, by 0 and 1."""
    groups = [dict(zip(table.attributes, levels, strict=True)) for table, levels in groups_of(design)]
    return np.array([[group.items() <= atom.items() for atom in atoms_of(design)] for group in groups], float)


def small_sets(shown: np.ndarray, people: np.ndarray, k: int = K) -> np.ndarray:
    """(sets, atoms): every set of fewer than k people whose number follows from those of ``shown`` groups.

    That are the combinations of independent rows that are 0 or 1 everywhere. Each row is alone in one atom,
    so that it is in or out; the rest is given up as soon as some atom has another number, or k people are in.
    Too much to try is no example.
    """
    rows = _reduced(shown)
    last = np.array([max(np.flatnonzero(column), default=0) for column in rows.T.round(9)], dtype=int)
    sets = np.zeros((1, shown.shape[1]))
    for number, row in enumerate(rows):
        sets = np.concatenate([sets, sets + row])
        whole = np.abs(sets[:, last == number] * 2 - 1).round(9) == 1
        sets = sets[whole.all(axis=1)]
        sets = sets[sets[:, last <= number] @ people[last <= number] < k]
        if len(sets) > MOST_SETS:
            reject()
    return np.rint(sets)


def follows(group: np.ndarray, shown: np.ndarray) -> bool:
    """Whether the number of people of one group follows from those of ``shown`` groups."""
    return len(_reduced(np.vstack([shown, group]))) == len(_reduced(shown))


def _reduced(matrix: np.ndarray) -> np.ndarray:
    """The reduced echelon form without its zero rows."""
    rows, done = matrix.copy(), 0
    for column in range(rows.shape[1]):
        if done == len(rows):
            break
        best = done + int(np.argmax(np.abs(rows[done:, column])))
        if abs(rows[best, column]) < 1e-9:
            continue
        rows[[done, best]] = rows[[best, done]]
        rows[done] /= rows[done, column]
        others = np.arange(len(rows)) != done
        rows[others] -= np.outer(rows[others, column], rows[done])
        done += 1
    return rows[:done]


def who_stated_all(design: Design) -> np.ndarray:
    """(atoms,): the combinations in which nothing was left unsaid."""
    levels = {attribute.id: len(attribute.levels) for attribute in design.attributes}
    return np.array([all(level < levels[name] for name, level in atom.items()) for atom in atoms_of(design)])


def small_and_stated(design: Design, shown: np.ndarray, people: np.ndarray) -> bool:
    """Whether subtraction gives away fewer than k people, among them a combination that was stated in full.

    Those who did not say are in no group that anybody could name: what the whole and the groups give away
    about them is no group's.
    """
    return bool((small_sets(members(design)[shown], people) @ who_stated_all(design) > 0).any())


def without_noise(design: Design, people: np.ndarray) -> Consistent:
    """The exact number of people of every group, known without error."""
    cells = design.cells
    return Consistent(members(design) @ people, np.zeros((cells, cells)), (), ())


def shown_of(design: Design, sums: Consistent, held: np.ndarray | None = None) -> np.ndarray:
    """What the gate and the rule leave, with no noise: groups of at least k people but for those ``held``."""
    nobody = np.zeros(design.cells, dtype=bool)
    return Complement(design, sums, sums.counts >= K, nobody if held is None else held).shown()


@st.composite
def some_people(draw: st.DrawFn, design: Design, numbers: st.SearchStrategy[int] = NUMBERS) -> np.ndarray:
    atoms = len(atoms_of(design))
    return np.array(draw(st.lists(numbers, min_size=atoms, max_size=atoms)))


@st.composite
def a_hierarchy(draw: st.DrawFn, name: str, most_steps: int) -> tuple[Attribute, ...]:
    """Up to ``most_steps`` steps of two to five levels each."""
    steps = [(f"{name}0", [draw(st.integers(2, 3))])]
    for step in range(1, draw(st.integers(1, most_steps))):
        children = [1] * sum(steps[-1][1])
        for parent in draw(st.lists(st.integers(0, len(children) - 1), max_size=5 - len(children))):
            children[parent] += 1
        steps.append((f"{name}{step}", children))
    return hierarchy(*steps)


@st.composite
def a_design(draw: st.DrawFn) -> Design:
    """One to three hierarchies, one of up to three steps, with any tables that a policy may have."""
    steps = draw(st.permutations([1, 1, draw(st.integers(1, 3))]))
    chains = [draw(a_hierarchy(name, most)) for name, most in zip("abc", steps, strict=True)]
    attributes = [attribute for chain in chains[: draw(st.integers(1, 3))] for attribute in chain]
    tops = tops_of(attributes)
    crosses = [
        (one.id, two.id)
        for place, one in enumerate(attributes)
        for two in attributes[place:]
        if tops[one.id] != tops[two.id]
    ]
    tables = draw(st.lists(st.sampled_from([(one.id,) for one in attributes]), unique=True))
    if crosses:
        tables += draw(st.lists(st.sampled_from(crosses), unique=True, max_size=3))
    circles = set(closing_a_circle(tables, tops))
    return design_with(attributes, [table for place, table in enumerate(tables) if place not in circles])
