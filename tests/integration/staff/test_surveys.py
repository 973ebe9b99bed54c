"""Surveys: stored whole, or every fault with its line and nothing stored."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


# The lines of the definition that the faults stand on, counted from 1; the first line is empty.
FAULTY = """
id: pulse
version: "1"
title: {en: Pulse}
languages: [en]
colour: red
questions:
  - {id: a, type: scale, options: nowhere, text: {en: A}}
  - {id: b, type: song, text: {en: B}}
"""
NOSY = """
id: nosy
version: "1"
title: {en: Nosy}
languages: [en]
questions:
  - {id: mail, type: text, max_bytes: 60, text: {en: What is your e-mail address?}}
"""


def test_a_survey_comes_back_as_it_was_sent(world: SimpleNamespace, definition: str) -> None:
    answer = world.call("POST", "/surveys", json={"definition": definition})
    assert answer.status_code == 201
    assert answer.json()["definition"] == definition
    read = world.ok("GET", "/surveys/pulse")
    assert read == answer.json()
    assert read["questions"] == ["speak", "heard", "advise", "place", "more"]
    assert read["roster_attributes"] == ["unit"]
    assert read["languages"] == ["en", "de"]


@ON_SQLITE
def test_yaml_is_read_as_it_is(world: SimpleNamespace, definition: str) -> None:
    for media_type in ("application/yaml", "text/yaml; charset=utf-8", "application/x-yaml"):
        survey = definition.replace("id: pulse", f"id: pulse-{len(media_type)}", 1)
        headers = {"Content-Type": media_type}
        made = world.ok("POST", "/surveys", content=survey.encode(), headers=headers)
        assert made["definition"] == survey


def test_every_fault_is_listed_with_its_line_and_nothing_is_stored(
    world: SimpleNamespace, problem_of: Callable
) -> None:
    answer = world.call("POST", "/surveys", json={"definition": FAULTY})
    assert answer.status_code == 422
    found = {(fault["id"], fault["line"]) for fault in problem_of(answer)["problems"]}
    assert {("unknown-key", 6), ("unknown-reference", 8)} <= found
    assert any(line == 9 for _, line in found)
    assert world.ok("GET", "/surveys")["items"] == []
    assert world.call("GET", "/surveys/pulse").status_code == 404


@ON_SQLITE
def test_warnings_come_back_and_do_not_refuse(world: SimpleNamespace) -> None:
    made = world.ok("POST", "/surveys", json={"definition": NOSY})
    assert made["warnings"]
    assert world.ok("GET", "/surveys/nosy")["warnings"] == made["warnings"]


def test_an_id_is_given_once(world: SimpleNamespace, problem_of: Callable, definition: str) -> None:
    world.survey()
    answer = world.call("POST", "/surveys", json={"definition": definition})
    assert answer.status_code == 409
    problem_of(answer)


def test_a_new_version_takes_the_place_of_the_old_and_a_draft_keeps_its_own(
    world: SimpleNamespace, definition: str
) -> None:
    world.survey()
    draft = world.draft()
    new = definition.replace('version: "1"', 'version: "2"').replace("I speak up.", "I can speak up.")
    assert world.ok("PUT", "/surveys/pulse", json={"definition": new})["version"] == "2"
    assert world.ok("GET", "/surveys/pulse")["definition"] == new
    world.roster()
    world.ok("POST", f"/waves/{draft}/open")
    assert world.manifest(draft).survey_version == "1"
    assert world.manifest(world.opened(epsilon=0.5).id).survey_version == "2"


def test_the_same_version_with_another_text_is_refused(
    world: SimpleNamespace, problem_of: Callable, definition: str
) -> None:
    world.survey()
    assert world.ok("PUT", "/surveys/pulse", json={"definition": definition})["version"] == "1"
    answer = world.call("PUT", "/surveys/pulse", json={"definition": definition + "\n# changed\n"})
    assert answer.status_code == 409
    problem_of(answer)
    assert world.ok("GET", "/surveys/pulse")["definition"] == definition


@ON_SQLITE
def test_a_version_of_another_survey_is_refused(
    world: SimpleNamespace, problem_of: Callable, definition: str
) -> None:
    world.survey()
    other = definition.replace("id: pulse", "id: other", 1)
    answer = world.call("PUT", "/surveys/pulse", json={"definition": other})
    assert [fault["id"] for fault in problem_of(answer)["problems"]] == ["other-id"]
    assert world.call("PUT", "/surveys/other", json={"definition": other}).status_code == 404


NO_DEFINITION = (
    ("text/plain", b"id: x", 415),
    ("", b"id: x", 415),
    ("application/json", b"{", 422),
    ("application/json", b'{"definition": 5}', 422),
    ("application/json", b'{"definition": "id: x", "more": 1}', 422),
    ("application/json", b"[]", 422),
    ("application/yaml", b"id: caf\xe9", 422),
    ("application/yaml", b"", 422),
    ("application/yaml", b"x" * (1024 * 1024 + 1), 422),
    ("application/yaml", b"x" * (2 * 1024 * 1024 + 1), 413),
)


@ON_SQLITE
def test_what_is_no_definition_is_refused(world: SimpleNamespace, problem_of: Callable) -> None:
    for media_type, content, status in NO_DEFINITION:
        answer = world.call("POST", "/surveys", content=content, headers={"Content-Type": media_type})
        assert answer.status_code == status
        problem_of(answer)
    assert world.ok("GET", "/surveys")["items"] == []
