"""Starts the real service as a user would, in a process of its own, and stops it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from service.errors import Misconfigured

READY = "listening on "


@contextmanager
def running_service(
    data: Path, port: int, settings: Mapping[str, str] | None = None, command: str = "serve"
) -> Iterator[str]:
    """``sottovoce serve``, or another serving ``command``, on ``data``; yields its address.

    ``settings`` are names without their prefix and their values. What the service says goes to
    ``service.log`` in ``data``. Raises Misconfigured if it does not start.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOTTOVOCE_")}
    environment |= {
        "SOTTOVOCE_DATA": str(data),
        "SOTTOVOCE_PORT": str(port),
        "SOTTOVOCE_SCHEDULER_SECONDS": "1",
    }
    environment |= {f"SOTTOVOCE_{name}": value for name, value in (settings or {}).items()}
    log = data / "service.log"
    with log.open("w") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            [sys.executable, "-P", "-m", "service.cli", command],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            text=True,
        )
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _address(process: "subprocess.Popen[str]", log: Path) -> str:
    for line in process.stdout or ():
        if line.startswith(READY):
            return line.removeprefix(READY).strip()
    last = log.read_text().strip().splitlines()[-1:] or ["no reason given"]
    raise Misconfigured(f"the service did not start: {last[0]}")
