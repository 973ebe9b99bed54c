"""Programs on the staff API: a survey that says who takes part, and what a program of it looks like."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.staff.conftest import DEFINITION, World, every_row, issuer_keys, living, problem_of

__all__ = ["every_row", "issuer_keys", "problem_of"]

TAKES_PART = """  - id: takes-part
    source: roster
    text: {en: Mentoring, de: Mentoring}
    levels:
      - {id: mentee, text: {en: Mentee, de: Mentee}}
      - {id: waiting, text: {en: Waiting list, de: Warteliste}}
      - {id: neither, text: {en: Neither, de: Weder noch}}
breakdowns:
  - [takes-part]
"""
MENTORED = DEFINITION.replace("breakdowns:\n", TAKES_PART)
PROGRAM: dict[str, Any] = {
    "name": "Mentoring 2026",
    "kind": "mentorship",
    "purpose": "New colleagues find their feet.",
    "owner": "Robin",
    "sponsor": "Sascha",
    "starts_on": "2026-04-01",
    "ends_on": "2026-09-30",
    "roles": ["mentor", "mentee"],
    "survey": "pulse",
    "attribute": "takes-part",
    "participants": ["mentee"],
}
OBJECTIVE: dict[str, Any] = {
    "text": "New colleagues speak up.",
    "measure": {"kind": "theme", "ref": "openness"},
    "baseline": 3.0,
    "target": 3.5,
    "due": "2026-10-31",
}


class ProgramWorld(World):
    """A service with a survey whose roster says who takes part in a program."""

    def mentored(self, people: int = 60) -> None:
        """The survey, and a roster on which every third person is a mentee."""
        self.survey(MENTORED)
        rows = [
            {
                "person": f"p{index:03}",
                "attributes": {
                    "unit": ("north", "south")[index % 2],
                    "takes-part": ("mentee", "waiting", "neither")[index % 3],
                },
            }
            for index in range(people)
        ]
        self.ok("PUT", "/surveys/pulse/roster", json={"people": rows})

    def program(self, **changes: Any) -> str:
        """Store a program; its id."""
        return str(self.ok("POST", "/programs", json={**PROGRAM, **changes})["id"])


@pytest.fixture
def world(engines: Any, tmp_path: Any, monkeypatch: Any, issuer_keys: Any) -> Iterator[ProgramWorld]:
    """A service on each database."""
    yield from living(ProgramWorld, engines, tmp_path / "data", monkeypatch, issuer_keys)
