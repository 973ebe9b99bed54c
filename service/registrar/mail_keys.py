"""Codes of letters follow from a key, so that a reminder knows the link and no code is stored.

A wave whose invitations go out by e-mail has a key of its own, in a file of mode 0600 that is destroyed when
the wave closes. The key of quiet codes, with which people turn reminders off for good, stays; the marks by
which an invitation that comes back is known follow from it too.
"""

import hmac
import os
from pathlib import Path

from privacy.canonical import b64u
from privacy.errors import KeyUnusable
from service.key_files import destroy_key, read_key, write_key

_KEY_BYTES = 32
_CODE_BYTES = 16
_INVITATION_LABEL = b"sottovoce/1/mailed invitation"
_QUIET_LABEL = b"sottovoce/1/quiet"
_BOUNCE_LABEL = b"sottovoce/1/bounce"


class MailKeys:
    """The key files of waves in ``folder``, named by the wave in hex."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, wave: bytes) -> None:
        """Make the key of a wave that opens. Raises KeyUnusable if it cannot be written or there is one."""
        write_key(self.path_of(wave), os.urandom(_KEY_BYTES))

    def codes(self, wave: bytes) -> "Codes":
        """The codes of a wave's letters. Raises KeyUnusable if its key is missing, damaged or open to all."""
        return Codes(_read(self.path_of(wave)), _INVITATION_LABEL + wave)

    def destroy(self, wave: bytes) -> None:
        """Overwrite and remove a wave's key, for good; nothing happens if there is none."""
        destroy_key(self.path_of(wave))

    def path_of(self, wave: bytes) -> Path:
        """Where a wave's key is or would be."""
        return self._folder / f"{wave.hex()}.key"


class Codes:
    """What a person's code is: 128 bits of HMAC-SHA256 (RFC 2104) in base64url, 22 symbols."""

    def __init__(self, key: bytes, label: bytes) -> None:
        self._key = key
        self._label = label

    def code(self, person: str) -> str:
        """The code of a person as the roster names them."""
        text = self._label + b"|" + person.encode("utf-8", "surrogatepass")
        return b64u(hmac.digest(self._key, text, "sha256")[:_CODE_BYTES])


def quiet_codes(file: Path) -> Codes:
    """The codes with which people turn reminders off, under the key in ``file``.

    It is made if it is missing. Raises KeyUnusable if it cannot be made or read.
    """
    if not file.exists():
        try:
            write_key(file, os.urandom(_KEY_BYTES))
        except KeyUnusable:
            if not file.exists():  # else another process was quicker
                raise
    return Codes(_read(file), _QUIET_LABEL)


def bounce_marks(file: Path) -> Codes:
    """The marks of letters, under the key of quiet codes in ``file``, which is not made here.

    Raises KeyUnusable if it is missing, damaged or open to all.
    """
    return Codes(_read(file), _BOUNCE_LABEL)


def _read(path: Path) -> bytes:
    key = read_key(path)
    if len(key) != _KEY_BYTES:
        raise KeyUnusable(f"the key file {path} is damaged; restore it from the backup of the key folder")
    return key
