"""Runs of pytest that begin with what they import from elsewhere already loaded.

Importing numpy, OpenDP and the rest takes most of the time of a short test. One process loads them, and
nothing of this project; each run is a fork of it.
"""

import gc
import importlib
import multiprocessing
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory

LOADED = (
    "pytest",
    "hypothesis",
    "numpy",
    "pandas",
    "opendp.prelude",
    "scipy.stats",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.hpke",
    "cryptography.hazmat.primitives.serialization",
    "Crypto.PublicKey.RSA",
    "sqlalchemy.dialects.sqlite",
    "sqlmodel",
    "psycopg",
    "alembic.command",
    "alembic.config",
    "fastapi",
    "uvicorn",
    "httpx",
    "jinja2",
    "pydantic_settings",
    "ruamel.yaml",
    "typer",
    "rich",
    "jsonschema",
)
OURS = ("privacy", "service", "survey_definitions", "tests")


@dataclass(frozen=True)
class Done:
    """How a run ended and what it printed."""

    returncode: int
    output: str


def loading_once() -> ForkServerContext:
    """Starts processes that have ``LOADED``, on one thread each."""
    os.environ["OMP_NUM_THREADS"] = "1"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*LOADED])
    return context


def run_pytest(folder: Path, arguments: Sequence[str], longest: float) -> Done:
    """Run pytest in ``folder``, from which it imports this project.

    Raises TimeoutError after ``longest`` seconds.
    """
    with TemporaryDirectory(prefix="sottovoce-fork-") as beside:
        printed = Path(beside) / "printed"
        process = loading_once().Process(target=_in_child, args=(str(folder), list(arguments), str(printed)))
        process.start()
        process.join(longest)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError
        return Done(process.exitcode, printed.read_text(errors="replace") if printed.exists() else "")


def _in_child(folder: str, arguments: list[str], printed: str) -> None:
    """As ``python -P -m pytest`` would in a new process with ``folder`` as PYTHONPATH."""
    file = os.open(printed, os.O_WRONLY | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(file, stream)
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    os.environ.update(CI="1", PYTHONPATH=folder, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    # The copies keep what is compiled for the next run, whatever the environment says of other folders.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    gc.freeze()  # pytest collects garbage at its end, and what is loaded is none
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.argv = ["pytest", *arguments]
    sys.exit(importlib.import_module("pytest").main(arguments))
