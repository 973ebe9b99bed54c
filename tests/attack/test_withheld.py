"""Is a group that is not shown empty, small, or large but too noisy, and how many people are in it?

Attacker  whoever reads results, with every role's key.
Knows     how many people there are in the groups that are shown.
Does      asks every address that can be read for the withheld groups, in every form, and compares.
Wins      if any byte tells one withheld group from another, or if a number is found anywhere that does not
          follow from what is released or public.
Alarm     groups are so large or so small that the noise changes what is shown less than once in a million
          runs.
"""

import csv
import io
import json
from datetime import timedelta

import pytest

from service.store import invitations, waves
from service.store.tables_main import InvitationRow
from service.store.unit_of_work import unit_of_work
from tests.attack.open_numbers import OF_THE_PLAN, OPEN_NUMBERS
from tests.attack.releases import PLACE
from tests.attack.served import (
    SURVEY,
    crowd,
    every_get,
    every_row,
    figures,
    numbers_in,
    open_survey,
    released,
)
from tests.feedback_parts import NOTICE
from tests.integration.staff.conftest import World

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

SIZES = {"north": 120, "south": 110, "few": 3, "nobody": 0, "barely": 6, "west": 90}
HIDDEN = ("few", "nobody", "barely", "west")  # the last so that the others are not left by subtraction
TEXTS = ("question_text", "theme_text", "option_text", "group_text")


@pytest.fixture
def wave(world: World) -> str:
    open_survey(world)
    return str(released(world, crowd(SIZES)).id)


def said(row: dict) -> bytes:
    """What a row says, apart from what it is about."""
    return json.dumps({name: row[name] for name in row if name not in (*PLACE, *TEXTS)}).encode()


def test_groups_that_are_withheld_for_any_reason_are_the_same_bytes(world: World, wave: str) -> None:
    for rows in (figures(world, wave), every_row(world, f"/waves/{wave}/results")):
        hidden = {level: [said(row) for row in rows if row["group"] == {"place": level}] for level in HIDDEN}
        assert all(hidden[level] == hidden["nobody"] for level in HIDDEN)
        assert len({one for level in HIDDEN for one in hidden[level]}) == 1
        assert all(row["shown"] for row in rows if row["group"] in ({}, {"place": "north"}))
    shape = {tuple(row) for row in figures(world, wave)}
    assert len(shape) == 1
    sheet = world.call("GET", f"/waves/{wave}/results?format=csv", "service").text
    lines = [row for row in csv.DictReader(io.StringIO(sheet)) if row["group"] in HIDDEN]
    assert len({said(row) for row in lines}) == 1


def test_a_figure_that_is_too_noisy_is_withheld_in_the_same_bytes(world: World) -> None:
    open_survey(world)
    wave = released(world, crowd(SIZES), margins={"scale": 1e-6, "share": 1e-6, "nps": 1e-6})
    rows = figures(world, wave.id)
    north = [said(row) for row in rows if row["group"] == {"place": "north"} and row["figure"] != "count"]
    hidden = [said(row) for row in rows if row["group"] == {"place": "nobody"}]
    assert set(north) == set(hidden)
    assert len(set(hidden)) == 1


def test_trends_changes_and_differences_treat_withheld_groups_alike(world: World, wave: str) -> None:
    second = released(world, crowd(SIZES))
    for path, names in (
        (f"/surveys/{SURVEY}/trend", {}),
        (f"/surveys/{SURVEY}/changes", {}),
        (f"/waves/{second.id}/differences", {}),
    ):
        asked = {"question": "speak", "by": "place", **names}
        answers = [world.call("GET", path, "service", params={**asked, "level": level}) for level in HIDDEN]
        assert {answer.status_code for answer in answers} == {200}, answers[0].text
        bodies = [
            answer.text.replace(level, "#").replace(level.title(), "#")
            for answer, level in zip(answers, HIDDEN, strict=True)
        ]
        assert len(set(bodies)) == 1, path


SCHEDULED = {"epsilon": 0.2, "allow_empty": True}
INVITATION = {"invitation": "A" * 22}


def opened_to_readers(world: World, wave: str) -> str:
    """The wave, to which somebody now holds INVITATION."""
    with unit_of_work(world.main) as tx:
        row = waves.find(tx, wave)
        assert row.wave is not None
        digest = invitations.digest_of(row.wave, INVITATION["invitation"])
        tx.add(InvitationRow(digest=digest, wave_id=row.id, person="reader"))
    return wave


def test_what_the_invited_read_leaves_withheld_groups_out(world: World, wave: str) -> None:
    path = f"/waves/{opened_to_readers(world, wave)}/results/invited"
    read = world.ok("POST", path, None, json=INVITATION)["figures"]
    shown = [row for row in figures(world, wave) if row["shown"]]
    assert read == [{name: row[name] for name in read[0]} for row in shown]
    assert not any(row["group"].get("place") in HIDDEN for row in read)


def test_no_address_states_a_number_that_was_not_released(world: World, wave: str) -> None:
    """Whoever adds one shows where it follows from what is released, and lists it above."""
    found: dict[str, str] = {}
    asked = 0
    program = judged_by(world, wave, "north")
    channel = str(world.ok("POST", "/feedback/channels", json={"notice": NOTICE})["id"])
    later = (world.now + timedelta(days=365)).date().isoformat()  # there is no room before
    schedule = {"cadence": "quarterly", "starts_on": later, "terms": SCHEDULED}
    world.ok("PUT", f"/surveys/{SURVEY}/schedule", json=schedule)
    names = {"wave": wave, "survey": SURVEY, "program": program, "channel": channel}
    queries = ("", "?question=speak", "?question=speak&by=place&level=few", "?by=place&level=few")
    for path in every_get(world.app.openapi()["paths"], **names):
        for query in (*queries, f"?program={program}", "?people=100"):
            answer = world.call("GET", f"{path}{query}", "admin")
            if answer.headers.get("content-type", "").startswith(
                ("application/json", "application/problem+json")
            ):
                asked += answer.is_success
                found |= {place: f"{path}{query}" for place, _ in numbers_in(answer.json())}
    assert asked > 20
    path = f"/waves/{opened_to_readers(world, wave)}/results/invited"
    found |= {place: path for place, _ in numbers_in(world.ok("POST", path, None, json=INVITATION))}
    unknown = {
        place: path
        for place, path in found.items()
        if place not in OPEN_NUMBERS and not place.startswith(OF_THE_PLAN)
    }
    assert not unknown


def judged_by(world: World, wave: str, *participants: str) -> str:
    """A program of people in these places that the wave judges, with an objective and an outside figure."""
    body = {
        "name": "Places",
        "kind": "other",
        "starts_on": "2027-01-01",
        "ends_on": "2028-01-01",
        "survey": SURVEY,
        "attribute": "place",
        "participants": participants,
    }
    program = str(world.ok("POST", "/programs", json=body)["id"])
    path = f"/programs/{program}"
    measure = {"kind": "theme", "ref": "openness"}
    objective = {"text": "Up", "measure": measure, "baseline": 1.5, "target": 2.0, "due": "2028-01-01"}
    world.ok("POST", f"{path}/objectives", json=objective)
    figure = {"name": "retention", "day": "2028-01-01", "value": 96, "people": 20}
    world.ok("POST", f"{path}/outside-figures", json=figure)
    world.ok("PUT", f"{path}/waves/{wave}", json={"label": "end"})
    return program


def test_an_evaluation_treats_withheld_groups_alike(world: World, wave: str) -> None:
    """Of people who take part and of those they are compared with."""
    bodies: dict[str, set[str]] = {}
    for level in HIDDEN:
        program = judged_by(world, wave, level)
        other = judged_by(world, wave, "north")
        against = {"comparison": {"kind": "levels", "levels": [level]}}
        world.ok("PATCH", f"/programs/{other}", json=against)
        for name, place in (("takes part", program), ("is compared with", other)):
            for query in ("evaluation", "evaluation?format=csv", "report", "report?format=csv"):
                text = world.call("GET", f"/programs/{place}/{query}", "service").text
                objective = world.ok("GET", f"/programs/{place}/objectives")["items"][0]["id"]
                for own in (place, objective, level.title()):
                    text = text.replace(own, "#")
                bodies.setdefault(f"{name}, {query}", set()).add(text)
    assert {name: len(texts) for name, texts in bodies.items()} == dict.fromkeys(bodies, 1)
    assert len(bodies) == 8


def test_nothing_that_is_read_moves_with_the_number_of_people_in_a_withheld_group(world: World) -> None:
    """Two waves that differ in the hidden groups alone: their sizes are swapped, and nothing else changes."""
    open_survey(world)
    swapped = {**SIZES, "few": SIZES["nobody"], "nobody": SIZES["few"]}
    seen = []
    for sizes in (SIZES, swapped):
        wave = released(world, crowd(sizes), epsilon=4.0)
        texts = {}
        for path in every_get(world.app.openapi()["paths"], wave=wave.id, survey=SURVEY):
            if wave.id not in path:
                continue
            for level in HIDDEN:
                for query in (f"?by=place&level={level}", f"?question=speak&by=place&level={level}"):
                    answer = world.call("GET", f"{path}{query}", "admin")
                    if "items" in answer.text:
                        texts[path.replace(wave.id, ""), query] = answer.text
        seen.append(texts)
    assert seen[0] == seen[1]
    assert len(seen[0]) >= 6
