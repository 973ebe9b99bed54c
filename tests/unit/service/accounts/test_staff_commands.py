"""``sottovoce staff`` and ``sottovoce audit`` on the machine that holds the store."""

import re
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from privacy.errors import ContractBroken, Invalid
from service.accounts.staff_commands import audit_app, staff_app
from service.errors import Conflict, NotFound
from service.store.engine import open_engine
from service.store.schema import migrate


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with an empty, migrated store."""
    engine = open_engine(f"sqlite:///{tmp_path / 'sottovoce.db'}")
    migrate(engine, "main")
    engine.dispose()
    return tmp_path


def run(app: typer.Typer, data: Path, *arguments: str) -> SimpleNamespace:
    """A command's output and exception."""
    result = CliRunner().invoke(app, [*arguments, "--data", str(data)])
    return SimpleNamespace(out=result.stdout, error=result.exception)


def test_a_link_is_made_for_somebody_new_and_again_for_somebody_known(data: Path) -> None:
    made = run(staff_app, data, "link", "--role", "admin", "--email", "Ada@Example.org")
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/join/[\w-]{43}\n", made.out)
    again = run(staff_app, data, "link", "--email", "ada@example.org")
    assert again.out != made.out
    (line,) = run(staff_app, data, "list").out.splitlines()
    assert re.fullmatch(r"u-\w{12}  admin   invited  ada@example.org", line)


def test_a_link_needs_a_role_for_somebody_new_and_the_same_for_somebody_known(data: Path) -> None:
    assert isinstance(run(staff_app, data, "link", "--email", "ada@example.org").error, NotFound)
    assert isinstance(run(staff_app, data, "link", "--email", "no", "--role", "admin").error, Invalid)
    run(staff_app, data, "link", "--email", "ada@example.org", "--role", "admin")
    other = run(staff_app, data, "link", "--email", "ada@example.org", "--role", "owner")
    assert isinstance(other.error, Conflict)


def test_somebody_is_shut_out_by_address(data: Path) -> None:
    run(staff_app, data, "link", "--email", "ada@example.org", "--role", "owner")
    assert run(staff_app, data, "disable", "--email", "ada@example.org").error is None
    assert "disabled" in run(staff_app, data, "list").out
    assert isinstance(run(staff_app, data, "link", "--email", "ada@example.org").error, Conflict)
    assert isinstance(run(staff_app, data, "disable", "--email", "eve@example.org").error, NotFound)


def test_the_log_is_verified_and_a_change_is_found(data: Path) -> None:
    assert run(audit_app, data, "verify").out.startswith("0 entries")
    run(staff_app, data, "link", "--email", "ada@example.org", "--role", "owner")
    run(staff_app, data, "disable", "--email", "ada@example.org")
    assert re.fullmatch(
        r"2 entries hold together; the last digest is [0-9a-f]{64}\n", run(audit_app, data, "verify").out
    )
    with sqlite3.connect(data / "sottovoce.db") as store:
        store.execute("DROP TRIGGER audit_no_update")
        store.execute("UPDATE audit SET actor = 'nobody' WHERE position = 2")
    store.close()
    assert isinstance(run(audit_app, data, "verify").error, ContractBroken)
