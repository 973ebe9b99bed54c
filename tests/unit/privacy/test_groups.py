"""Merging the small levels of roster attributes: what is joined with what, kept, dropped and told."""

import pytest

from privacy.errors import Invalid
from privacy.groups import Note, level_of
from privacy.survey import Attribute, Option
from tests.unit.privacy.grouping import flat, found, group, people

SITE = flat("site", "north", "south", "east", "west", "sea")
SIZES = {"north": 30, "south": 3, "east": 50, "west": 9, "sea": 12}  # south and west are merged
AGE = flat("age", "a", "b", "c", "d", "e", ordered=True)


def merged_sites(**sizes: int) -> list[str]:
    return found(group([SITE], people("site", sizes)), "site")


def test_the_smallest_group_joins_the_next_smallest() -> None:
    assert merged_sites(north=30, south=3, east=50, west=9, sea=12) == ["north", "south+west", "east", "sea"]


def test_of_groups_of_one_size_the_earlier_are_joined_first() -> None:
    assert merged_sites(north=6, south=6, east=6, west=6, sea=40) == ["north+south", "east+west", "sea"]


def test_a_level_that_nobody_invited_has_is_merged_like_any_small_one() -> None:
    assert merged_sites(north=30, south=25, east=50, sea=12) == ["north", "south", "east", "west+sea"]


def test_neighbours_alone_are_joined_where_levels_have_an_order() -> None:
    roster = people("age", {"a": 2, "b": 40, "c": 30, "d": 3, "e": 31})
    assert found(group([AGE], roster), "age") == ["a+b", "c+d", "e"]


def test_a_merged_level_names_its_members_and_counts_their_people() -> None:
    groups = group([SITE], people("site", SIZES))
    assert groups.attributes[0].levels[1] == Option(
        "merged-0ae5d868",  # printf 'south+west' | sha256sum
        {"en": "South, West", "de": "SOUTH, WEST"},
        invited=12,
        members=("south", "west"),
    )
    assert groups.attributes[0].levels[0] == Option("north", {"en": "North", "de": "NORTH"}, invited=30)


def test_the_id_of_a_merged_level_depends_on_its_members_alone() -> None:
    backwards = flat("place", *(level.id for level in reversed(SITE.levels)))
    here = group([SITE], people("site", SIZES)).attributes[0].levels
    there = group([backwards], people("place", {**SIZES, "west": 8, "south": 7})).attributes[0].levels
    assert {level.id for level in here} == {level.id for level in there}


def test_merging_at_one_merges_nothing() -> None:
    groups = group([SITE], people("site", {"north": 1, "south": 3}), merge_at=1)
    assert [(level.id, level.invited) for level in groups.attributes[0].levels] == [
        ("north", 1),
        ("south", 3),
        ("east", 0),
        ("west", 0),
        ("sea", 0),
    ]
    assert groups.notes == ()


def test_merging_below_one_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        group([SITE], [], merge_at=0)
    assert [(one.id, one.place) for one in refused.value.problems] == [
        ("merge-at-out-of-range", "policy.merge_at")
    ]


def test_an_attribute_left_with_one_group_is_dropped() -> None:
    groups = group(
        [SITE, AGE], [*people("site", {"north": 300, "sea": 4}), *people("age", {"a": 20, "e": 20})]
    )
    assert [attribute.id for attribute in groups.attributes] == ["age"]
    assert groups.notes[0] == Note("site", "dropped", ("north", "south", "east", "west", "sea"), 304)


def test_an_attribute_that_the_roster_does_not_know_is_left_as_it_is() -> None:
    groups = group([SITE], [{}, {"site": ""}])
    assert [(level.id, level.invited) for level in groups.attributes[0].levels] == [
        (level.id, None) for level in SITE.levels
    ]
    assert groups.notes == (Note("site", "unknown", (), None),)


def test_groups_are_kept_when_the_roster_no_longer_knows_them() -> None:
    before = group([SITE], people("site", SIZES))
    after = group([SITE], [{}], previous=before.attributes)
    assert found(after, "site") == found(before, "site")
    assert {level.invited for level in after.attributes[0].levels} == {None}


def test_self_described_attributes_are_left_as_they_are() -> None:
    own = Attribute("gender", {"en": "Gender"}, (Option("f", {"en": "F"}), Option("m", {"en": "M"})))
    groups = group([own], [{"gender": "f"}])
    assert groups.attributes == (own,)
    assert groups.notes == ()


# Sticky over waves


def test_levels_that_stood_together_stay_together_when_they_have_grown() -> None:
    before = group([SITE], people("site", SIZES))
    grown = people("site", dict.fromkeys(("north", "south", "east", "west", "sea"), 100))
    assert found(group([SITE], grown, previous=before.attributes), "site") == found(before, "site")


def test_a_new_level_starts_on_its_own_and_one_that_is_gone_leaves_its_group() -> None:
    before = group([SITE], people("site", SIZES))
    changed = flat("site", "north", "south", "east", "sea", "sky")
    sizes = {"north": 30, "south": 20, "east": 50, "sea": 12, "sky": 40}
    groups = group([changed], people("site", sizes), previous=before.attributes)
    assert found(groups, "site") == ["north", "south", "east", "sea", "sky"]


def test_a_level_that_comes_to_stand_between_joined_neighbours_joins_them() -> None:
    before = group([AGE], people("age", {"a": 4, "b": 7, "c": 30, "d": 30, "e": 30}))
    changed = flat("age", "a", "new", "b", "c", "d", "e", ordered=True)
    large = people("age", dict.fromkeys(("a", "new", "b", "c", "d", "e"), 50))
    assert found(group([changed], large, previous=before.attributes), "age") == ["a+new+b", "c", "d", "e"]


def test_an_attribute_that_the_latest_wave_did_not_have_starts_afresh() -> None:
    before = group([SITE], people("site", SIZES))
    roster = people("age", dict.fromkeys("abcde", 10))
    assert found(group([AGE], roster, previous=before.attributes), "age") == list("abcde")


def test_a_level_that_has_grown_too_small_joins_a_group_that_was_kept() -> None:
    before = group([SITE], people("site", SIZES))
    shrunk = people("site", {**SIZES, "sea": 5})
    assert found(group([SITE], shrunk, previous=before.attributes), "site") == [
        "north",
        "south+west+sea",
        "east",
    ]


# What is told


def test_a_persons_level_is_the_merged_one() -> None:
    groups = group([SITE, AGE], [*people("site", SIZES), *people("age", {"a": 20})])
    assert level_of(groups, {"site": "west", "age": "a"}) == {"site": "merged-0ae5d868"}
    assert level_of(groups, {"site": "north"}) == {"site": "north"}
    assert level_of(groups, {"site": "unheard-of"}) == {}


def test_every_merged_level_is_noted() -> None:
    groups = group([SITE, AGE], [*people("site", SIZES), *people("age", dict.fromkeys("abcde", 5))])
    assert groups.notes == (
        Note("site", "merged", ("south", "west"), 12),
        Note("age", "merged", ("a", "b"), 10),
        Note("age", "merged", ("c", "d", "e"), 15),
    )


@pytest.mark.parametrize(
    ("note", "text"),
    [
        (
            Note("site", "merged", ("south", "west"), 12),
            "Of site, south, west are reported as one group of 12 invited.",
        ),
        (Note("site", "merged", ("south", "west"), None), "Of site, south, west are reported as one group."),
        (
            Note("site", "unknown", (), None),
            "The roster gives nobody's site: no levels are merged, no sizes are known.",
        ),
        (
            Note("site", "dropped", ("south", "west"), 12),
            "Results are not broken down by site: all 12 invited are in one group.",
        ),
        (
            Note("team", "dropped", (), 12),
            "Results are not broken down by team: its groups are those of the step above.",
        ),
        (
            Note("team", "dropped", (), 0),
            "Results are not broken down by team: the roster gives nobody's place in it.",
        ),
    ],
)
def test_a_note_is_one_plain_sentence(note: Note, text: str) -> None:
    assert note.text == text
