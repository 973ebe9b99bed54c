"""``sottovoce keys``: how the first admin key is made."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from service.accounts.api_keys import digest_of
from service.accounts.commands import keys_app
from service.errors import Conflict, Misconfigured
from service.store.engine import open_engine
from service.store.schema import migrate
from service.store.tables_main import ApiKeyRow
from service.store.unit_of_work import reading


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with an empty, migrated store."""
    engine = open_engine(f"sqlite:///{tmp_path / 'sottovoce.db'}")
    migrate(engine, "main")
    engine.dispose()
    return tmp_path


def run(*arguments: str) -> SimpleNamespace:
    """A command's output, errors and exception."""
    result = CliRunner().invoke(keys_app, list(arguments))
    return SimpleNamespace(
        out=result.stdout, err=result.stderr, code=result.exit_code, error=result.exception
    )


def rows(data: Path) -> list[ApiKeyRow]:
    """What is stored."""
    engine = open_engine(f"sqlite:///{data / 'sottovoce.db'}")
    with reading(engine) as tx:
        found = list(tx.exec(select(ApiKeyRow)))
    engine.dispose()
    return found


def test_the_key_alone_is_on_standard_output(data: Path) -> None:
    made = run("create", "--name", "Ada", "--role", "admin", "--data", str(data))
    assert made.code == 0
    assert made.out.startswith("sv_")
    assert made.out.count("\n") == 1
    assert made.out.strip() not in made.err
    [row] = rows(data)
    assert (row.name, row.role, row.digest) == ("Ada", "admin", digest_of(made.out.strip()))


def test_the_list_shows_no_key(data: Path) -> None:
    made = run("create", "--name", "Ada", "--role", "owner", "--data", str(data))
    listed = run("list", "--data", str(data))
    [row] = rows(data)
    assert made.out.strip() not in listed.out
    assert listed.out.split()[:2] == [row.id, "owner"]
    assert listed.out.endswith("Ada\n")


def test_a_key_is_revoked_but_not_the_last_admins(data: Path) -> None:
    run("create", "--name", "Ada", "--role", "admin", "--data", str(data))
    run("create", "--name", "Bob", "--role", "service", "--data", str(data))
    by_name = {row.name: row.id for row in rows(data)}
    assert run("revoke", by_name["Bob"], "--data", str(data)).code == 0
    assert {row.name: row.revoked for row in rows(data)} == {"Ada": False, "Bob": True}
    assert isinstance(run("revoke", by_name["Ada"], "--data", str(data)).error, Conflict)
    assert "revoked" in run("list", "--data", str(data)).out


def test_an_unknown_role_and_a_store_without_tables_are_refused(data: Path, tmp_path: Path) -> None:
    assert run("create", "--name", "Ada", "--role", "king", "--data", str(data)).code == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    refused = run("create", "--name", "Ada", "--role", "admin", "--data", str(empty))
    assert isinstance(refused.error, Misconfigured)
