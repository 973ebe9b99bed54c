"""The database roles of docs/operations-postgresql.md, and the real processes that use them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from service.store.engine import open_engine

PAGE = Path(__file__).parents[3] / "docs" / "operations-postgresql.md"
DATABASE = "sottovoce"
READY = "listening on "


def block(name: str) -> list[str]:
    """The statements of the page's SQL block with this name."""
    found = re.search(rf"<!-- sql: {name} -->\n```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return [statement for statement in found[1].splitlines() if statement]


def administer(engine: Engine, *statements: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@dataclass(frozen=True)
class Roles:
    """A database with the page's roles."""

    server: str

    def url(self, role: str) -> str:
        """The database as a role reaches it, or as the server's superuser."""
        url = make_url(self.server).set(database=DATABASE)
        name = url.username if role == "superuser" else f"sottovoce_{role}"
        return url.set(username=name).render_as_string(hide_password=False)

    @contextmanager
    def engine(self, role: str) -> Iterator[Engine]:
        engine = open_engine(self.url(role))
        yield engine
        engine.dispose()


@contextmanager
def process(roles: Roles, folder: Path, part: str) -> Iterator[str]:
    """The process of one part; gives its address."""
    with (
        (folder / f"{part}.log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "service.cli", part],
            env=environment(roles, folder, part),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as running,
    ):
        try:
            assert running.stdout is not None
            line = running.stdout.readline()
            assert line.startswith(READY), (folder / f"{part}.log").read_text()
            yield line.removeprefix(READY).strip()
        finally:
            running.terminate()


def tally(roles: Roles, folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "service.tally", *arguments]
    ended = subprocess.run(
        command, env=environment(roles, folder, "tally"), capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def environment(roles: Roles, folder: Path, part: str) -> dict[str, str]:
    return {
        **os.environ,
        "SOTTOVOCE_DATABASE": roles.url(part),
        "SOTTOVOCE_DATA": str(folder / part),
        "SOTTOVOCE_PORT": "0",
        "SOTTOVOCE_TALLY": "external",
        "SOTTOVOCE_MIXING_MINUTES": "0.001",
        "SOTTOVOCE_SCHEDULER_SECONDS": "0.05",
    }


def delete(address: str, key: str, path: str) -> None:

    headers = {"Authorization": f"Bearer {key}"}
    assert httpx.delete(f"{address}/api/v1{path}", headers=headers, trust_env=False).status_code == 204
