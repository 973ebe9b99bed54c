"""Issuer keys on disk: one a wave, for their owner alone, loaded once, destroyed for good."""

from pathlib import Path

import pytest

from privacy.errors import KeyUnusable
from privacy.issuing import issuer_public_key
from service.registrar.issuer_keys import IssuerKeys
from service.registrar.rsa import IssuerKey

WAVE, OTHER = bytes(32), bytes(31) + b"\1"


@pytest.fixture(scope="module")
def key() -> IssuerKey:
    """An issuer key."""
    return IssuerKey.generate()


def test_a_kept_key_signs_and_is_for_its_owner_alone(tmp_path: Path, key: IssuerKey) -> None:
    IssuerKeys(tmp_path / "issuer").keep(WAVE, key)
    keys = IssuerKeys(tmp_path / "issuer")
    assert keys.signer(WAVE).public_key == issuer_public_key(key)
    assert keys.path_of(WAVE).stat().st_mode & 0o777 == 0o600
    assert keys.path_of(WAVE).parent.stat().st_mode & 0o777 == 0o700


def test_a_key_is_loaded_once(tmp_path: Path, key: IssuerKey) -> None:
    keys = IssuerKeys(tmp_path)
    keys.keep(WAVE, key)
    signer = keys.signer(WAVE)
    keys.path_of(WAVE).chmod(0o000)
    assert keys.signer(WAVE) is signer


def test_a_key_that_others_may_read_is_missing_or_is_broken_is_refused(
    tmp_path: Path, key: IssuerKey
) -> None:
    keys = IssuerKeys(tmp_path)
    keys.keep(WAVE, key)
    keys.path_of(WAVE).chmod(0o644)
    with pytest.raises(KeyUnusable):
        keys.signer(WAVE)
    with pytest.raises(KeyUnusable):
        keys.signer(OTHER)
    keys.path_of(OTHER).write_bytes(b"nothing")
    keys.path_of(OTHER).chmod(0o600)
    with pytest.raises(KeyUnusable):
        keys.signer(OTHER)


def test_a_key_is_never_written_over(tmp_path: Path, key: IssuerKey) -> None:
    keys = IssuerKeys(tmp_path)
    keys.keep(WAVE, key)
    with pytest.raises(KeyUnusable):
        keys.keep(WAVE, key)


def test_a_destroyed_key_is_gone_from_disk_and_from_memory(tmp_path: Path, key: IssuerKey) -> None:
    keys = IssuerKeys(tmp_path)
    keys.keep(WAVE, key)
    keys.signer(WAVE)
    keys.destroy(WAVE)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(KeyUnusable):
        keys.signer(WAVE)
    keys.destroy(WAVE)
