"""Who sent a response, and from where, is in no byte that the collector's process wrote."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from service.settings import Settings
from service.store.tables_box import BoxTable

AGENT = "Sentinel/7.1 (of nobody)"
ADDRESS = "198.51.100.23"
QUERY = "sentinel-in-the-query"
SECRETS = (AGENT, ADDRESS, QUERY)
HEADERS = {
    "User-Agent": AGENT,
    "X-Forwarded-For": ADDRESS,
    "Forwarded": f"for={ADDRESS}",
    "Cookie": f"session={AGENT}",
    "Referer": f"http://{ADDRESS}/{QUERY}",
}


@contextmanager
def collector(database: Any, settings: Settings, output: Path) -> Iterator[int]:
    """A collector as it is run in earnest, all it says going to ``output``; gives its port."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "SOTTOVOCE_BOX_DATABASE": database.box,
        "SOTTOVOCE_DATA": str(settings.data),
    }
    with (
        output.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("forking.py"))],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.close()
        identifier, port = process.stdout.readline().split()
        yield int(port)
        os.kill(int(identifier), signal.SIGTERM)
        said = process.stdout.read()
    with output.open("a") as both:
        both.write(said)


def written(database: Any, engine: Any, folder: Path, output: Path) -> bytes:
    """Every byte of the process's files, its output, and, on PostgreSQL, every value of the box."""
    parts = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    if database.kind == "postgresql":
        with engine.connect() as connection:
            for table in BoxTable.metadata.sorted_tables:
                rows = connection.execute(select(table))
                parts += [bytes(v) if isinstance(v, bytes) else str(v).encode() for row in rows for v in row]
    return b"\n".join([*parts, output.read_bytes()])


def ask(port: int, method: str, path: str, body: bytes | None = None) -> int:
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request(method, path, body, HEADERS)
        answer = connection.getresponse()
        content = answer.read()
    assert not any(secret.encode() in content for secret in SECRETS)
    return answer.status


def test_no_address_agent_or_query_is_in_any_byte_that_was_written(
    database: Any, engines: Any, new_wave: Any, settings: Settings, tmp_path: Path
) -> None:
    wave = new_wave(closes_at=datetime(2999, 1, 1, tzinfo=UTC))
    envelopes = [wave.voice().envelope() for _ in range(5)]
    output = tmp_path / "output"
    with collector(database, settings, output) as port:
        for envelope in envelopes:
            assert ask(port, "POST", wave.path, envelope) == 201
            assert ask(port, "POST", f"{wave.path}?{QUERY}", envelope) == 201
        assert ask(port, "POST", wave.path, AGENT.encode()) == 422
        assert ask(port, "POST", wave.path, AGENT.encode() * 10_000) == 422
        assert ask(port, "POST", wave.path.replace(wave.name.hex(), "00" * 32), b"") == 404
        assert ask(port, "GET", f"{wave.path}/{'00' * 16}?{QUERY}") == 404
        assert ask(port, "GET", f"/{QUERY}") == 404
        while_running = written(database, engines.box, tmp_path, output)
    afterwards = written(database, engines.box, tmp_path, output)
    for data in (while_running, afterwards):
        assert any(envelope[-16:] in data for envelope in envelopes)
        assert not [secret for secret in SECRETS if secret.encode() in data]
    assert b"/api/v1/waves" not in output.read_bytes(), "a line for each request"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_search_finds_what_is_there(database: Any, engines: Any, wave: Any, tmp_path: Path) -> None:
    (tmp_path / "output").write_text("")
    assert wave.manifest.survey_id.encode() in written(database, engines.box, tmp_path, tmp_path / "output")
    (tmp_path / "kept").write_text(f"GET from {ADDRESS}")
    assert ADDRESS.encode() in written(database, engines.box, tmp_path, tmp_path / "output")
