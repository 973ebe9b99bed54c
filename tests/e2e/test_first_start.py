"""The first start of the service prints a link for the first administrator, until somebody is known."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
from typer.testing import CliRunner

from service.accounts.staff_commands import staff_app


def start(data: Path) -> tuple[str, str]:
    """What ``sottovoce serve`` prints: its first line and the rest."""
    with subprocess.Popen(
        [sys.executable, "-m", "service.cli", "serve", "--port", "0", "--data", str(data)],
        env={**os.environ, "SOTTOVOCE_TALLY": "external"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("listening on ")
        httpx.get(f"{first.split()[-1]}/api/v1/health", trust_env=False).raise_for_status()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    return first, rest


def test_the_link_is_printed_until_somebody_of_staff_is_known(tmp_path: Path) -> None:
    first, rest = start(tmp_path)
    link = re.search(r" (http://\S+/join/[\w-]{43})$", rest.strip())
    assert link is not None
    assert link[1].startswith(first.split()[-1])
    made = CliRunner().invoke(
        staff_app, ["link", "--email", "ada@example.org", "--role", "admin", "--data", str(tmp_path)]
    )
    assert made.exit_code == 0
    assert start(tmp_path)[1] == ""
