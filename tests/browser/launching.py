"""The system's Chromium, told to talk to nobody by itself, and the service that it meets."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

from service.accounts.api_keys import digest_of, new_api_key
from service.demo.server import READY, running_service
from service.demo.staff import Owner
from service.store import staff
from service.store.engine import open_engine
from service.store.schema import migrate
from service.store.unit_of_work import unit_of_work

NAMES = ("chromium", "chromium-browser", "google-chrome")
LAUNCH = [
    "--no-sandbox",  # it does not start for root with one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP plain.test 127.0.0.1",  # a name that is not this machine to a browser
]


def executable() -> str:
    """The path of Chromium. Raises AssertionError with what to install if there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, (
        f"the tests in tests/browser need a Chromium: none of {', '.join(NAMES)} is on the PATH; "
        "on Debian and Ubuntu install it with: apt-get install chromium"
    )
    return found


@contextmanager
def started(data: Path, **settings: str) -> Iterator[SimpleNamespace]:
    """``sottovoce serve`` on SQLite in ``data``: ``address``, ``data``, ``owner`` (an admin of its API)."""
    key = new_api_key()
    for store in ("main", "box"):
        name = "sottovoce.db" if store == "main" else "box.db"
        engine = open_engine(f"sqlite:///{data / name}")
        migrate(engine, store)
        if store == "main":
            with unit_of_work(engine) as tx:
                staff.add_key(tx, name="test", role="admin", digest=digest_of(key), day=date(2026, 1, 1))
        engine.dispose()
    with running_service(data, 0, settings) as address:
        owner = Owner(address, key)
        yield SimpleNamespace(address=address, data=data, owner=owner, key=key)
        owner.close()


@contextmanager
def fresh_service(data: Path) -> Iterator[SimpleNamespace]:
    """A service that nobody of staff has used: ``address``, ``first_link`` as it prints it, ``data``."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SOTTOVOCE_")}
    environment |= {"SOTTOVOCE_SCHEDULER_SECONDS": "1"}
    command = [sys.executable, "-P", "-m", "service.cli", "serve", "--port", "0", "--data", str(data)]
    with (data / "service.log").open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix(READY).strip()
        first_link = process.stdout.readline().split()[-1]
        yield SimpleNamespace(address=address, first_link=first_link, data=data)
    finally:
        process.terminate()
        process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()
