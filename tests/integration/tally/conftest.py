"""Waves for the tally, made through the store and answered with real sealed responses."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from privacy import signatures
from privacy.contract import Manifest
from service import cli
from service.store import box, ledger, surveys, tally_keys, waves
from service.store.unit_of_work import unit_of_work
from service.tally.keyring import Keyring
from service.tally.run import Tally
from tests.integration.tally.sealed_waves import CLOSES, DAY, OPENS, Respondents, Wave, a_manifest

KILLED = Path(__file__).with_name("killed.py")
Kill = Callable[..., str | None]


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
