"""Private key files: readable by their owner alone from the first byte, on the disk before they are used."""

import os
import stat
from pathlib import Path

from privacy.errors import KeyUnusable

MODE = 0o600
FOLDER_MODE = 0o700
_LARGEST = 16_384  # bytes; a PEM file has less than two thousand


def write_key(path: Path, content: bytes) -> None:
    """Write a new key file, and its folder if need be; both are on the disk when this returns.

    Raises KeyUnusable if the file exists already or cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        with os.fdopen(os.open(path, flags, MODE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _flush_folder(path.parent)
    except OSError as error:
        raise KeyUnusable(
            f"the key file {path} cannot be written ({error.strerror}); check the folder and its owner"
        ) from None


def read_key(path: Path) -> bytes:
    """The content of a key file.

    Raises KeyUnusable if it is missing or unreadable, or if anybody but its owner may read it.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        raise KeyUnusable(
            f"the key file {path} is missing; restore it from the backup of the key folder"
        ) from None
    except OSError as error:
        raise KeyUnusable(
            f"the key file {path} cannot be read ({error.strerror}); run as the user who made it"
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode) or mode & 0o077:
            raise KeyUnusable(
                f"the key file {path} is open to other users; make sure nobody has copied it, "
                f"then chmod 600 {path}"
            )
        return file.read(_LARGEST)


def destroy_key(path: Path) -> bool:
    """Overwrite a key file and remove it, for good; False if it was gone already.

    Overwriting is best effort: a flash disk, a journaling or copying file system, a snapshot or a backup may
    keep older blocks. Raises KeyUnusable if the file stays.
    """
    try:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return False
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            file.write(bytes(os.fstat(descriptor).st_size))
            os.fsync(descriptor)
        path.unlink(missing_ok=True)
        _flush_folder(path.parent)
    except OSError as error:
        raise KeyUnusable(
            f"the key file {path} cannot be destroyed ({error.strerror}); remove it by hand"
        ) from None
    return True


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
