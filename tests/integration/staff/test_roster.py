"""Rosters: stored whole or not at all, given back as numbers alone."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlmodel import select

from service.store.tables_main import RosterRow
from service.store.unit_of_work import reading

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


CSV = {"Content-Type": "text/csv"}


def stored(world: SimpleNamespace) -> dict[str, int]:
    """The sizes of the units, as the API gives them."""
    [unit] = world.ok("GET", "/surveys/pulse/roster")["attributes"]
    return {level["id"]: level["people"] for level in unit["levels"]} | {"unknown": unit["unknown"]}


def test_json_and_csv_store_the_same(world: SimpleNamespace) -> None:
    world.survey()
    people = [
        {"person": "ada", "attributes": {"unit": "north"}},
        {"person": "bob", "attributes": {"unit": "south"}},
        {"person": "eve", "attributes": {"unit": None}},
    ]
    from_json = world.ok("PUT", "/surveys/pulse/roster", json={"people": people})
    csv = b"person,unit\nada,north\nbob,south\neve,\n"
    from_csv = world.ok("PUT", "/surveys/pulse/roster", content=csv, headers=CSV)
    assert from_json == from_csv == world.ok("GET", "/surveys/pulse/roster", "analyst")
    assert from_csv["people"] == 3
    assert stored(world) == {"north": 1, "south": 1, "unknown": 1}


@ON_SQLITE
def test_a_summary_names_nobody_and_warns_of_small_groups(world: SimpleNamespace) -> None:
    world.survey()
    csv = "person,unit\n" + "".join(f"ada-{index}@example.org,north\n" for index in range(10))
    answer = world.call("PUT", "/surveys/pulse/roster", content=csv.encode(), headers=CSV)
    assert "ada" not in answer.text
    assert [warning["place"] for warning in answer.json()["warnings"]] == ["unit.south"]
    assert "ada" not in world.call("GET", "/surveys/pulse/roster").text


def test_every_fault_is_listed_nothing_is_stored_and_nobody_is_named(
    world: SimpleNamespace, problem_of: Callable
) -> None:
    world.survey()
    world.roster(12)
    csv = "person,unit,shoe\nada,north,40\nada,west,41\n,south,42\nbob\nzoë,,43\n"
    answer = world.call("PUT", "/surveys/pulse/roster", content=csv.encode(), headers=CSV)
    assert answer.status_code == 422
    faults = [(fault["id"], fault["line"]) for fault in problem_of(answer)["problems"]]
    assert faults == [
        ("unknown-attribute", 1),
        ("repeated-person", 3),
        ("unknown-level", 3),
        ("missing-person", 4),
        ("field-count", 5),
    ]
    for sent in ("ada", "bob", "zo", "west", "shoe"):
        assert sent not in answer.text
    assert stored(world) == {"north": 6, "south": 6, "unknown": 0}


def test_a_new_roster_takes_the_place_of_the_old(world: SimpleNamespace) -> None:
    world.survey()
    world.roster(12)
    world.roster(4)
    assert world.ok("GET", "/surveys/pulse/roster")["people"] == 4


def test_an_open_wave_keeps_the_people_it_opened_with(world: SimpleNamespace) -> None:
    world.survey()
    world.roster(12)
    wave = world.opened()
    world.roster(3)
    invited = world.ok("POST", f"/waves/{wave.id}/invitations")["items"]
    assert [item["person"] for item in invited] == [f"p{index:03}" for index in range(12)]
    assert world.ok("GET", f"/waves/{wave.id}")["invited"] == 12


@ON_SQLITE
def test_other_media_types_are_refused(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    for media_type in ("text/plain", "application/yaml", "multipart/form-data", ""):
        headers = {"Content-Type": media_type}
        answer = world.call("PUT", "/surveys/pulse/roster", content=b"person\nada\n", headers=headers)
        assert answer.status_code == 415
        problem_of(answer)


@ON_SQLITE
def test_a_roster_of_an_unknown_survey_is_refused(world: SimpleNamespace, problem_of: Callable) -> None:
    for method, body in (("PUT", {"json": {"people": [{"person": "ada"}]}}), ("GET", {})):
        answer = world.call(method, "/surveys/none/roster", **body)
        assert answer.status_code == 404
        problem_of(answer)


def test_twenty_thousand_people_are_stored_and_counted(world: SimpleNamespace) -> None:
    world.survey()
    lines = (f"person-{index}@example.org,{('north', 'south')[index % 2]}" for index in range(20_000))
    csv = "person,unit\r\n" + "\r\n".join(lines)
    world.ok("PUT", "/surveys/pulse/roster", content=csv.encode(), headers=CSV)
    assert stored(world) == {"north": 10_000, "south": 10_000, "unknown": 0}


def test_where_letters_go_may_stand_on_a_roster(world: SimpleNamespace) -> None:
    world.survey()
    csv = "person,unit,email,language\nada,north,ada@example.org,de\nbo,south,,\n"
    world.ok("PUT", "/surveys/pulse/roster", content=csv.encode(), headers={"Content-Type": "text/csv"})
    with reading(world.main) as tx:
        found = {row.person: (row.email, row.language) for row in tx.exec(select(RosterRow))}
    assert found == {"ada": ("ada@example.org", "de"), "bo": (None, None)}
    people = [
        {"person": "ada", "attributes": {"unit": "north"}, "email": "ada@example.org", "language": "de"}
    ]
    world.ok("PUT", "/surveys/pulse/roster", json={"people": people})
    with reading(world.main) as tx:
        assert tx.exec(select(RosterRow.email)).one() == "ada@example.org"


@ON_SQLITE
@pytest.mark.parametrize(
    ("email", "language", "fault"),
    [
        ("ada", "", "bad-email"),
        ("ada@exa mple.org", "", "bad-email"),
        ("ada@example.org>", "", "bad-email"),
        ("ada@example.org,bo@example.org", "", "bad-email"),
        ("a" * 65 + "@example.org", "", "bad-email"),
        ("ada@" + "a." * 130 + "org", "", "bad-email"),
        ("ada@example.org", "pt", "unknown-language"),
    ],
)
def test_a_letter_that_could_not_arrive_is_refused_with_its_line(
    world: SimpleNamespace, problem_of: Callable, email: str, language: str, fault: str
) -> None:
    world.survey()
    csv = f'person,unit,email,language\nada,north,"{email}",{language}\n'
    headers = {"Content-Type": "text/csv"}
    answer = world.call("PUT", "/surveys/pulse/roster", content=csv.encode(), headers=headers)
    assert answer.status_code == 422
    assert email not in answer.text
    (problem,) = problem_of(answer)["problems"]
    assert (problem["id"], problem["line"]) == (fault, 2)
