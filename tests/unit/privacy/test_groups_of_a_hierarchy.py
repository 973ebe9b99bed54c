"""Merging the levels of an organisation's hierarchy, step by step."""

import pytest

from privacy.errors import Invalid
from privacy.groups import Grouped, Note, level_of
from privacy.survey import Attribute
from tests.unit.privacy.grouping import found, group, hierarchy, paths

STEPS = hierarchy("division", "department", "team")
ORGANISATION = {
    "Ops/Legal/Claims": 6,
    "Ops/Audit/Books": 7,
    "Ops/Post/Day": 15,
    "Ops/Post/Night": 25,
    "Sales/Inside/Red": 20,
    "Sales/Inside/Blue": 20,
    "Sales/Field/Green": 3,
    "Sales/Field/Gold": 30,
}


def resolved(sizes: dict[str, int], previous: tuple[Attribute, ...] = ()) -> Grouped:
    return group(STEPS, paths(sizes), previous=previous)


def test_siblings_alone_are_merged_and_children_of_a_merged_level_are_siblings() -> None:
    groups = resolved(ORGANISATION)
    assert found(groups, "division") == ["ops", "sales"]
    assert found(groups, "department") == ["audit+legal", "post", "field", "inside"]
    assert found(groups, "team") == ["books+claims", "day", "night", "gold+green", "blue", "red"]


def test_levels_stand_under_the_level_above_in_its_order() -> None:
    division, department, team = resolved(ORGANISATION).attributes
    both = department.levels[0].id
    assert [step.parent for step in (division, department, team)] == [None, "division", "department"]
    assert [level.parent for level in division.levels] == [None, None]
    assert [level.parent for level in department.levels] == ["ops", "ops", "sales", "sales"]
    assert [level.parent for level in team.levels] == [both, "post", "post", "field", "inside", "inside"]
    assert [level.invited for level in team.levels] == [13, 15, 25, 33, 20, 20]


def test_children_of_levels_merged_across_others_come_to_stand_together() -> None:
    sizes = {"A/a": 40, "B/b": 9, "C/c": 40, "D/d": 12, "D/e": 13}
    division, team = group(hierarchy("division", "team"), paths(sizes)).attributes
    assert [level.members or level.id for level in division.levels] == ["a", ("b", "d"), "c"]
    assert [level.members or level.id for level in team.levels] == ["a", ("b", "d"), "e", "c"]
    both = division.levels[1].id
    assert [level.parent for level in team.levels] == ["a", both, both, "c"]


def test_a_step_at_the_top_with_one_level_is_dropped() -> None:
    sizes = {path.replace("Ops", "Sales"): number for path, number in ORGANISATION.items()}
    groups = resolved(sizes)
    assert [(step.id, step.parent) for step in groups.attributes] == [
        ("department", None),
        ("team", "department"),
    ]
    assert {level.parent for level in groups.attributes[0].levels} == {None}
    assert groups.notes[0] == Note("division", "dropped", ("sales",), 126)


def test_a_step_that_says_no_more_than_the_one_above_is_dropped() -> None:
    sizes = {"Ops/Post/Day": 15, "Ops/Post/Night": 25, "Sales/Field/Gold": 30, "Sales/Inside/Red": 4}
    groups = resolved(sizes)
    assert [(step.id, step.parent) for step in groups.attributes] == [
        ("division", None),
        ("team", "division"),
    ]
    assert [level.parent for level in groups.attributes[1].levels] == ["ops", "ops", "sales"]
    assert groups.notes[0] == Note("department", "dropped", (), 74)


def test_a_hierarchy_that_nobody_stands_in_is_dropped() -> None:
    groups = resolved({})
    assert groups.attributes == ()
    assert groups.notes == tuple(Note(step.id, "dropped", (), 0) for step in STEPS)


def test_a_hierarchy_of_too_few_people_is_dropped() -> None:
    groups = resolved({"A/B/C": 4, "D/E/F": 5})
    assert groups.attributes == ()
    assert groups.notes == tuple(
        Note(step, "dropped", levels, 9)
        for step, levels in [("division", ("a", "d")), ("department", ("b", "e")), ("team", ("c", "f"))]
    )


def test_a_team_with_two_parents_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        resolved({"Ops/Post/Day": 15, "Sales/Field/Day": 25})
    assert [problem.id for problem in refused.value.problems] == ["two-parents"]


def test_a_persons_levels_follow_their_path() -> None:
    groups = resolved({**ORGANISATION, "Sales/Field": 40})
    department = groups.attributes[1].levels[0].id
    assert level_of(groups, {"unit": "Ops / Legal / Claims"})["department"] == department
    assert level_of(groups, {"unit": "Sales / Field"}) == {
        "division": "sales",
        "department": "field",
        "team": "field",
    }
    assert level_of(groups, {"unit": ""}) == {}


def test_a_persons_levels_leave_out_a_dropped_step() -> None:
    sizes = {"Ops/Post/Day": 15, "Ops/Post/Night": 25, "Sales/Field/Gold": 30, "Sales/Inside/Red": 4}
    assert level_of(resolved(sizes), {"unit": "Ops / Post / Day"}) == {"division": "ops", "team": "day"}


# Sticky over waves


def test_groups_are_kept_at_every_step() -> None:
    before = resolved(ORGANISATION)
    grown = {path: number + 50 for path, number in ORGANISATION.items()}
    after = resolved(grown, before.attributes)
    for step in STEPS:
        assert found(after, step.id) == found(before, step.id)


def test_a_team_that_moves_to_another_department_leaves_its_group() -> None:
    before = resolved(ORGANISATION)
    moved = {
        path.replace("Field/Green", "Inside/Green"): number + 20 for path, number in ORGANISATION.items()
    }
    after = resolved(moved, before.attributes)
    assert found(after, "department") == found(before, "department")
    assert found(after, "team") == ["books+claims", "day", "night", "gold", "blue", "green", "red"]


def test_a_step_that_was_left_out_stays_out_with_its_levels_together() -> None:
    sizes = {"Ops/Post/Day": 15, "Ops/Post/Night": 8, "Ops/Mail/Van": 5, "Sales/Field/Gold": 30}
    before = resolved(sizes)
    assert [step.id for step in before.attributes] == ["division", "team"]
    assert found(before, "team") == ["van+night", "day", "gold"]
    after = resolved({path: number + 30 for path, number in sizes.items()}, before.attributes)
    assert [step.id for step in after.attributes] == ["division", "team"]
    assert found(after, "team") == found(before, "team")


def test_a_hierarchy_that_the_latest_wave_did_not_have_starts_afresh() -> None:
    own = (Attribute("site", {"en": "Site"}, ()),)
    assert resolved(ORGANISATION, own) == resolved(ORGANISATION)
