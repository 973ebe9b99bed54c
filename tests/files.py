"""Reading the files of a service that is running."""

from contextlib import suppress
from pathlib import Path


def contents_below(folder: Path) -> dict[Path, bytes]:
    """Every regular file below a folder, but those that the service removes before they are read.

    A tally destroys its keys just after its release can be seen.
    """
    contents = {}
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file():
                contents[path] = path.read_bytes()
    return contents
