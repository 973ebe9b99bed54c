"""A wave in the box, respondents who hold tokens for it, and the collector as an application."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from sqlalchemy import Engine
from starlette.types import ASGIApp

from privacy import sealing, signatures
from privacy.answers import layout_of
from privacy.contract import Manifest, Policy, Weights
from privacy.receipt_code import new_receipt_code
from privacy.survey import Option, Question
from privacy.tokens import TokenVerifier, encode_public_key, token_input
from service.collector.app import application
from service.collector.receipt_key import load_receipt_key, receipt_key_path
from service.settings import Settings
from service.store import box
from service.store.arrivals import Arrival
from service.store.mixing import mix, traces
from service.store.unit_of_work import unit_of_work
from tests.integration.collector.marked import Searched

OPENS = datetime(2026, 3, 1, 8, tzinfo=UTC)
CLOSES = datetime(2026, 3, 8, 8, tzinfo=UTC)
PSS = padding.PSS(padding.MGF1(hashes.SHA384()), 48)
Result = TypeVar("Result")
PAGE = Path(__file__).parents[3] / "docs" / "operations-postgresql.md"


@dataclass
class Voice:
    """One token and its pseudonym: somebody who can respond once, and change it."""

    wave: "Wave"
    token: bytes
    pseudonym: ec.EllipticCurvePrivateKey
    code: str = field(default_factory=new_receipt_code)

    def envelope(self, sequence: int = 1) -> bytes:
        """A valid envelope; every call seals anew, so no two are the same bytes."""
        plaintext = secrets.token_bytes(layout_of(self.wave.manifest).size)
        return sealing.seal(self.wave.manifest, self.token, self.pseudonym, self.code, sequence, plaintext)

    def signed(self, body: bytes) -> bytes:
        """``body`` with the pseudonym's signature: valid but for what stands in it."""
        return body + signatures.sign(self.pseudonym, body)

    @property
    def nullifier(self) -> bytes:
        return sealing.nullifier_of(self.token[:98])


@dataclass
class Wave:
    """A wave that is open in the box, with its issuer's key."""

    manifest: Manifest
    issuer: rsa.RSAPrivateKey

    @property
    def name(self) -> bytes:
        return self.manifest.wave

    @property
    def path(self) -> str:
        return f"/api/v1/waves/{self.name.hex()}/responses"

    @property
    def size(self) -> int:
        return sealing.envelope_size(layout_of(self.manifest))

    def voice(self, issuer: rsa.RSAPrivateKey | None = None) -> Voice:
        """Somebody with a token. Signed plainly: an unblinded signature is the same."""
        pseudonym = sealing.new_pseudonym()
        nonce = sealing.nonce_of(self.name, signatures.point_of(pseudonym))
        message = token_input(self.name, nonce, self.manifest.token_key_id)
        signature = (issuer or self.issuer).sign(message, PSS, hashes.SHA384())
        return Voice(self, message + signature, pseudonym)

    def arrival(self, envelope: bytes) -> Arrival:
        """What the collector hands to the store."""
        verifier = TokenVerifier(self.manifest.issuer_public_key)
        found = sealing.verify(envelope, self.name, verifier, self.size)
        return Arrival(self.name, found.nullifier, found.locator, found.sequence, envelope)


class Collecting:
    """Runs scenarios against the collector's application, started and stopped around each."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self.now = OPENS + timedelta(hours=1)

    def run(self, scenario: Callable[[httpx.AsyncClient], Awaitable[Result]]) -> Result:
        """Run ``scenario`` with a client of the started application."""

        async def main() -> Result:
            async with self.started() as app:
                transport = httpx.ASGITransport(app)
                async with httpx.AsyncClient(transport=transport, base_url="http://collector") as client:
                    return await scenario(client)

        return asyncio.run(main())

    @asynccontextmanager
    async def started(self) -> AsyncIterator[ASGIApp]:
        """The application between its start and its end."""
        app = application(self.settings, lambda: self.now, self.engine)
        incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        lifespan = asyncio.create_task(app({"type": "lifespan", "state": {}}, incoming.get, outgoing.put))
        await incoming.put({"type": "lifespan.startup"})
        assert (await outgoing.get())["type"] == "lifespan.startup.complete"
        yield app
        await incoming.put({"type": "lifespan.shutdown"})
        assert (await outgoing.get())["type"] == "lifespan.shutdown.complete"
        await lifespan

    def stored(self, wave: Wave) -> dict[bytes, bytes]:
        """Every envelope of the wave by its nullifier."""
        return {
            nullifier: envelope
            for chunk in box.envelopes(self.engine, wave.name)
            for nullifier, envelope in chunk
        }


@pytest.fixture(scope="session")
def issuer() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def collecting(engines: SimpleNamespace, settings: Settings) -> Collecting:
    return Collecting(engines.box, settings)


@pytest.fixture
def new_wave(engines: SimpleNamespace, settings: Settings, issuer: rsa.RSAPrivateKey) -> Callable[..., Wave]:
    """Opens a wave in the box; ``max_bytes`` of its one comment sets the size of its envelopes."""
    receipt_key = load_receipt_key(receipt_key_path(settings.key_folder), engines.box)

    def new(max_bytes: int = 40, title: str = "Pulse", closes_at: datetime = CLOSES) -> Wave:
        manifest = replace(
            a_manifest(issuer, signatures.point_of(receipt_key), max_bytes, title), closes_at=closes_at
        )
        with unit_of_work(engines.box) as tx:
            box.register_wave(tx, manifest.wave, manifest.canonical())
        return Wave(manifest, issuer)

    return new


@pytest.fixture
def wave(new_wave: Callable[..., Wave]) -> Wave:
    return new_wave()


def a_manifest(issuer: rsa.RSAPrivateKey, receipt_key: bytes, max_bytes: int, title: str) -> Manifest:
    options = tuple(Option(name, {"en": name}) for name in ("no", "yes"))
    return Manifest(
        survey_id="pulse",
        survey_version="1",
        title={"en": title},
        opens_at=OPENS,
        closes_at=CLOSES,
        invited=100,
        retention_days=30,
        questions=(
            Question("well", "choice", {"en": "Well?"}, options),
            Question("why", "text", {"en": "Why?"}, max_bytes=max_bytes),
        ),
        attributes=(),
        policy=Policy(
            k=5,
            comment_k=10,
            micro_rho=10_000,
            epsilon_presence=1.0,
            epsilon_answers=1.0,
            delta=1e-6,
            delta_gate=1e-6,
            mechanism="none",
            tables=((),),
            weights=Weights((1,), (1,), (1,)),
            margins={"scale": 0.5, "share": 10.0, "nps": 20.0},
        ),
        hpke_public_key=signatures.point_of(signatures.new_key()),
        issuer_public_key=encode_public_key(issuer.public_key().public_numbers().n),
        receipt_public_key=receipt_key,
        release_public_key=signatures.point_of(signatures.new_key()),
    )


@pytest.fixture
def careful(engines: SimpleNamespace) -> Iterator[None]:
    """The server has the settings of docs/operations-postgresql.md for as long as the test lasts."""
    if engines.kind == "sqlite":
        yield
        return
    server = Searched(engines.box)
    settings = re.findall(r"^(ALTER SYSTEM SET (\w+) = \S+);$", PAGE.read_text(), re.MULTILINE)
    server.administer(*[statement for statement, _ in settings], "SELECT pg_reload_conf()")
    engines.box.dispose()  # a connection that begins now has them for certain
    engines.main.dispose()
    assert traces(engines.box) == traces(engines.main) == ()
    mix(engines.box, [])  # what other tests left in the log
    yield
    server.administer(*[f"ALTER SYSTEM RESET {name}" for _, name in settings], "SELECT pg_reload_conf()")
