"""What each process has in memory, seen in the process itself: a linter can be fooled, sys.modules cannot."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest

# Runs a real command and writes down, as it ends, every module it had loaded.
WATCHED = """
import atexit, json, pathlib, sys
atexit.register(lambda: pathlib.Path(sys.argv[1]).write_text(json.dumps(sorted(sys.modules))))
from service.cli import main
main(sys.argv[2:])
"""
OPENS_RESPONSES = ("privacy.opening", "privacy.carrying", "service.tally")
SIGNS_TOKENS = ("privacy.issuing", "Crypto", "service.registrar")
SERVES = ("fastapi", "starlette", "uvicorn", "service.http", "service.app")
DRAWS_NOISE = ("privacy.count", "privacy.gate", "privacy.estimate")


def modules_of_server(command: str, folder: Path) -> set[str]:
    """Start a serving command, ask it for its health, end it politely, and read what it had loaded."""
    report = folder / "modules.json"
    with subprocess.Popen(
        [sys.executable, "-c", WATCHED, str(report), command, "--port", "0", "--data", str(folder / "data")],
        env={**os.environ, "SOTTOVOCE_TALLY": "external"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line.startswith("listening on "), process.stderr.read()
        answer = httpx.get(f"{line.split()[-1]}/api/v1/health", trust_env=False)
        assert answer.status_code == 200, answer.text
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
    return set(json.loads(report.read_text()))


def modules_of_command(arguments: Iterable[str], folder: Path) -> set[str]:
    """Run a command to its end and read what it had loaded."""
    report = folder / "modules.json"
    subprocess.run(
        [sys.executable, "-c", WATCHED, str(report), *arguments],
        env={**os.environ, "SOTTOVOCE_DATA": str(folder / "data")},
        check=True,
        capture_output=True,
    )
    return set(json.loads(report.read_text()))


def loaded(modules: set[str], forbidden: Iterable[str]) -> set[str]:
    """The loaded modules that are, or are inside, a forbidden one."""
    return {
        module for module in modules for name in forbidden if module == name or module.startswith(f"{name}.")
    }


@pytest.mark.parametrize(
    ("command", "forbidden"),
    [
        ("serve", OPENS_RESPONSES),
        ("registrar", (*OPENS_RESPONSES, "service.collector")),
        ("collector", (*OPENS_RESPONSES, *SIGNS_TOKENS, *DRAWS_NOISE, "service.surveys", "service.accounts")),
        ("results", (*OPENS_RESPONSES, *SIGNS_TOKENS, "service.collector", "service.surveys")),
    ],
)
def test_a_serving_process_holds_only_its_part(
    command: str, forbidden: tuple[str, ...], tmp_path: Path
) -> None:
    modules = modules_of_server(command, tmp_path)
    assert "fastapi" in modules
    assert not loaded(modules, forbidden)


def test_the_tally_cannot_serve_and_knows_no_people(tmp_path: Path) -> None:
    modules_of_command(["migrate"], tmp_path)
    modules = modules_of_command(["tally", "keys", "--count", "1"], tmp_path)
    assert "service.tally" in modules
    assert not loaded(modules, (*SERVES, *SIGNS_TOKENS, "service.accounts", "service.surveys"))


def test_the_watch_sees_a_forbidden_module(tmp_path: Path) -> None:
    modules = modules_of_command(["tally", "--help"], tmp_path)
    assert loaded(modules, ["service.tally"])
