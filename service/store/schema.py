"""Brings a store's tables up to this release (Alembic), or says that they are not."""

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from service.errors import Misconfigured, Unavailable

Store = Literal["main", "box"]


def migrate(engine: Engine, store: Store, revision: str = "head") -> None:
    """Apply every migration up to ``revision``, in one transaction where the database can."""
    try:
        with engine.connect() as connection:
            config = _config(store)
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            connection.commit()
    except DBAPIError:
        raise Unavailable(
            f"the {store} store cannot be opened; check its address and that it is running"
        ) from None


def check_schema(engine: Engine, store: Store) -> None:
    """Raises Misconfigured unless the store has exactly this release's tables."""
    expected = ScriptDirectory.from_config(_config(store)).get_current_head()
    try:
        with engine.connect() as connection:
            options = {"version_table": version_table(store)}
            found = MigrationContext.configure(connection, opts=options).get_current_revision()
    except DBAPIError:
        raise Unavailable(
            f"the {store} store cannot be opened; check its address and that it is running"
        ) from None
    if found != expected:
        raise Misconfigured(
            f"the {store} store is at migration {found or 'none'}, this release needs {expected}; "
            "run sottovoce migrate"
        )


def version_table(store: Store) -> str:
    """The table in which Alembic keeps this store's revision; both may share a database."""
    return f"alembic_version_{store}"


def _config(store: Store) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations" / store))
    config.attributes["version_table"] = version_table(store)
    return config
