"""Released waves behind the staff API, with answers that the test chooses, and everything it can be asked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from privacy.answers import Response, encode, layout_for
from privacy.count import count
from privacy.ledger import YEAR
from privacy.plan import design_of
from privacy.release import BoardFacts, build_release, protect, sign_release
from service.store import releases, waves
from service.store.unit_of_work import reading, unit_of_work
from tests.attack.releases import Person
from tests.integration.staff.conftest import World

SURVEY = "places"
LEVELS = ("north", "south", "few", "nobody", "barely", "west")
TERMS: Mapping[str, Any] = {
    "epsilon": 8.0,
    "margins": {"scale": 4.0, "share": 100.0, "nps": 200.0},
    "tables": [[], ["place"]],
}
DEFINITION = f"""
id: {SURVEY}
version: "1"
title: {{en: Places}}
languages: [en]
themes:
  - {{id: openness, text: {{en: Openness}}}}
questions:
  - id: speak
    type: scale
    theme: openness
    favourable: [good]
    text: {{en: I speak up.}}
    options:
      - {{id: bad, text: {{en: Bad}}}}
      - {{id: fair, text: {{en: Fair}}}}
      - {{id: good, text: {{en: Good}}}}
  - id: how
    type: choice
    text: {{en: How do you work?}}
    options: [{{id: alone, text: {{en: Alone}}}}, {{id: together, text: {{en: Together}}}}]
  - {{id: why, type: text, max_bytes: 60, text: {{en: Why?}}}}
attributes:
  - id: place
    source: self
    text: {{en: Place}}
    levels: [{", ".join(f"{{id: {name}, text: {{en: {name.title()}}}}}" for name in LEVELS)}]
  - id: tenure
    source: self
    text: {{en: Tenure}}
    levels: [{{id: short, text: {{en: Short}}}}, {{id: long, text: {{en: Long}}}}]
"""


def open_survey(world: World, people: int = 400) -> None:
    """Store the survey and a roster."""
    world.survey(DEFINITION)
    everybody = [{"person": f"p{number:03}", "attributes": {}} for number in range(people)]
    world.ok("PUT", f"/surveys/{SURVEY}/roster", json={"people": everybody})


def crowd(sizes: Mapping[str, int]) -> list[Person]:
    """So many people in each place, of mixed opinions."""
    return [
        ({"speak": number % 3, "how": number % 2}, {"place": LEVELS.index(level), "tenure": number % 2})
        for level, size in sizes.items()
        for number in range(size)
    ]


def released(
    world: World, people: Sequence[Person], comments: Sequence[str] = (), **terms: Any
) -> SimpleNamespace:
    """A wave that these people answered, a year after the one before: its ``id`` and ``wave``."""
    world.now += YEAR
    wave = world.opened(SURVEY, **{**TERMS, **terms})
    world.ok("POST", f"/waves/{wave.id}/close")
    publish(world, wave.id, people, comments)
    return wave


def publish(world: World, ref: str, people: Sequence[Person], comments: Sequence[str] = ()) -> None:
    """Do what the tally does to a closed wave, without envelopes."""
    with reading(world.main) as tx:
        row = waves.find(tx, ref)
    manifest = world.manifest(ref)
    layout = layout_for(manifest.questions, manifest.attributes)
    plaintexts = [encode(layout, Response(*person))[: layout.fixed_size] for person in people]
    rows = np.frombuffer(b"".join(plaintexts), dtype=np.uint8).reshape(-1, layout.fixed_size)
    design = design_of(manifest.questions, manifest.attributes, manifest.policy)
    draw = protect(design, count(design, rows), 0, {"why": comments}, manifest.policy)
    facts = BoardFacts(row.root, len(people), len(people), row.invited)
    key = world.release_keys[manifest.release_public_key]
    content = sign_release(build_release(manifest, facts, draw), key)
    with unit_of_work(world.main) as tx:
        releases.store_draw(tx, row.id, draw.canonical())
    with unit_of_work(world.main) as tx:
        releases.publish(tx, row.id, content)


def every_get(paths: Mapping[str, Any], **names: str) -> Iterator[str]:
    """Every address that can be read, from an OpenAPI description's ``paths``, with names filled in.

    An address that holds a name that was not given cannot be asked for and is left out.
    """
    for path, methods in paths.items():
        if "get" in methods:
            try:
                yield path.removeprefix("/api/v1").format(**names)
            except KeyError:
                continue


def numbers_in(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Every number of a JSON value and where it stands; places in lists are all one."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from numbers_in(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for part in value:
            yield from numbers_in(part, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value


def every_row(world: World, path: str, **params: Any) -> list[dict[str, Any]]:
    """The rows of a list that fits on one page."""
    body = world.ok("GET", path, "service", params={"limit": 1000, **params})
    assert body["next"] is None
    return list(body["items"])


def figures(world: World, ref: str) -> list[dict[str, Any]]:
    """The figures of the release as it was signed."""
    return list(json.loads(world.call("GET", f"/waves/{ref}/release", "service").content)["figures"])
