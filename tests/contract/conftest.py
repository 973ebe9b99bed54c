"""A sealed wave, and the browser's modules in a Node process that Python calls."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from privacy.canonical import b64u, unb64u
from tests.unit.privacy.conftest import issuer_key, new_respondent, sealed_wave

__all__ = ["issuer_key", "new_respondent", "sealed_wave"]

ROOT = Path(__file__).parents[2]
MARK = "bytes:"
Call = Callable[..., Any]


class Thrown(Exception):  # noqa: N818
    """What a call threw: the error's ``name`` and its ``problems``, (id, place) pairs."""

    def __init__(self, reply: dict[str, Any]) -> None:
        super().__init__(reply["message"])
        self.name: str = reply["error"]
        self.problems = [(one["id"], one["place"]) for one in reply.get("problems", [])]


@pytest.fixture(scope="session")
def node() -> str:
    """The command that runs JavaScript, once everything that it needs is there."""
    places = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    command = shutil.which("node", path=places)
    if command is None:
        pytest.fail("Node is not installed; run: make .venv/development")
    version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.removeprefix("v").split(".")[0]) < 20:
        pytest.fail(f"Node {version.strip()} is too old; run: make .venv/development")
    if not (ROOT / "node_modules/.bin/tsc").exists():
        pytest.fail("node_modules is missing or incomplete; run: make .venv/development")
    return command


@pytest.fixture(scope="module")
def javascript(node: str) -> Iterator[Call]:
    """Calls a function of the browser's modules with values of Python; raises Thrown."""
    script = ROOT / "tests/javascript/calls.js"
    with subprocess.Popen(
        [node, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None

        def call(name: str, *arguments: Any) -> Any:
            stdin.write(json.dumps({"call": name, "arguments": _to_json(arguments)}) + "\n")
            stdin.flush()
            reply = json.loads(stdout.readline())
            if "error" in reply:
                raise Thrown(reply)
            return _from_json(reply["value"])

        yield call
        stdin.close()


def thrown_by(javascript: Call, *call: Any) -> tuple[str, Any] | None:
    """The name and the problems of the error that a call throws; None if it throws none."""
    try:
        javascript(*call)
    except Thrown as error:
        return error.name, error.problems
    return None


def _to_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return MARK + b64u(value)
    if isinstance(value, frozenset):
        return {"set": list(value)}
    if isinstance(value, dict):
        return {key: _to_json(item) for key, item in value.items()}
    return [_to_json(item) for item in value] if isinstance(value, list | tuple) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(MARK):
        return unb64u(value.removeprefix(MARK))
    if isinstance(value, dict):
        return {key: _from_json(item) for key, item in value.items()}
    return [_from_json(item) for item in value] if isinstance(value, list) else value
