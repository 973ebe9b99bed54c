"""Looks for what was said in every byte that the service wrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Searched:
    """How much was read, and which files held one of the texts."""

    files: int
    size: int
    found: tuple[Path, ...]


def search(folder: Path, texts: Iterable[str]) -> Searched:
    """Read every file below ``folder`` and look for each text, in UTF-8 and UTF-16."""
    needles = {encoded for text in texts for encoded in (text.encode(), text.encode("utf-16-le"))}
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    contents = [path.read_bytes() for path in files]
    found = tuple(
        path
        for path, content in zip(files, contents, strict=True)
        if any(needle in content for needle in needles)
    )
    return Searched(len(files), sum(map(len, contents)), found)
