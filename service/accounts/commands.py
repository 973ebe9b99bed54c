"""``sottovoce keys``: API keys, on a machine that reaches the main store.

The first admin key is made here; it makes the others over HTTP.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast

import typer
from sqlalchemy import Engine

from service.accounts import audit, key_changes
from service.accounts.api_keys import ROLES, Role
from service.clock import system_clock
from service.settings import read_settings
from service.store import staff
from service.store.engine import open_engine
from service.store.schema import check_schema
from service.store.unit_of_work import reading, unit_of_work

keys_app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)
RoleName = StrEnum("RoleName", [(role, role) for role in ROLES])  # type: ignore[misc]
Data = Annotated[Path | None, typer.Option(help="Folder of the SQLite files.")]
_PAGE = 1000


@keys_app.command("create")
def create(
    name: Annotated[str, typer.Option(help="Whose key it is.")],
    role: Annotated[RoleName, typer.Option(help="What it may do.")],
    data: Data = None,
) -> None:
    """Print a new key on standard output. It is shown this once and stored as a digest."""
    wanted = cast(Role, str(role))
    with open_store(data) as engine, unit_of_work(engine) as tx:
        row, key = key_changes.make_key(tx, system_clock, audit.MACHINE, name=name, role=wanted)
    typer.echo(f"{row.id}: {role} key for {name}; keep it, it cannot be shown again", err=True)
    typer.echo(key)


@keys_app.command("list")
def list_keys(data: Data = None) -> None:
    """Print one line a key: id, role, day it was made, state, name."""
    after: str | None = None
    with open_store(data) as engine, reading(engine) as tx:
        while rows := staff.page_of_keys(tx, after, _PAGE):
            for row in rows:
                state = "revoked" if row.revoked else "valid"
                typer.echo(f"{row.id}  {row.role:<8}{row.created_on}  {state:<8}{row.name}")
            after = rows[-1].id


@keys_app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As the list shows it.")], data: Data = None
) -> None:
    """Make a key useless. The last admin key cannot be revoked."""
    with open_store(data) as engine, unit_of_work(engine) as tx:
        row = key_changes.revoke_key(tx, system_clock, audit.MACHINE, key_id)
    typer.echo(f"{row.id} ({row.name}) is revoked")


@contextmanager
def open_store(data: Path | None) -> Iterator[Engine]:
    """The main store of the settings, if it has this release's tables. Raises Misconfigured, Unavailable."""
    engine = open_engine(read_settings(data=data).main_url)
    try:
        check_schema(engine, "main")
        yield engine
    finally:
        engine.dispose()
