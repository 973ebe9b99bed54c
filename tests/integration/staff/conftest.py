"""The staff API on real stores: every router, a clock that stands still, one key for each role."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, TypeVar

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from privacy import signatures
from privacy.contract import Manifest, minute
from privacy.count import count
from privacy.manifest_reader import read_manifest
from privacy.plan import design_of
from privacy.release import BoardFacts, build_release, protect, sign_release
from service.accounts.api_keys import ROLES, digest_of, new_api_key
from service.errors import Conflict
from service.http.context import Context
from service.registrar.issuer_keys import IssuerKeys
from service.registrar.rsa import IssuerKey
from service.settings import Settings
from service.store import box, releases, staff, tally_keys, waves
from service.store.unit_of_work import reading, unit_of_work
from tests.integration.staff.application import LentKeys, ReadyKeys, made_app

START = datetime(2026, 3, 2, 8, 0, 30, tzinfo=UTC)

DEFINITION = """
id: pulse
version: "1"
title: {en: Pulse, de: Puls}
languages: [en, de]
option_lists:
  agreement:
    - {id: no-way, text: {en: Not at all, de: Gar nicht}}
    - {id: rather-not, text: {en: Rather not, de: Eher nicht}}
    - {id: partly, text: {en: Partly, de: Teils}}
    - {id: rather, text: {en: Rather, de: Eher}}
    - {id: fully, text: {en: Fully, de: Ganz}}
themes:
  - {id: openness, text: {en: Openness, de: Offenheit}}
questions:
  - {id: speak, type: scale, theme: openness, options: agreement, text: {en: I speak up., de: Ich rede.}}
  - {id: heard, type: scale, theme: openness, options: agreement, text: {en: I am heard., de: Man hört mich.}}
  - {id: advise, type: nps, text: {en: Would you recommend us?, de: Würden Sie uns empfehlen?}}
  - id: place
    type: choice
    text: {en: Where do you work?, de: Wo arbeiten Sie?}
    options:
      - {id: office, text: {en: At the office, de: Im Büro}}
      - {id: home, text: {en: At home, de: Zu Hause}}
  - {id: more, type: text, max_bytes: 60, text: {en: What else?, de: Was noch?}}
attributes:
  - id: unit
    source: roster
    text: {en: Unit, de: Einheit}
    levels:
      - {id: north, text: {en: North, de: Nord}}
      - {id: south, text: {en: South, de: Süd}}
  - id: tenure
    source: self
    text: {en: Tenure, de: Dauer}
    levels:
      - {id: short, text: {en: Short, de: Kurz}}
      - {id: long, text: {en: Long, de: Lang}}
breakdowns:
  - [unit]
"""


Lived = TypeVar("Lived", bound="World")


class World:
    """One service with its stores. ``keys`` has an API key for each role.

    The application keeps nothing between requests but its context, so a world that is over leaves its own to
    the next: making one takes longer than most tests.
    """

    _free: ClassVar[list[tuple[FastAPI, LentKeys]]] = []

    def __init__(self, engines: SimpleNamespace, folder: Path, **settings: Any) -> None:
        self.kind = engines.kind
        self.now = START
        self.folder = folder
        self.context = Context(
            Settings(data=folder, public_url="https://pulse.example.org/", **settings),
            lambda: self.now,
            engines.main,
            engines.box,
        )
        self.issuer_keys = IssuerKeys(self.context.settings.key_folder / "issuer")
        self._lent = World._free.pop() if World._free else made_app()
        self.app, self._lent[1].world = self._lent[0], self.issuer_keys
        self.app.state.context = self.context
        self.release_keys: dict[bytes, Any] = {}
        self.keys = {role: new_api_key() for role in ROLES}
        with unit_of_work(self.main) as tx:
            for role, key in self.keys.items():
                staff.add_key(tx, name=f"the {role}", role=role, digest=digest_of(key), day=START.date())
        with unit_of_work(self.box) as tx:
            box.set_receipt_public_key(tx, signatures.point_of(signatures.new_key()))
        self.add_wave_keys(3)

    def close(self) -> None:
        """Leave the application to the next world."""
        World._free.append(self._lent)

    @property
    def main(self) -> Any:
        return self.context.main

    @property
    def box(self) -> Any:
        return self.context.box

    def add_wave_keys(self, number: int) -> None:
        with unit_of_work(self.main) as tx:
            for _ in range(number):
                hpke, release = signatures.new_key(), signatures.new_key()
                point = signatures.point_of(release)
                self.release_keys[point] = release
                name = f"k-{len(self.release_keys)}"
                tally_keys.add_keys(tx, [tally_keys.PublicTallyKey(name, signatures.point_of(hpke), point)])

    def call(self, method: str, path: str, role: str | None = "owner", **request: Any) -> httpx.Response:
        """A request as a role, or as nobody."""
        headers = dict(request.pop("headers", {}))
        if role is not None:
            headers["Authorization"] = f"Bearer {self.keys[role]}"
        return asyncio.run(self._send(method, f"/api/v1{path}", headers=headers, **request))

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **request)

    def ok(self, method: str, path: str, role: str | None = "owner", **request: Any) -> Any:
        """The body of a request that must succeed."""
        answer = self.call(method, path, role, **request)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def survey(self, definition: str = DEFINITION) -> str:
        """Store the survey; its id."""
        return str(self.ok("POST", "/surveys", json={"definition": definition})["id"])

    def roster(self, number: int = 12, survey: str = "pulse") -> None:
        """People p000, p001, ... half in each unit."""
        people = [
            {"person": f"p{index:03}", "attributes": {"unit": ("north", "south")[index % 2]}}
            for index in range(number)
        ]
        self.ok("PUT", f"/surveys/{survey}/roster", json={"people": people})

    def draft(self, survey: str = "pulse", days: int = 7, **terms: Any) -> str:
        """Draft a wave that opens now; its id."""
        opens_at = self.now.replace(second=0, microsecond=0)
        times = {"opens_at": minute(opens_at), "closes_at": minute(opens_at + timedelta(days=days))}
        body = {**times, "merge_at": 1, "allow_empty": True, **terms}
        return str(self.ok("POST", f"/surveys/{survey}/waves", json=body)["id"])

    def opened(self, survey: str = "pulse", **terms: Any) -> SimpleNamespace:
        """Draft and open a wave: its ``id``, its ``wave`` in hex."""
        draft = self.draft(survey, **terms)
        wave = self.ok("POST", f"/waves/{draft}/open")["wave"]
        return SimpleNamespace(id=draft, wave=wave)

    def manifest(self, ref: str) -> Manifest:
        """The manifest of a wave that has opened."""
        with reading(self.main) as tx:
            row = waves.find(tx, ref)
        assert row.manifest is not None
        return read_manifest(row.manifest, row.wave)

    def whole_wave(self, people: int = 12, **terms: Any) -> SimpleNamespace:
        """A survey, its roster and an open wave with the ``codes`` of its people."""
        self.survey()
        self.roster(people)
        wave = self.opened(**terms)
        items = self.ok("POST", f"/waves/{wave.id}/invitations")["items"]
        wave.codes = {item["person"]: item["link"].partition("#")[2] for item in items}
        return wave

    def release(self, ref: str, answers: int = 0, seed: int = 1) -> None:
        """Do what the tally does to a closed wave that ``answers`` people answered, without envelopes."""
        chance = np.random.default_rng(seed)
        with reading(self.main) as tx:
            row = waves.find(tx, ref)
        if row.state != "closed":
            raise Conflict("only a closed wave is tallied")
        manifest = self.manifest(ref)
        design = design_of(manifest.questions, manifest.attributes, manifest.policy)
        rows = np.column_stack(
            [np.ones(answers, dtype=np.uint8)]
            + [chance.integers(1, top + 1, answers).astype(np.uint8) for top in _highest(manifest)]
        )
        draw = protect(design, count(design, rows), 0, {"more": []}, manifest.policy)
        facts = BoardFacts(row.root, row.responses, row.issued, row.invited)
        content = sign_release(
            build_release(manifest, facts, draw), self.release_keys[manifest.release_public_key]
        )
        with unit_of_work(self.main) as tx:
            releases.store_draw(tx, row.id, draw.canonical())
        with unit_of_work(self.main) as tx:
            releases.publish(tx, row.id, content)

    def released(self, answers: int = 400, **terms: Any) -> SimpleNamespace:
        """A wave that was opened, closed and tallied."""
        wave = self.opened(**terms)
        self.ok("POST", f"/waves/{wave.id}/close")
        self.release(wave.id, answers)
        return wave


def living(
    kind: type[Lived], engines: SimpleNamespace, folder: Path, patch: pytest.MonkeyPatch, keys: ReadyKeys
) -> Iterator[Lived]:
    """A world of this kind for a fixture, whose waves take ready issuer keys."""
    patch.setattr(IssuerKey, "generate", classmethod(lambda _: keys.take()))
    made = kind(engines, folder)
    yield made
    made.close()


def _highest(manifest: Manifest) -> list[int]:
    questions = [
        11 if question.type == "nps" else len(question.options)
        for question in manifest.questions
        if question.type != "text"
    ]
    return questions + [len(attribute.levels) for attribute in manifest.attributes]


@pytest.fixture(scope="session")
def issuer_keys() -> ReadyKeys:
    """Issuer keys that the waves of all tests take in turn: making one takes a third of a second."""
    return ReadyKeys()


@pytest.fixture
def definition() -> str:
    """The definition of the survey that the tests use."""
    return DEFINITION


@pytest.fixture
def world(
    engines: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, issuer_keys: ReadyKeys
) -> Iterator[World]:
    """A service on each database."""
    yield from living(World, engines, tmp_path / "data", monkeypatch, issuer_keys)


@pytest.fixture
def problem_of() -> Callable[[httpx.Response], Mapping[str, Any]]:
    """Reads an error, having checked that it has the one shape."""

    def read(answer: httpx.Response) -> Mapping[str, Any]:
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        value = answer.json()
        assert set(value) <= {"type", "title", "status", "detail", "problems"}
        assert value["status"] == answer.status_code
        assert value["type"].startswith("urn:sottovoce:problem:")
        assert value["title"]
        assert value["detail"]
        for fault in value.get("problems", []):
            assert set(fault) == {"id", "place", "message", "remedy", "line", "severity"}
        return value

    return read


@pytest.fixture
def every_row(world: World) -> Callable[..., Sequence[Mapping[str, Any]]]:
    """Follows cursors to the end of a list."""

    def read(path: str, role: str = "owner", **params: Any) -> list[Mapping[str, Any]]:
        items: list[Mapping[str, Any]] = []
        cursor: dict[str, str] = {}
        for _ in range(1000):
            page = world.ok("GET", path, role, params={**params, **cursor})
            items += page["items"]
            if page["next"] is None:
                return items
            cursor = {"cursor": page["next"]}
        raise AssertionError("the cursor never ends")

    return read
