"""A released wave as results are read from it: its contract, its release, and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from privacy.contract import Manifest
from privacy.errors import ContractBroken
from privacy.manifest_reader import read_manifest
from privacy.planner import MERGE_AT
from service.errors import Conflict
from service.store import releases, waves
from service.store.tables_main import WaveRow

Row = Mapping[str, Any]
_KEPT = 16  # as many waves as the evaluation of a program may well ask for at once
_MISSING = {
    "draft": "the wave is a draft; it has a release once it was opened, closed and tallied",
    "open": "the wave is open; it has a release once it is closed and tallied",
    "closed": "the wave is closed and waits for the tally; ask again later, or run sottovoce tally run",
}


@dataclass(frozen=True, slots=True)
class Released:
    """A release: ``content`` are its signed bytes, ``rows`` its figures in their order.

    ``closed_at`` is when the wave closed, which by hand can be earlier than its manifest says.
    ``languages`` are those of the survey's texts, its first one coming first; ``themes`` are texts by id.
    Groups of the roster were merged until ``merge_at`` people were invited in each.
    """

    id: str
    wave: str
    closed_at: datetime
    content: bytes
    manifest: Manifest
    rows: tuple[Row, ...]
    languages: tuple[str, ...]
    themes: Mapping[str, Mapping[str, str]]
    merge_at: int = MERGE_AT

    @property
    def value(self) -> Mapping[str, Any]:
        """The whole release as JSON."""
        return value_of(self.content)


def content_of(tx: Session, ref: str) -> bytes:
    """The signed release of a wave. Raises NotFound, and Conflict with what is missing until it is there."""
    return _content(tx, waves.find(tx, ref))


def released(tx: Session, ref: str) -> Released:
    """The release of a wave. Raises as content_of does."""
    return read(tx, waves.find(tx, ref))


def read(tx: Session, row: WaveRow) -> Released:
    """The release of the wave in ``row``. Raises Conflict with what is missing until it is there."""
    content = _content(tx, row)
    if row.wave is None or row.manifest is None:
        raise ContractBroken(f"wave {row.id} is released without a contract; restore the main store")
    manifest = _manifest_of(row.manifest, row.wave)
    return Released(
        id=row.id,
        wave=row.wave.hex(),
        closed_at=datetime.fromisoformat(row.closes_at),
        content=content,
        manifest=manifest,
        rows=tuple(value_of(content)["figures"]),
        languages=tuple(row.plan.get("languages") or manifest.title),
        themes=row.plan.get("themes", {}),
        merge_at=row.plan.get("merge_at", MERGE_AT),
    )


@lru_cache(maxsize=_KEPT)
def value_of(content: bytes) -> Mapping[str, Any]:
    """A release as JSON. It never changes, so a process reads each once while it is asked for."""
    value: Mapping[str, Any] = json.loads(content)
    return value


@lru_cache(maxsize=_KEPT)
def _manifest_of(content: bytes, wave: bytes) -> Manifest:
    return read_manifest(content, wave)


def _content(tx: Session, row: WaveRow) -> bytes:
    if row.state != "released":
        raise Conflict(_MISSING[row.state])
    content = releases.release_of(tx, row.id)
    if content is None:
        raise ContractBroken(f"wave {row.id} is released without a release; restore the main store")
    return content
