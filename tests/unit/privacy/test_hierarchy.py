"""Roster paths become the levels of a hierarchy, or are refused with their places."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.definition_reader import ID_LENGTH
from privacy.errors import Invalid
from privacy.hierarchy import canonical_path, level_id, levels_from_paths, path_levels, path_problems
from privacy.nesting import starts_of
from privacy.survey import Attribute, Option

STEPS = tuple(
    Attribute(name, {"en": name}, (), "roster", path="unit", parent=parent)
    for name, parent in (("division", None), ("department", "division"), ("team", "department"))
)
PATHS = {
    "Sales / Inside / Team B": 3,
    "Sales/Inside/Team A": 12,
    " Sales /  Inside  /  Team A ": 1,
    "Sales / Field / Berlin": 5,
    "Operations": 2,
    "Sales / Inside": 4,
    "": 7,
}


def levels(paths: dict[str, int]) -> list[list[tuple[str, str | None, int | None]]]:
    return [
        [(level.id, level.parent, level.invited) for level in step.levels]
        for step in levels_from_paths(STEPS, paths, ["en", "de"])
    ]


def faults(*paths: str) -> list[tuple[str, str]]:
    """Ids and places, the place of a path being its number."""
    places = {path: f"line {number}" for number, path in enumerate(paths, 1)}
    return [(problem.id, problem.place) for problem in path_problems(STEPS, places)]


def test_levels_stand_grouped_by_their_parents_with_the_people_in_them() -> None:
    assert levels(PATHS) == [
        [("operations", None, 2), ("sales", None, 25)],
        [("operations", "operations", 2), ("field", "sales", 5), ("inside", "sales", 20)],
        [
            ("operations", "operations", 2),
            ("berlin", "field", 5),
            ("inside", "inside", 4),
            ("team-a", "inside", 13),
            ("team-b", "inside", 3),
        ],
    ]


def test_a_level_has_the_name_of_the_roster_in_every_language() -> None:
    team = levels_from_paths(STEPS, {"Sales / Inside / Team  Süd": 1}, ["en", "de"])[2].levels[0]
    assert team == Option("team-sud", {"en": "Team Süd", "de": "Team Süd"}, "inside", 1)


def test_no_known_path_gives_no_levels() -> None:
    assert levels({"": 9, "  ": 3}) == [[], [], []] == levels({})


def test_a_person_is_in_the_levels_of_their_path() -> None:
    steps = levels_from_paths(STEPS, PATHS, ["en"])
    assert path_levels(steps, "Sales / Inside / Team A") == ("sales", "inside", "team-a")
    assert path_levels(steps, "sales/inside") == ("sales", "inside", "inside")
    for unknown in ("", "Sales / Inside / Team C", "Marketing", "Sales / Inside / Team A / Desk 1", "//"):
        assert path_levels(steps, unknown) == (None, None, None)


def test_a_person_is_in_the_level_that_theirs_was_merged_into() -> None:
    teams = (Option("berlin", {}, "field"), Option("merged", {}, "inside", 20, ("inside", "team-a")))
    steps = (
        *levels_from_paths(STEPS, PATHS, ["en"])[:2],
        Attribute("team", {}, teams, "roster", path="unit", parent="department"),
    )
    assert path_levels(steps, "Sales / Inside / Team A") == ("sales", "inside", "merged")
    assert path_levels(steps, "Sales / Inside / Team B") == (None, None, None)


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["Sales / Inside / A", "Sales / Field / A"], [("two-parents", "line 2")]),
        (["Sales / Inside / A", "Sales / Field / B", "Sales / Field / A"], [("two-parents", "line 3")]),
        (["Sales / Inside / A", "Services / Inside / A"], [("two-parents", "line 2")]),
        (["Sales", "Services / Sales"], [("two-parents", "line 2")]),
        (["Sales", "Services / Sales / Sales", "Sales / Sales"], [("two-parents", "line 2")]),
        (["Sales / Inside / A", "Sales / Inside / a"], [("names-alike", "line 2")]),
        (["Sales / R&D", "Sales / R & D"], [("names-alike", "line 2")]),
        (["Sales / Inside / A / 1", "Sales"], [("path-too-long", "line 1")]),
        (["/", "Sales / / A", "Sales /"], [("empty-step", f"line {number}") for number in (1, 2, 3)]),
        (["x" * 201], [("name-too-long", "line 1")]),
        (
            ["Sales / a\x00b", "Sales / a\u202eb"],
            [("name-not-plain", "line 1"), ("name-not-plain", "line 2")],
        ),
        (["Sales / Not said"], [("reserved-name", "line 1")]),
    ],
)
def test_paths_that_contradict_one_another_or_themselves_are_faults(
    paths: list[str], found: list[tuple[str, str]]
) -> None:
    assert faults(*paths) == found


def test_a_contradiction_names_both_places() -> None:
    places = {"Sales / Inside / A": "line 2", "Sales / Field / A": "line 9"}
    [problem] = path_problems(STEPS, places)
    assert problem.place == "line 9"
    assert "team" in problem.message
    assert "another department at line 2" in problem.message


def test_what_one_step_is_called_another_may_be_called_too() -> None:
    assert faults("Sales / Sales / Sales", "Field / Inside / Field") == []


def test_levels_of_paths_at_fault_are_refused_with_the_column_and_the_path() -> None:
    with pytest.raises(Invalid) as refused:
        levels_from_paths(STEPS, {"Sales / Inside / A": 1, "Sales / Field / A": 1, "a/b/c/d": 1}, ["en"])
    assert [(problem.id, problem.place) for problem in refused.value.problems] == [
        ("two-parents", "roster.unit['Sales / Inside / A']"),
        ("path-too-long", "roster.unit['a/b/c/d']"),
    ]


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("Team A", "team-a"),
        ("  R&D, (Süd) ", "r-d-sud"),
        ("Straße 7", "strasse-7"),
        ("ﬁnance", "finance"),
    ],
)
def test_an_id_is_the_name_in_plain_letters(name: str, identifier: str) -> None:
    assert level_id(name) == identifier


@pytest.mark.parametrize("names", [("東京", "大阪"), ("Отдел 1", "Группа 1"), ("Ødegård", "Edegård")])
def test_letters_that_have_no_plain_form_still_tell_names_apart(names: tuple[str, str]) -> None:
    assert len({level_id(name) for name in names}) == 2


@given(st.text(min_size=1, max_size=200))
def test_every_name_has_one_id_of_the_allowed_form(name: str) -> None:
    identifier = level_id(name)
    assert 0 < len(identifier) <= ID_LENGTH
    assert identifier.isascii()
    assert all(part.isalnum() and part == part.lower() for part in identifier.split("-"))


NAMES = st.sampled_from(["Sales", "Inside", "Field", "A", "B", "Café", "東京"])
ROSTERS = st.dictionaries(st.lists(NAMES, max_size=4).map(" / ".join), st.integers(1, 50), max_size=12)


@given(ROSTERS, st.randoms(use_true_random=False))
def test_whatever_is_accepted_nests_adds_up_and_depends_on_no_order(
    paths: dict[str, int], random: object
) -> None:
    found = faults(*sorted(paths))
    if found:
        assert {problem for problem, _ in found} <= {"two-parents", "path-too-long"}
        with pytest.raises(Invalid):
            levels_from_paths(STEPS, paths, ["en"])
        return
    steps = levels_from_paths(STEPS, paths, ["en"])
    items = list(paths.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    assert levels_from_paths(STEPS, Counter(dict(items)), ["en"]) == steps
    if any(paths):
        assert [len(starts) for starts in starts_of(steps)] == [0, *(len(s.levels) + 1 for s in steps[:-1])]
    known = sum(number for path, number in paths.items() if path)
    for place, step in enumerate(steps):
        assert sum(level.invited or 0 for level in step.levels) == known
        people: Counter[str | None] = Counter()
        for path, number in paths.items():
            people[path_levels(steps, path)[place]] += number
        del people[None]
        assert people == {level.id: level.invited for level in step.levels}


@given(st.text(max_size=60))
def test_the_canonical_spelling_of_a_path_is_its_own(path: str) -> None:
    assert canonical_path(canonical_path(path)) == canonical_path(path)
