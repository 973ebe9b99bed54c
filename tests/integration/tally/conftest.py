"""Waves for the tally, made through the store and answered with real sealed responses."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from privacy import answers, sealing, signatures
from privacy.contract import Manifest
from privacy.plan import make_policy
from privacy.receipt_code import new_receipt_code
from privacy.release import verify_release
from privacy.survey import Attribute, Option, Question
from privacy.tokens import INPUT_SIZE, TokenVerifier, encode_public_key, token_input
from service import cli
from service.store import arrivals, box, ledger, releases, surveys, tally_keys, waves
from service.store.unit_of_work import reading, unit_of_work
from service.tally.keyring import Keyring
from service.tally.run import Tally

DAY = date(2026, 3, 1)
KILLED = Path(__file__).with_name("killed.py")
Kill = Callable[..., str | None]
OPENS, CLOSES = "2026-03-01T08:00:00Z", "2026-03-08T08:00:00Z"


def options(*names: str) -> tuple[Option, ...]:
    return tuple(Option(name, {"en": name}) for name in names)


QUESTIONS = (
    Question("safe", "scale", {"en": "Safe?"}, options(*"12345"), favourable=("4", "5")),
    Question("place", "choice", {"en": "Where?"}, options("home", "office", "both")),
    Question("helps", "multiple", {"en": "What helps?"}, options(*"abcdefghij")),
    Question("recommend", "nps", {"en": "Recommend?"}),
    Question("why", "text", {"en": "Why?"}, max_bytes=60),
    Question("wish", "text", {"en": "What do you wish for?"}, max_bytes=40),
)
ATTRIBUTES = (Attribute("team", {"en": "Team"}, options("blue", "green", "red")),)


@dataclass(frozen=True)
class Respondents:
    """Those who answer a wave. The issuer's key stands in for its registrar."""

    manifest: Manifest
    issuer: rsa.RSAPrivateKey

    @property
    def layout(self) -> answers.Layout:
        return answers.layout_of(self.manifest)

    def answer(self, **given: Any) -> bytes:
        """The plaintext of a valid response: question ids with answers, ``team`` with a level, a ``tag``."""
        team, tag = given.pop("team", None), given.pop("tag", None)
        return answers.encode(self.layout, answers.Response(given, {"team": team}, tag))

    def plaintexts(self, people: int) -> list[bytes]:
        """What so many people answer, each with a comment of their own."""
        return [
            self.answer(
                safe=person % 5,
                place=person % 3,
                helps=frozenset({person % 10, 3}),
                recommend=person % 11,
                why=f"comment of person {person:03d}",
                team=person % 3,
            )
            for person in range(people)
        ]

    def envelope(self, plaintext: bytes, sealed_to: bytes | None = None) -> bytes:
        """An envelope of any plaintext of the right size, sealed to the wave's key or to another point."""
        pseudonym = sealing.new_pseudonym()
        token = self._token(signatures.point_of(pseudonym))
        sealed = sealing.seal(self.manifest, token, pseudonym, new_receipt_code(), 1, plaintext)
        if sealed_to is None:
            return sealed
        info = sealing.response_info(self.manifest.wave, sealing.nullifier_of(token[:INPUT_SIZE]))
        recipient = signatures.public_key_of(sealed_to)
        return self.signed_again(
            sealed[: sealing.ENC_OFFSET] + sealing.SUITE.encrypt(plaintext, recipient, info), pseudonym
        )

    def broken_envelope(self) -> bytes:
        """An envelope that is in order but for a ciphertext that nobody made with HPKE."""
        pseudonym = sealing.new_pseudonym()
        token = self._token(signatures.point_of(pseudonym))
        blank = bytes(self.layout.size)
        sealed = sealing.seal(self.manifest, token, pseudonym, new_receipt_code(), 1, blank)
        end = len(sealed) - signatures.SIGNATURE_SIZE
        return self.signed_again(sealed[: sealing.ENC_OFFSET] + bytes(end - sealing.ENC_OFFSET), pseudonym)

    @staticmethod
    def signed_again(body: bytes, pseudonym: ec.EllipticCurvePrivateKey) -> bytes:
        return body + signatures.sign(pseudonym, body)

    def _token(self, point: bytes) -> bytes:
        # What a respondent would unblind: a PSS signature is the same, blind or not.
        nonce = sealing.nonce_of(self.manifest.wave, point)
        message = token_input(self.manifest.wave, nonce, self.manifest.token_key_id)
        scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
        return message + self.issuer.sign(message, scheme, hashes.SHA384())


@dataclass(frozen=True)
class Wave:
    """A wave in the stores."""

    id: str
    key_id: str
    people: Respondents
    engines: SimpleNamespace
    keyring: Keyring

    @property
    def manifest(self) -> Manifest:
        return self.people.manifest

    @property
    def key_file(self) -> Path:
        return self.keyring.path_of(self.key_id)

    def put(self, envelopes: Sequence[bytes]) -> None:
        """Store envelopes as the collector does."""
        verifier = TokenVerifier(self.manifest.issuer_public_key)
        size = sealing.envelope_size(self.people.layout)
        wave = self.manifest.wave
        group = []
        for envelope in envelopes:
            found = sealing.verify(envelope, wave, verifier, size)
            group.append(arrivals.Arrival(wave, found.nullifier, found.locator, found.sequence, envelope))
        assert set(arrivals.store(self.engines.box, group)) <= {arrivals.Outcome.STORED}

    def close(self, issued: int | None = None, closed_at: str = CLOSES) -> None:
        """Close the box, then the wave."""
        closed = box.close_wave(self.engines.box, self.manifest.wave)
        with unit_of_work(self.engines.main) as tx:
            row = waves.find(tx, self.id)
            issued = closed.responses if issued is None else issued
            board = {"root": closed.root, "responses": closed.responses, "issued": issued}
            waves.mark_closed(tx, row, closed_at=closed_at, **board)

    def release(self) -> bytes:
        """The release as it was published."""
        with reading(self.engines.main) as tx:
            content = releases.release_of(tx, self.id)
        assert content is not None
        return content

    def verified_release(self) -> dict[str, Any]:
        """What the release holds, verified under the wave's contract."""
        return verify_release(self.release(), self.manifest)


def a_manifest(
    number: int,
    issuer: rsa.RSAPrivateKey,
    *,
    hpke: bytes,
    release: bytes,
    invited: int = 60,
    k: int = 5,
    comment_k: int = 4,
    epsilon: float = 4.0,
) -> Manifest:
    tables = [(), ("team",)]
    return Manifest(
        survey_id=f"pulse-{number}",
        survey_version="1",
        title={"en": f"Pulse {number}"},
        opens_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
        closes_at=datetime(2026, 3, 8, 8, tzinfo=UTC),
        invited=invited,
        retention_days=90,
        questions=QUESTIONS,
        attributes=ATTRIBUTES,
        policy=make_policy(
            QUESTIONS, ATTRIBUTES, tables, epsilon=epsilon, k=min(k, comment_k), comment_k=comment_k
        ),
        hpke_public_key=hpke,
        issuer_public_key=encode_public_key(issuer.public_key().public_numbers().n),
        receipt_public_key=signatures.point_of(signatures.new_key()),
        release_public_key=release,
    )


@pytest.fixture(scope="session")
def issuer() -> rsa.RSAPrivateKey:
    """An issuer key; making one takes longer than everything else here."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys" / "tally")


@pytest.fixture
def hpke_key() -> ec.EllipticCurvePrivateKey:
    return signatures.new_key()


@pytest.fixture
def respondents(hpke_key: ec.EllipticCurvePrivateKey, issuer: rsa.RSAPrivateKey) -> Respondents:
    """The respondents of a wave that is in no store; ``hpke_key`` opens what they send."""
    point = signatures.point_of(hpke_key)
    return Respondents(a_manifest(0, issuer, hpke=point, release=point), issuer)


@pytest.fixture
def tally(engines: SimpleNamespace, keyring: Keyring) -> Tally:
    return Tally(engines.main, engines.box, keyring)


@pytest.fixture
def open_wave(engines: SimpleNamespace, keyring: Keyring, issuer: rsa.RSAPrivateKey) -> Callable[..., Wave]:
    """A function that opens another wave each time; ``change`` and ``pair`` alter its manifest before."""
    opened = 0

    def open_one(
        *,
        change: dict[str, Any] | None = None,
        pair: Callable[[Manifest], Manifest] = lambda manifest: manifest,
        reserve: bool = True,
        **policy: Any,
    ) -> Wave:
        nonlocal opened
        opened += 1
        key = keyring.create()
        manifest = a_manifest(opened, issuer, hpke=key.hpke, release=key.release, **policy)
        manifest = pair(replace(manifest, **(change or {})))
        wave, canonical = manifest.wave, manifest.canonical()
        with unit_of_work(engines.box) as tx:
            box.register_wave(tx, wave, canonical)
        with unit_of_work(engines.main) as tx:
            surveys.add_survey(tx, manifest.survey_id, version="1", title=manifest.title, source="", day=DAY)
            row = waves.add_draft(
                tx, manifest.survey_id, source="", plan={}, opens_at=OPENS, closes_at=CLOSES
            )
            tally_keys.add_keys(tx, [key])
            assert tally_keys.take_key(tx, row.id).id == key.id
            waves.mark_open(tx, row, wave=wave, manifest=canonical, invited=manifest.invited, opens_at=OPENS)
            if reserve:
                ledger.reserve(tx, row.id, wave, manifest.micro_rho, DAY)
            wave_id = row.id
        return Wave(wave_id, key.id, Respondents(manifest, issuer), engines, keyring)

    return open_one


@pytest.fixture
def answered(open_wave: Callable[..., Wave]) -> Callable[..., Wave]:
    """A function that opens a wave, has ``people`` answer it, each with a comment, and closes it."""

    def answered_wave(people: int = 12, **policy: Any) -> Wave:
        wave = open_wave(**policy)
        wave.put([wave.people.envelope(plaintext) for plaintext in wave.people.plaintexts(people)])
        wave.close()
        return wave

    return answered_wave


@pytest.fixture
def command(
    database: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., SimpleNamespace]:
    """A function that runs ``sottovoce tally ...`` on the test's stores: exit code and lines."""

    def run_command(*arguments: str) -> SimpleNamespace:
        stores = ("--data", str(tmp_path), "--database", database.main, "--box-database", database.box)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main(["tally", *stores, *arguments])
        printed = capsys.readouterr()
        return SimpleNamespace(
            code=ended.value.code, out=printed.out.splitlines(), err=printed.err.splitlines()
        )

    return run_command


@pytest.fixture
def kill(database: SimpleNamespace, keyring: Keyring) -> Iterator[Kill]:
    """A function that tallies a wave and kills the tally at an event; the event's name, None at the end.

    Events are counted from the start, or from a step on.
    """
    with subprocess.Popen(
        [sys.executable, str(KILLED), database.main, database.box, str(keyring.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, answers = process.stdin, process.stdout

        def kill_at(wave_id: str, last: int, step: str = "") -> str | None:
            print(wave_id, last, step, file=requests, flush=True)
            verdict, _, name = answers.readline().strip().partition(" ")
            assert verdict in ("killed", "finished")
            return name if verdict == "killed" else None

        yield kill_at
        requests.close()
