"""``sottovoce guarantee``: anyone can recompute what a wave promises."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from privacy.contract import Measure
from privacy.guarantee import guarantee_of
from privacy.pairing import make_pairing
from privacy.release import build_release, sign_release
from privacy.tokens import encode_public_key
from service.cli import main
from tests.unit.privacy.release_wave import counts_of, draw_of, new_wave


def ended(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(["guarantee", *arguments])
    return int(caught.value.code or 0)


@pytest.fixture
def wave() -> SimpleNamespace:
    """A wave whose manifest can be published."""
    wave = new_wave()
    modulus = rsa.generate_private_key(65537, 2048).public_key().public_numbers().n
    wave.manifest = replace(wave.manifest, issuer_public_key=encode_public_key(modulus))
    return wave


@pytest.fixture
def files(tmp_path: Path, wave: SimpleNamespace) -> tuple[str, str]:
    """A wave's manifest and its release."""
    draw = draw_of(wave, counts_of(wave, 60, 50, 40, 10))
    manifest, release = tmp_path / "manifest.json", tmp_path / "release.json"
    manifest.write_bytes(wave.manifest.canonical())
    release.write_bytes(sign_release(build_release(wave.manifest, wave.facts, draw), wave.key))
    return str(manifest), str(release)


def test_the_steps_of_a_contract_are_recomputed_and_its_release_checked(
    wave: SimpleNamespace, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    manifest, release = files
    assert ended(manifest, "--release", release) == 0
    told = capsys.readouterr().out
    assert f"= {wave.design.d2}\n" in told
    assert f"= {wave.design.sigma}\n" in told
    assert "The release is signed by the key of the contract and states the same." in told


def test_a_changed_release_or_contract_is_refused_in_one_line(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    manifest, release = files
    changed = tmp_path / "changed.json"
    changed.write_bytes(Path(release).read_bytes().replace(b'"shown":true', b'"shown":false', 1))
    assert ended(manifest, "--release", str(changed)) == 2
    assert capsys.readouterr().err.count("\n") == 1
    changed.write_bytes(Path(manifest).read_bytes().replace(b'"micro_rho":', b'"micro_rho":1', 1))
    assert ended(str(changed)) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert ended("--release", release) == 2
    assert "manifest-needed" in capsys.readouterr().err


def test_what_pairing_costs_is_among_the_steps(
    wave: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest, measure = wave.manifest, Measure(None, None)
    pairing = make_pairing(
        manifest.questions,
        manifest.attributes,
        manifest.policy,
        pairing_id=bytes(16),
        measures=(measure,),
        earlier=bytes(32),
    )
    path = tmp_path / "paired.json"
    path.write_bytes(replace(manifest, pairing=pairing).canonical())
    assert ended(str(path)) == 0
    told = capsys.readouterr().out
    whole = guarantee_of(wave.design, manifest.policy, pairing)
    assert f"= {whole['presence']['rho']:g} (presence), {whole['answers']['rho']:g} (answers)" in told
    assert f"{pairing.epsilon_presence:g} (presence), {pairing.epsilon_answers:g} (answers)" in told
    assert whole["answers"]["words"] in told
