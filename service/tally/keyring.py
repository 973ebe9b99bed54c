"""The key folder: one file a wave key, holding the private halves that open responses and sign the release.

Beside them, a file of 32 random bytes for each wave of which something is kept for a later one.

A file is PKCS #8 PEM, two blocks: the HPKE key, then the release-signing key. A destroyed file is overwritten
first; on media that keep old blocks (flash, journaling or copying file systems, snapshots, backups) that is a
best effort and no more.
"""

import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from privacy.carrying import KEY_SIZE
from privacy.carrying import new_key as new_key_for_carrying
from privacy.errors import KeyUnusable
from privacy.signatures import new_key, point_of
from service.key_files import destroy_key, read_key, write_key
from service.store.tally_keys import PublicTallyKey

_BLOCK_START = b"-----BEGIN PRIVATE KEY-----"
_WAVE_ID = re.compile("w-[0-9a-z]{1,40}")
_CARRYING = "c-{}.key"
_KEY_ID = re.compile("k-[0-9a-f]{24}")  # an id becomes a file's name, so nothing else may pass


@dataclass(frozen=True, slots=True)
class WaveKey:
    """The private halves of one wave key. ``id`` names its file and its row in the pool."""

    id: str
    hpke: ec.EllipticCurvePrivateKey
    release: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> PublicTallyKey:
        """The halves that may be seen."""
        return PublicTallyKey(self.id, point_of(self.hpke), point_of(self.release))


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key files in ``folder``."""

    folder: Path

    def path_of(self, key_id: str) -> Path:
        """Where the file of a key is or would be. Raises KeyUnusable for what cannot be a key's id."""
        if not _KEY_ID.fullmatch(key_id):
            raise KeyUnusable("the store names a wave key that no tally made; restore its table tally_key")
        return self.folder / f"{key_id}.pem"

    def holds(self, key_id: str) -> bool:
        """Whether the file of a key is here, whatever it contains."""
        return os.path.lexists(self.path_of(key_id))

    def create(self) -> PublicTallyKey:
        """Make a wave key; its file is on the disk when this returns. Raises KeyUnusable if it cannot be."""
        hpke, release = new_key(), new_key()
        digest = hashlib.sha256(point_of(hpke) + point_of(release)).hexdigest()
        key = WaveKey(f"k-{digest[:24]}", hpke, release)
        write_key(self.path_of(key.id), _pem(hpke) + _pem(release))
        return key.public

    def load(self, key_id: str) -> WaveKey:
        """The private halves. Raises KeyUnusable if the file is missing, open to others or not a key."""
        path = self.path_of(key_id)
        blocks = [_BLOCK_START + block for block in read_key(path).split(_BLOCK_START)[1:]]
        try:
            hpke, release = (_p256(block) for block in blocks)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KeyUnusable(
                f"the key file {path} is damaged; restore it from the backup of the key folder"
            ) from None
        return WaveKey(key_id, hpke, release)

    def destroy(self, key_id: str) -> bool:
        """Overwrite and remove the file of a key, for good; False if it was gone already."""
        return destroy_key(self.path_of(key_id))

    def new_carrying_key(self, wave_id: str) -> bytes:
        """The key for what will be kept of a wave, 32 bytes; one that a crash has left is used.

        A file that is damaged or open to others is replaced, since nothing is sealed under it yet. Raises
        KeyUnusable if the file cannot be written.
        """
        with suppress(KeyUnusable):
            return self.carrying_key(wave_id)
        self.destroy_carrying(wave_id)
        key = new_key_for_carrying()
        write_key(self.carrying_path(wave_id), key)
        return key

    def carrying_key(self, wave_id: str) -> bytes:
        """The key of what is kept of a wave for a later one, 32 bytes.

        Raises KeyUnusable if the file is missing, open to others or not a key.
        """
        path = self.carrying_path(wave_id)
        key = read_key(path)
        if len(key) != KEY_SIZE:
            raise KeyUnusable(f"the key file {path} is damaged; restore it from the backup of the key folder")
        return key

    def destroy_carrying(self, wave_id: str) -> bool:
        """Overwrite and remove the key of what was kept of a wave; False if it was gone already."""
        return destroy_key(self.carrying_path(wave_id))

    def carrying(self) -> list[str]:
        """The waves of which a key is here to open what is kept of them."""
        prefix, suffix = _CARRYING.split("{}")
        names = (path.name for path in self.folder.glob(_CARRYING.format("*")))
        return sorted(name.removeprefix(prefix).removesuffix(suffix) for name in names)

    def carrying_path(self, wave_id: str) -> Path:
        """Where the key of what is kept of a wave is or would be. Raises KeyUnusable for no wave's id."""
        if not _WAVE_ID.fullmatch(wave_id):
            raise KeyUnusable("the store names a wave that nobody made; restore its table wave")
        return self.folder / _CARRYING.format(wave_id)


def _p256(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    return key


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
