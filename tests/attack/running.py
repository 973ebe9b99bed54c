"""Waves of the real service, answered by real clients."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from privacy.contract import Manifest
from service.client.client import RespondentClient
from service.client.link import parse_link
from tests.times import a_month_from_now

SURVEY = "mood"
TIMES = a_month_from_now()
DEFINITION = f"""
id: {SURVEY}
version: "1"
title: {{en: Mood}}
languages: [en]
questions:
  - id: mood
    type: choice
    text: {{en: How are you?}}
    options: [{{id: well, text: {{en: Well}}}}, {{id: badly, text: {{en: Badly}}}}]
  - {{id: why, type: text, max_bytes: 40, text: {{en: Why?}}}}
attributes:
  - id: team
    source: self
    text: {{en: Team}}
    levels: [{{id: blue, text: {{en: Blue}}}}, {{id: red, text: {{en: Red}}}}]
breakdowns:
  - [team]
"""


@dataclass(frozen=True)
class OpenWave:
    """A wave that can be answered: its 64 hex digits, and an invitation code for each person."""

    wave: str
    manifest: Manifest
    client: RespondentClient
    codes: Mapping[str, str]


@contextmanager
def open_wave(service: SimpleNamespace, people: int, **terms: Any) -> Iterator[OpenWave]:
    """A wave to which so many people are invited."""
    owner = service.owner
    owner.create_survey(DEFINITION)
    put_roster(owner, [f"person-{number}" for number in range(people)])
    wave = owner.call("POST", f"/waves/{draft(owner, **terms)}/open")["wave"]
    codes = {person: parse_link(link).code for person, link in owner.invite(wave).items()}
    with RespondentClient(service.address) as client:
        yield OpenWave(wave, client.fetch_manifest(bytes.fromhex(wave)), client, codes)


def put_roster(owner: Any, people: list[str], survey: str = SURVEY) -> None:
    """Invite these people to the next wave."""
    body = {"people": [{"person": person, "attributes": {}} for person in people]}
    owner.call("PUT", f"/surveys/{survey}/roster", body)


def draft(owner: Any, survey: str = SURVEY, **terms: Any) -> str:
    """The id of a new draft."""
    body = {**TIMES, "allow_empty": True, **terms}
    return str(owner.call("POST", f"/surveys/{survey}/waves", body)["id"])


def until_released(owner: Any, wave: str) -> None:
    """Ask until the tally has published."""
    for _ in range(20_000):
        if owner.wave(wave)["state"] == "released":
            return
    raise AssertionError("the wave was not released")
