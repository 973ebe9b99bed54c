"""An error on the command line is one line that says what to do, and exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = {
    "unknown command": (["frobnicate"], {}, "frobnicate"),
    "unknown option": (["serve", "--frobnicate"], {}, "--frobnicate"),
    "unknown setting": (["serve"], {"SOTTOVOCE_PROT": "1"}, "SOTTOVOCE_PORT"),
    "wrong setting": (["serve"], {"SOTTOVOCE_PORT": "many"}, "SOTTOVOCE_PORT"),
    "unsupported database": (["migrate"], {"SOTTOVOCE_DATABASE": "mysql://u:pass7731@h/d"}, "postgresql"),
    "unreachable database": (
        ["migrate"],
        {"SOTTOVOCE_DATABASE": "postgresql://u:pass7731@127.0.0.1:1/d"},
        "check its address",
    ),
    "nonsense database": (["migrate"], {"SOTTOVOCE_DATABASE": "pass7731"}, "SOTTOVOCE_DATABASE"),
    "missing secret file": (
        ["migrate"],
        {"SOTTOVOCE_DATABASE_FILE": "/nonexistent/file"},
        "SOTTOVOCE_DATABASE_FILE",
    ),
    "no tables yet": (["tally", "keys"], {}, "sottovoce migrate"),
    "no such definition": (["definitions", "check", "/nonexistent/x.yaml"], {}, "/nonexistent/x.yaml"),
    "not a link": (["respond", "hello"], {}, "link"),
    "nobody listens": (["health"], {"SOTTOVOCE_PORT": "1"}, "is the service running"),
    "no such wave": (["tally", "run", "w-nothing"], {}, "migrate"),
}


@pytest.mark.parametrize(("arguments", "settings", "names"), CASES.values(), ids=CASES)
def test_an_error_is_one_line_and_exit_code_two(
    arguments: list[str], settings: dict[str, str], names: str, tmp_path: Path
) -> None:
    ended = sottovoce(arguments, {"SOTTOVOCE_DATA": str(tmp_path), **settings})
    assert ended.returncode == 2, ended.stderr
    said = ended.stdout + ended.stderr
    assert len(said.splitlines()) == 1, said
    assert names in said
    assert "Traceback" not in ended.stderr
    assert "pass7731" not in said


@pytest.mark.parametrize(
    "command", ["", "serve", "tally", "keys", "definitions", "receipt", "respond", "demo"]
)
def test_every_command_has_help(command: str, tmp_path: Path) -> None:
    ended = sottovoce([*command.split(), "--help"], {"SOTTOVOCE_DATA": str(tmp_path)})
    assert ended.returncode == 0, ended.stderr
    assert "Usage: sottovoce" in ended.stdout


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = sottovoce(["serve", "--port", port], {"SOTTOVOCE_DATA": str(tmp_path)})
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert "--port" in ended.stderr


def test_a_broken_receipt_key_stops_the_collector_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "collector" / "receipt.pem"
    path.parent.mkdir(parents=True)
    path.write_text("not a key")
    path.chmod(0o600)
    ended = sottovoce(["serve", "--port", "0"], {"SOTTOVOCE_DATA": str(tmp_path)})
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("sottovoce: ")
    assert "receipt.pem" in ended.stderr
    assert "Traceback" not in ended.stderr


def sottovoce(arguments: list[str], settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run the command as a user would."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOTTOVOCE_")}
    command = [sys.executable, "-m", "service.cli", *arguments]
    return subprocess.run(
        command, env={**environment, **settings}, capture_output=True, text=True, check=False, timeout=60
    )
