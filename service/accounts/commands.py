"""``sottovoce keys``: API keys, on a machine that reaches the main store.

The first admin key is made here; it makes the others over HTTP.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from service.accounts.api_keys import ROLES, digest_of, new_api_key
from service.clock import system_clock, today
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
    key = new_api_key()
    with _store(data) as engine, unit_of_work(engine) as tx:
        row = staff.add_key(tx, name=name, role=str(role), digest=digest_of(key), day=today(system_clock))
    typer.echo(f"{row.id}: {role} key for {name}; keep it, it cannot be shown again", err=True)
    typer.echo(key)


@keys_app.command("list")
def list_keys(data: Data = None) -> None:
    """Print one line a key: id, role, day it was made, state, name."""
    after: str | None = None
    with _store(data) as engine, reading(engine) as tx:
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
    with _store(data) as engine, unit_of_work(engine) as tx:
        row = staff.revoke_key(tx, key_id)
    typer.echo(f"{row.id} ({row.name}) is revoked")


@contextmanager
def _store(data: Path | None) -> Iterator[Engine]:
    engine = open_engine(read_settings(data=data).main_url)
    try:
        check_schema(engine, "main")
        yield engine
    finally:
        engine.dispose()
