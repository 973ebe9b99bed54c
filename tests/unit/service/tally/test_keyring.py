"""The key folder: private from the first byte, strict when read, empty when it should be."""

import os
import stat
from pathlib import Path

import pytest

from privacy.errors import KeyUnusable
from service.tally.keyring import Keyring


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys" / "tally")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_that_was_made_is_the_key_that_is_read(keyring: Keyring) -> None:
    public = keyring.create()
    assert keyring.load(public.id).public == public
    assert public.hpke != public.release


def test_no_two_keys_are_alike(keyring: Keyring) -> None:
    made = [keyring.create() for _ in range(3)]
    assert len({point for key in made for point in (key.hpke, key.release)}) == 6


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_a_key_file_is_its_owners_alone_whatever_the_umask(keyring: Keyring, mask: int) -> None:
    before = os.umask(mask)
    try:
        public = keyring.create()
    finally:
        os.umask(before)
    assert mode_of(keyring.path_of(public.id)) == 0o600
    assert mode_of(keyring.folder) == 0o700


def test_a_key_file_is_private_before_its_first_byte_is_written(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    fdopen = os.fdopen

    def watched(descriptor: int, *arguments: object, **options: object) -> object:
        found = os.fstat(descriptor)
        seen.append((stat.S_IMODE(found.st_mode), found.st_size))
        return fdopen(descriptor, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "fdopen", watched)
    keyring.create()
    assert seen == [(0o600, 0)]


def test_the_file_and_its_folder_are_flushed_before_a_key_is_announced(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[bool] = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        flushed.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    keyring.create()
    assert flushed == [False, True]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o601])
def test_a_key_file_open_to_others_is_refused_and_the_remedy_named(keyring: Keyring, mode: int) -> None:
    key_id = keyring.create().id
    keyring.path_of(key_id).chmod(mode)
    with pytest.raises(KeyUnusable, match=f"chmod 600 {keyring.path_of(key_id)}"):
        keyring.load(key_id)


def test_a_missing_key_file_is_named_with_what_to_do(keyring: Keyring) -> None:
    key_id = keyring.create().id
    keyring.path_of(key_id).unlink()
    with pytest.raises(KeyUnusable, match=rf"{keyring.path_of(key_id)} is missing; restore it"):
        keyring.load(key_id)


@pytest.mark.parametrize("keep", [0, 10, 100, 260, 400])
def test_a_damaged_key_file_is_a_clear_line(keyring: Keyring, keep: int) -> None:
    path = keyring.path_of(keyring.create().id)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(KeyUnusable, match="is damaged; restore it"):
        keyring.load(path.stem)


def test_a_link_in_place_of_a_key_file_is_neither_read_nor_overwritten(
    keyring: Keyring, tmp_path: Path
) -> None:
    path = keyring.path_of(keyring.create().id)
    elsewhere = tmp_path / "elsewhere.pem"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    content = elsewhere.read_bytes()
    with pytest.raises(KeyUnusable):
        keyring.load(path.stem)
    with pytest.raises((KeyUnusable, OSError)):
        keyring.destroy(path.stem)
    assert elsewhere.read_bytes() == content


@pytest.mark.parametrize("key_id", ["../k-000000000000000000000000", "/etc/key", "", "k-1", "k-" + "G" * 24])
def test_an_id_that_is_not_a_keys_never_becomes_a_path(keyring: Keyring, key_id: str) -> None:
    for use in (keyring.load, keyring.destroy, keyring.holds):
        with pytest.raises(KeyUnusable):
            use(key_id)


def test_a_destroyed_key_is_overwritten_flushed_and_gone(
    keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_id = keyring.create().id
    path, witness = keyring.path_of(key_id), tmp_path / "witness"
    witness.hardlink_to(path)
    size = path.stat().st_size
    assert keyring.destroy(key_id) is True
    assert not keyring.holds(key_id)
    assert witness.read_bytes() == bytes(size)


def test_destroying_again_changes_nothing(keyring: Keyring) -> None:
    kept, gone = keyring.create().id, keyring.create().id
    assert keyring.destroy(gone) is True
    assert keyring.destroy(gone) is False
    assert [path.stem for path in keyring.folder.iterdir()] == [kept]


def test_a_key_whose_destruction_was_cut_short_can_still_be_destroyed(keyring: Keyring) -> None:
    path = keyring.path_of(keyring.create().id)
    path.write_bytes(bytes(path.stat().st_size))
    assert keyring.destroy(path.stem) is True
    assert not path.exists()


def test_a_private_key_is_not_in_what_a_key_prints_as(keyring: Keyring) -> None:
    key = keyring.load(keyring.create().id)
    scalars = [half.private_numbers().private_value for half in (key.hpke, key.release)]
    assert not any(str(scalar) in repr(key) or f"{scalar:x}" in repr(key) for scalar in scalars)
