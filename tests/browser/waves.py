"""Waves that a browser can answer, and the sealed answers opened again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from privacy.answers import Response, layout_of
from privacy.contract import Manifest, minute
from privacy.decoding import decode
from privacy.opening import open_envelope
from privacy.receipt_code import locator_of
from privacy.sealing import Envelope
from service.client.client import RespondentClient
from service.store import box
from service.store.engine import open_engine
from service.tally.keyring import Keyring

DEFINITION = (Path(__file__).parent / "team_pulse.yaml").read_text()
UNITS = ("Sales / Inside", "Sales / Field", "Works / Day", "Works / Night")
PEOPLE = 80


@dataclass(frozen=True)
class Wave:
    """An open wave: ``name`` is its 64 hex digits, ``links`` are invitations that nobody has used."""

    name: str
    manifest: Manifest
    address: str
    links: list[str]

    @property
    def page(self) -> str:
        """The address of its page without an invitation."""
        return f"{self.address}/w/{self.name}"

    def link(self) -> str:
        """An invitation for one person."""
        return self.links.pop()


def open_wave(service: SimpleNamespace, people: int = PEOPLE, *, links: bool = True) -> Wave:
    """A wave of a new survey, to which people are invited who never were before."""
    return _opened(service, _new_survey(service, people), links=links)


def open_paired_wave(service: SimpleNamespace, people: int = PEOPLE) -> Wave:
    """Such a wave, the first of a program: what is needed of its answers is kept for a later wave."""
    name = _new_survey(service, people)
    body = {
        "name": name,
        "kind": "mentorship",
        "purpose": "New colleagues find their feet.",
        "owner": "Robin",
        "starts_on": "2026-01-01",
        "ends_on": "2030-12-31",
        "survey": name,
    }
    program = service.owner.call("POST", "/programs", body)["id"]
    pairing = {"program": program, "measures": [{"theme": "workload"}], "by": "tenure"}
    return _opened(service, name, {**pairing, "carried_until": minute(_now() + timedelta(days=90))})


def open_later_wave(service: SimpleNamespace, earlier: Wave) -> Wave:
    """The last wave of that program, paired with ``earlier``, which is closed for it."""
    row = service.owner.wave(earlier.name)
    service.owner.close_wave(earlier.name)
    program = service.owner.call("GET", f"/programs?survey={row['survey']}")["items"][0]["id"]
    pairing = {"program": program, "measures": [{"theme": "workload"}], "by": "tenure"}
    return _opened(service, row["survey"], {**pairing, "earlier": row["id"]})


def _now() -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0)


def _new_survey(service: SimpleNamespace, people: int) -> str:
    name = f"pulse-{uuid4().hex[:8]}"
    service.owner.create_survey(DEFINITION.replace("id: team-pulse", f"id: {name}", 1))
    put_roster(service.owner, name, people)
    return name


def _opened(
    service: SimpleNamespace, survey: str, pairing: dict[str, Any] | None = None, *, links: bool = True
) -> Wave:
    owner, now = service.owner, _now()
    body: dict[str, Any] = {
        "opens_at": minute(now - timedelta(days=1)),
        "closes_at": minute(now + timedelta(days=7)),
    }
    body |= {"allow_empty": True} | ({} if pairing is None else {"pairing": pairing})
    draft = owner.call("POST", f"/surveys/{survey}/waves", body)["id"]
    wave = owner.call("POST", f"/waves/{draft}/open")["wave"]
    codes = [link.partition("#")[2] for link in (owner.invite(wave) if links else {}).values()]
    with RespondentClient(service.address) as client:
        manifest = client.fetch_manifest(bytes.fromhex(wave))
    page = f"{service.address}/w/{wave}"
    return Wave(wave, manifest, service.address, [f"{page}#{code}" for code in codes])


def put_roster(owner: SimpleNamespace, survey: str, people: int) -> None:
    """So many people, as many in each unit."""
    rows = [
        {"person": f"{survey}-{number}", "attributes": {"unit": UNITS[number % len(UNITS)]}}
        for number in range(people)
    ]
    owner.call("PUT", f"/surveys/{survey}/roster", {"people": rows})


@dataclass(frozen=True)
class Opened:
    """A stored answer: how often it was sent, and what it says; None if it was taken back."""

    sequence: int
    response: Response | None


def stored(service: SimpleNamespace, wave: Wave) -> dict[bytes, Opened]:
    """Every stored answer, opened as the tally does after the close, by its locator."""
    keys = Keyring(service.data / "keys" / "tally")
    known = [keys.load(path.stem) for path in keys.folder.glob("*.pem")]
    (key,) = [key for key in known if key.public.hpke == wave.manifest.hpke_public_key]
    layout, found = layout_of(wave.manifest), {}
    engine = open_engine(f"sqlite:///{service.data / 'box.db'}")
    for chunk in box.envelopes(engine, wave.manifest.wave):
        for nullifier, data in chunk:
            envelope = Envelope.parse(data)
            plaintext = open_envelope(key.hpke, envelope, nullifier)
            found[envelope.locator] = Opened(envelope.sequence, decode(layout, plaintext))
    engine.dispose()
    return found


def answer_behind(service: SimpleNamespace, wave: Wave, receipt_code: str) -> Opened:
    """The stored answer that a receipt code finds."""
    return stored(service, wave)[locator_of(receipt_code, wave.manifest.wave)]
