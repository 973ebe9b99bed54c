"""Generated hierarchies, and what a plaintext says of them read one level at a time."""

from collections.abc import Iterable, Mapping, Sequence

from hypothesis import strategies as st

from privacy.survey import Attribute
from tests.survey_parts import attribute, hierarchy


@st.composite
def hierarchies(draw: st.DrawFn, name: str, least: int = 1, fewest: int = 1) -> tuple[Attribute, ...]:
    """Attributes ``name-0`` and on, each below the one before; of one step it is an attribute like any.

    There are ``least`` steps or more, the first of ``fewest`` levels or more.
    """
    steps: list[tuple[str, list[int]]] = [(f"{name}-0", [draw(st.integers(fewest, 4))])]
    for step in range(1, draw(st.integers(least, 4))):
        above = sum(steps[-1][1])
        children = draw(st.lists(st.integers(1, 3), min_size=above, max_size=above))
        steps.append((f"{name}-{step}", children))
    return hierarchy(*steps)


@st.composite
def attribute_lists(draw: st.DrawFn) -> tuple[Attribute, ...]:
    """Attributes in and outside hierarchies, in any order that keeps the steps together."""
    parts: list[tuple[Attribute, ...]] = []
    for place in range(draw(st.integers(0, 3))):
        flat = st.integers(1, 12).map(lambda count, place=place: (attribute(f"a{place}", count),))
        parts.append(draw(flat | hierarchies(f"h{place}")))
    return tuple(one for part in parts for one in part)


def stated(draw: st.DrawFn, attributes: Sequence[Attribute]) -> dict[str, int | None]:
    """A level of each attribute, of a hierarchy's steps all or none: by parents' ids, from the finest up."""
    levels: dict[str, int | None] = {}
    below: Attribute | None = None
    for one in reversed(attributes):
        if below is None or below.parent != one.id:
            levels[one.id] = draw(st.none() | st.integers(0, len(one.levels) - 1))
        else:
            place = levels[below.id]
            parent = None if place is None else below.levels[place].parent
            ids = [level.id for level in one.levels]
            levels[one.id] = None if parent is None else ids.index(parent)
        below = one
    return {one.id: levels[one.id] for one in attributes}


def read_slowly(attributes: Iterable[Attribute], data: Iterable[int]) -> dict[str, int | None] | None:
    """The levels that the attributes' bytes state; None where no response states them."""
    levels: dict[str, int | None] = {}
    ids: Mapping[str, Sequence[str]] = {}
    for one, byte in zip(attributes, data, strict=True):
        parent = None
        if one.parent is not None:
            place = levels[one.parent]
            if (place is None) != (byte == 0):
                return None
            parent = None if place is None else ids[one.parent][place]
        ids = {**ids, one.id: [level.id for level in one.levels]}
        siblings = [place for place, level in enumerate(one.levels) if level.parent == parent]
        if byte > len(siblings) and byte:
            return None
        levels[one.id] = siblings[byte - 1] if byte else None
    return levels
