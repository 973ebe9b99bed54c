"""Merging small groups, over arbitrary rosters and sequences of them."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from privacy.groups import Grouped, grouped, level_of
from privacy.nesting import starts_of
from privacy.survey import Attribute, Option

Sizes = Mapping[str, int]  # people by level id, or by path
Roster = list[dict[str, str]]

NOMINAL, ORDERED = (
    Attribute(
        name,
        {"en": name},
        tuple(Option(f"{name}{place}", {"en": f"L{place}"}) for place in range(8)),
        "roster",
        ordered=name == "o",
    )
    for name in ("n", "o")
)
STEPS = tuple(Attribute(name, {"en": name}, (), "roster", path="unit") for name in ("d", "e", "f"))
ATTRIBUTES = (NOMINAL, *STEPS, ORDERED)
FLAT = tuple(level.id for one in (NOMINAL, ORDERED) for level in one.levels)
TEAMS = 12

numbers = st.sampled_from([0, 0, 1, 3]) | st.integers(0, 12) | st.integers(0, 40)
thresholds = st.integers(1, 15)
trees = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=TEAMS, max_size=TEAMS).map(
    lambda places: [f"d{top} / e{top}-{middle} / f{team}" for team, (top, middle) in enumerate(places)]
)


def rosters(tree: Sequence[str]) -> st.SearchStrategy[Roster]:
    """Rosters of one organisation whose groups have any size; people are described by one attribute each."""
    fields = (*FLAT, *tree)
    return st.lists(numbers, min_size=len(fields), max_size=len(fields)).map(
        lambda sizes: [
            {("unit" if "/" in field else field[0]): field}
            for field, size in zip(fields, sizes, strict=True)
            for _ in range(size)
        ]
    )


def group(people: Roster, merge_at: int, previous: Sequence[Attribute] = ()) -> Grouped:
    return grouped(ATTRIBUTES, people, merge_at=merge_at, previous=previous, languages=("en",))


def members(attribute: Attribute) -> list[tuple[str, ...]]:
    return [level.members or (level.id,) for level in attribute.levels]


def base_levels(people: Roster) -> dict[str, Counter[str]]:
    """The people of each level before merging, by attribute; flat ones have their empty levels too."""
    found = {one.id: Counter({level.id: 0 for level in one.levels}) for one in ATTRIBUTES}
    for person in people:
        for column, field in person.items():
            if column == "unit":
                for step, level in zip(STEPS, field.split(" / "), strict=True):
                    found[step.id][level] += 1
            else:
                found[column][field] += 1
    return found


def assert_sound(groups: Grouped, people: Roster, merge_at: int) -> None:
    """Large enough, a partition whose numbers add up, and a hierarchy that nests."""
    base = base_levels(people)
    starts_of(groups.attributes)  # raises unless every step nests in the one above
    for attribute in groups.attributes:
        sizes = base[attribute.id]
        known = sizes.total() > 0
        found = members(attribute)
        assert len(found) > 1
        assert Counter(level for group in found for level in group) == Counter(sizes.keys())
        for level, group in zip(attribute.levels, found, strict=True):
            assert level.invited == (sum(sizes[one] for one in group) if known else None)
            assert not known or merge_at == 1 or level.invited >= merge_at
    by_id = {attribute.id: attribute for attribute in groups.attributes}
    for attribute in groups.attributes:
        if attribute.parent is not None:
            below: Counter[str | None] = Counter()
            for level in attribute.levels:
                below[level.parent] += level.invited or 0
            assert below == {level.id: level.invited for level in by_id[attribute.parent].levels}


@st.composite
def waves(draw: st.DrawFn, most: int = 4) -> list[Roster]:
    """Rosters of one organisation, wave after wave, in which teams grow, shrink, vanish and come back."""
    return draw(st.lists(rosters(draw(trees)), min_size=1, max_size=most))


@given(waves(), st.data())
def test_every_group_is_large_enough_and_the_groups_are_a_partition(
    sequence: list[Roster], data: st.DataObject
) -> None:
    previous: Sequence[Attribute] = ()
    for people in sequence:
        merge_at = data.draw(thresholds)
        groups = group(people, merge_at, previous)
        assert_sound(groups, people, merge_at)
        previous = groups.attributes


@given(st.lists(trees.flatmap(rosters), min_size=1, max_size=4), thresholds)
def test_groups_hold_together_through_any_reorganisation(sequence: list[Roster], merge_at: int) -> None:
    previous: Sequence[Attribute] = ()
    for people in sequence:
        groups = group(people, merge_at, previous)
        assert_sound(groups, people, merge_at)
        previous = groups.attributes


@given(waves(), st.data())
def test_no_group_of_one_wave_is_split_in_the_next(sequence: list[Roster], data: st.DataObject) -> None:
    before: dict[str, list[tuple[str, ...]]] = {}
    previous: Sequence[Attribute] = ()
    for people in sequence:
        groups = group(people, data.draw(thresholds), previous)
        present = base_levels(people)
        for attribute in groups.attributes:
            place = {level: number for number, one in enumerate(members(attribute)) for level in one}
            for together in before.get(attribute.id, []):
                assert len({place[level] for level in together if level in present[attribute.id]}) <= 1
        before = {attribute.id: members(attribute) for attribute in groups.attributes}
        previous = groups.attributes


@given(waves(1), thresholds)
def test_running_again_with_ones_own_result_changes_nothing(sequence: list[Roster], merge_at: int) -> None:
    (people,) = sequence
    groups = group(people, merge_at)
    assert group(people, merge_at, groups.attributes) == groups


@given(waves(), st.data())
def test_groups_of_an_ordered_attribute_are_neighbours(sequence: list[Roster], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(ORDERED.levels))
    previous: Sequence[Attribute] = (
        Attribute("o", {"en": "o"}, (Option("merged", {}, members=tuple(one.id for one in shuffled[:2])),)),
    )
    for people in sequence:
        groups = group(people, data.draw(thresholds), previous)
        for attribute in groups.attributes:
            if attribute.ordered:
                assert [level for one in members(attribute) for level in one] == [
                    level.id for level in ORDERED.levels
                ]
        previous = groups.attributes


@given(waves(2), thresholds, st.randoms())
def test_the_order_of_people_does_not_matter(
    sequence: list[Roster], merge_at: int, order: random.Random
) -> None:
    first, last = sequence[0], sequence[-1]
    previous = group(first, merge_at).attributes
    groups = group(last, merge_at, previous)
    order.shuffle(last)
    assert group(last, merge_at, previous) == groups


@given(waves(2), thresholds)
def test_people_by_level_are_the_public_sizes(sequence: list[Roster], merge_at: int) -> None:
    first, last = sequence[0], sequence[-1]
    groups = group(last, merge_at, group(first, merge_at).attributes)
    counts = Counter(pair for person in last for pair in level_of(groups, person).items())
    assert counts == {
        (attribute.id, level.id): level.invited
        for attribute in groups.attributes
        for level in attribute.levels
        if level.invited
    }


@given(waves(2), thresholds)
def test_a_merged_level_is_named_by_its_members_alone(sequence: list[Roster], merge_at: int) -> None:
    names: dict[str, set[tuple[str, ...]]] = {}
    for people in sequence:
        for attribute in group(people, merge_at).attributes:
            for level in attribute.levels:
                names.setdefault(level.id, set()).add(level.members)
                assert level.id.startswith("merged-") == bool(level.members)
    assert all(len(found) == 1 for found in names.values())
