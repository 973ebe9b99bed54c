"""Migrations make exactly the tables the code describes, on both databases, and say when they are missing."""

from types import SimpleNamespace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from service.errors import Misconfigured
from service.store.engine import open_engine
from service.store.schema import Store, check_schema, migrate, version_table
from service.store.tables_box import BoxTable
from service.store.tables_main import MainTable

STORES: list[tuple[Store, MetaData]] = [("main", MainTable.metadata), ("box", BoxTable.metadata)]


@pytest.mark.parametrize(("store", "metadata"), STORES)
def test_migrating_from_empty_gives_the_described_tables(
    engines: SimpleNamespace, store: Store, metadata: MetaData
) -> None:
    with getattr(engines, store).connect() as connection:
        assert differences(connection, store, metadata) == []


@pytest.mark.parametrize(("store", "metadata"), STORES)
def test_a_table_the_migrations_forgot_would_be_seen(
    engines: SimpleNamespace, store: Store, metadata: MetaData
) -> None:
    table = next(iter(metadata.tables.values()))
    with getattr(engines, store).begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {table.name}{'' if engines.kind == 'sqlite' else ' CASCADE'}")
        assert differences(connection, store, metadata)


@pytest.mark.parametrize("store", ["main", "box"])
def test_migrating_twice_changes_nothing(engines: SimpleNamespace, store: Store) -> None:
    migrate(getattr(engines, store), store)
    check_schema(getattr(engines, store), store)


@pytest.mark.parametrize("store", ["main", "box"])
def test_a_store_without_tables_is_named_with_what_to_do(tmp_path: object, store: Store) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(Misconfigured, match="sottovoce migrate"):
        check_schema(engine, store)
    engine.dispose()


def differences(connection: Connection, store: Store, metadata: MetaData) -> list[object]:
    """What Alembic would change to bring the tables to what the code describes."""
    own = {*metadata.tables, version_table(store)}

    def concerns(item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        table = name if kind == "table" else getattr(getattr(item, "table", None), "name", None)
        return table in own and table != version_table(store)

    options = {"include_object": concerns, "version_table": version_table(store), "compare_type": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))
