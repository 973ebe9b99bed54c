"""Marks in what a store keeps, and the search for them in every byte of its files.

Everything that is stored carries a mark with its number. Before mixing, the search for marks finds the order
of arrival, so the search is able to; afterwards it must find the same, whatever the order of arrival was.
"""

import random
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

NUMBER = 40
MARK = secrets.token_bytes(8)
MARKS = re.compile(re.escape(MARK) + b"(.)(..)", re.DOTALL)
LOG = "-wal"
_LOG_PAGE = 8192


def mark(kind: bytes, number: int) -> bytes:
    return MARK + kind + number.to_bytes(2)


@dataclass
class Searched:
    """Every byte that the database keeps of one store."""

    engine: Engine

    @property
    def sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def column(self, statement: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(statement)).scalars())

    def administer(self, *statements: str) -> None:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in statements:
                connection.execute(text(statement))

    def files(self) -> dict[str, bytes]:
        """The store's files by name; the parts of PostgreSQL's log are joined, oldest first."""
        if self.sqlite:
            place = self.engine.url.database
            return {name: Path(f"{place}{name}").read_bytes() for name in ("", LOG, "-shm")}
        folder = Path(self.column("SHOW data_directory")[0])
        segments = (path.read_bytes() for path in sorted((folder / "pg_wal").glob("0*")))
        log = b"".join(record for segment in segments for record in without_headers(segment))
        self.administer("CHECKPOINT")  # the rest of what it holds in memory goes to its files
        others = (path for path in folder.rglob("*") if path.is_file() and path.parent.name != "pg_wal")
        return {LOG: log, **{str(path): read(path) for path in others}}

    def look(self) -> "Seen":
        """Every mark that is in a file now."""
        seen = Seen()
        for name, content in self.files().items():
            for hit in MARKS.finditer(content):
                kept = seen.log if name in (LOG, "-shm") else seen.files.setdefault(name, {})
                kept.setdefault(hit[1], []).append((hit.start(), int.from_bytes(hit[2])))
        return seen

    def content(self) -> tuple[bytes, ...]:
        """On SQLite every byte, but for counters of transactions and random numbers of the log."""
        if not self.sqlite:
            return ()
        files = self.files()
        return files[""][100:], files[LOG], files["-shm"][136:]


@dataclass
class Seen:
    """Offset and number of each mark, by its kind, in the order of offsets."""

    log: dict[bytes, list[tuple[int, int]]] = field(default_factory=dict)
    files: dict[str, dict[bytes, list[tuple[int, int]]]] = field(default_factory=dict)

    def in_log(self, kind: bytes) -> list[int]:
        """The numbers in the order in which the log has them first."""
        return list(dict.fromkeys(number for _, number in self.log.get(kind, [])))

    def tells(self, order: list[int], *kinds: bytes) -> bool:
        """Whether the log gives this order away, by marks of each of these kinds."""
        found = [self.in_log(kind) for kind in kinds]
        return all(len(each) > 0.8 * len(order) and is_part(each, order) for each in found)

    @property
    def orders(self) -> list[tuple[bytes, list[int]]]:
        """Every order in which marks of one kind lie in a file, but for the log."""
        found = [(kind, hits) for file in self.files.values() for kind, hits in file.items()]
        return sorted((kind, [number for _, number in hits]) for kind, hits in found)

    def pages(self, kind: bytes, size: int) -> dict[int, int]:
        """The page of the only file that has marks of this kind, by number. Rows fill a page from its end."""
        (hits,) = [file[kind] for file in self.files.values() if kind in file]
        return {number: offset // size for offset, number in hits}


def without_headers(segment: bytes) -> Iterator[bytes]:
    """What PostgreSQL's log says, page by page; a header may stand in the middle of a mark.

    A page's header has 24 bytes, or 40 where its flags say so (XLogPageHeaderData in xlog_internal.h).
    """
    for start in range(0, len(segment), _LOG_PAGE):
        flags = int.from_bytes(segment[start + 2 : start + 4], "little")
        yield segment[start + (40 if flags & 2 else 24) : start + _LOG_PAGE]


def is_part(some: list[int], order: list[int]) -> bool:
    return some == [number for number in order if number in some]


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""  # the server removes files meanwhile


def mixed(searched: Searched) -> list[tuple[bytes, list[int]]]:
    """What is in the files right after mixing."""
    seen = searched.look()
    assert seen.log == {}
    return seen.orders


def writers(searched: Searched, table: str) -> list[str]:
    """The transactions that wrote the rows of ``table`` and the pieces of their large values."""
    if searched.sqlite:
        return ["it keeps none"]
    query = f"SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = '{table}'::regclass"
    tables = [table, *[beside for beside in searched.column(query) if beside != "-"]]
    return [number for name in tables for number in searched.column(f"SELECT xmin::text FROM {name}")]


def two_orders(number: int) -> list[list[int]]:
    first, second = (random.sample(range(number), number) for _ in range(2))
    assert first != second
    return [first, second]
