"""Migrations make exactly the tables the code describes, on both databases, and say when they are missing."""

from types import SimpleNamespace

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.exc import DBAPIError

from service.errors import Misconfigured
from service.store import tables_feedback, tables_passes, tables_schedules, tables_staff  # noqa: F401 - they join the metadata
from service.store.engine import open_engine
from service.store.schema import Store, _config, check_schema, migrate, version_table
from service.store.tables_box import BoxTable
from service.store.tables_main import MainTable

FIRST_TABLES = {
    "api_key",
    "survey",
    "roster",
    "wave",
    "tally_key",
    "invitation",
    "issuance",
    "ledger",
    "draw",
    "release",
}
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


def test_the_tables_of_staff_join_a_store_that_is_in_use(engines: SimpleNamespace) -> None:
    _back_to(engines, "0001")
    with engines.main.begin() as connection:
        connection.exec_driver_sql("INSERT INTO survey VALUES ('pulse', '1', '{}', 'id: x', '2026-03-02')")
    with pytest.raises(Misconfigured, match="at migration 0001"):
        check_schema(engines.main, "main")
    migrate(engines.main, "main")
    check_schema(engines.main, "main")
    with engines.main.connect() as connection:
        assert differences(connection, "main", MainTable.metadata) == []
        assert connection.exec_driver_sql("SELECT id FROM survey").scalar_one() == "pulse"


def test_the_tables_of_programs_join_a_store_that_is_in_use(engines: SimpleNamespace) -> None:
    _back_to(engines, "0002")
    with engines.main.begin() as connection:
        connection.exec_driver_sql("INSERT INTO survey VALUES ('pulse', '1', '{}', 'id: x', '2026-03-02')")
        connection.exec_driver_sql(
            "INSERT INTO action VALUES"
            " ('a-x', 'pulse', NULL, NULL, '{}', 'doing', 'Robin', NULL, true, '2026-03-02')"
        )
    with pytest.raises(Misconfigured, match="at migration 0002"):
        check_schema(engines.main, "main")
    migrate(engines.main, "main")
    check_schema(engines.main, "main")
    with engines.main.connect() as connection:
        assert differences(connection, "main", MainTable.metadata) == []
        found = connection.exec_driver_sql(
            "SELECT id, owner, program_id, objective_id, pulse_wave_id FROM action"
        )
        assert found.one() == ("a-x", "Robin", None, None, None)


def test_the_tables_of_conversations_join_stores_that_are_in_use(engines: SimpleNamespace) -> None:
    """The ledger's rows stay, and one without a wave can join them."""
    _back_to(engines, "0003", box="0001")
    entry = "1000, '2026-03-02', 'reserved', 'a', 'b'"
    with engines.main.begin() as connection:
        connection.exec_driver_sql("INSERT INTO survey VALUES ('pulse', '1', '{}', 'id: x', '2026-03-02')")
        connection.exec_driver_sql(
            "INSERT INTO wave (id, survey_id, state, source, plan, opens_at, closes_at, links_made)"
            " VALUES ('w-x', 'pulse', 'open', '', '{}', '', '', false)"
        )
        connection.exec_driver_sql(f"INSERT INTO ledger VALUES (1, 'w-x', 'w', {entry})")
    for store, metadata in STORES:
        with pytest.raises(Misconfigured, match="sottovoce migrate"):
            check_schema(getattr(engines, store), store)
        migrate(getattr(engines, store), store)
        with getattr(engines, store).connect() as connection:
            assert differences(connection, store, metadata) == []
    with engines.main.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO ledger VALUES (2, NULL, 'm', {entry})")
        found = connection.exec_driver_sql("SELECT position, wave_id FROM ledger ORDER BY position")
        assert [tuple(row) for row in found] == [(1, "w-x"), (2, None)]


def test_schedules_join_a_store_that_is_in_use(engines: SimpleNamespace) -> None:
    """Whoever is on a roster or invited has no address yet, and no wave has a length."""
    _back_to(engines, "0004")
    with engines.main.begin() as connection:
        for statement in (
            "INSERT INTO survey VALUES ('pulse', '1', '{}', 'id: x', '2026-03-02')",
            "INSERT INTO roster VALUES ('pulse', 'ada', '{}')",
            "INSERT INTO wave (id, survey_id, state, source, plan, opens_at, closes_at, links_made)"
            " VALUES ('w-x', 'pulse', 'open', '', '{}', '', '', false)",
            "INSERT INTO invitation VALUES ('d', 'w-x', 'ada')",
        ):
            connection.exec_driver_sql(statement)
    with pytest.raises(Misconfigured, match="at migration 0004"):
        check_schema(engines.main, "main")
    migrate(engines.main, "main")
    with engines.main.connect() as connection:
        assert differences(connection, "main", MainTable.metadata) == []
        found = connection.exec_driver_sql(
            "SELECT email, language, minutes, mailed FROM roster JOIN invitation USING (person)"
            " JOIN wave ON wave.id = wave_id"
        )
        assert tuple(found.one()) == (None, None, 0, False)


def test_marks_of_addresses_join_a_store_that_is_in_use_and_can_be_taken_away(
    engines: SimpleNamespace,
) -> None:
    """Mail to whoever is on a roster has not come back yet."""
    _back_to(engines, "0005")
    with engines.main.begin() as connection:
        connection.exec_driver_sql("INSERT INTO survey VALUES ('pulse', '1', '{}', 'id: x', '2026-03-02')")
        connection.exec_driver_sql(
            "INSERT INTO roster VALUES ('pulse', 'ada', '{}', 'ada@example.org', NULL)"
        )
    with pytest.raises(Misconfigured, match="at migration 0005"):
        check_schema(engines.main, "main")
    migrate(engines.main, "main")
    with engines.main.connect() as connection:
        assert differences(connection, "main", MainTable.metadata) == []
        assert not connection.exec_driver_sql("SELECT unreachable FROM roster").scalar_one()
    config = _config("main")
    with engines.main.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
        connection.commit()
    with engines.main.connect() as connection:
        found = connection.exec_driver_sql("SELECT * FROM roster").one()
        assert (len(found), found.person, found.email) == (5, "ada", "ada@example.org")


def _back_to(engines: SimpleNamespace, main: str, box: str | None = None) -> None:
    """Stores without rows, as an earlier release made them."""
    for store, metadata, last in (("main", MainTable.metadata, main), ("box", BoxTable.metadata, box)):
        if last is None:
            continue
        engine = getattr(engines, store)
        with engine.begin() as connection:
            if engines.kind == "postgresql" and store == "main":
                connection.exec_driver_sql("DROP FUNCTION audit_only_grows CASCADE")
            metadata.drop_all(connection)
            connection.exec_driver_sql(f"DROP TABLE {version_table(store)}")  # type: ignore[arg-type]
        migrate(engine, store, last)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_database_itself_keeps_the_audit_log_as_it_is(engines: SimpleNamespace, change: str) -> None:
    with engines.main.begin() as connection:
        connection.exec_driver_sql("INSERT INTO audit VALUES (1, '', 'u-a', 'sign-in', '', '{}', '', '')")
    with pytest.raises(DBAPIError, match="the audit log only grows"), engines.main.begin() as connection:
        connection.exec_driver_sql(change)
    with engines.main.connect() as connection:
        assert connection.exec_driver_sql("SELECT actor FROM audit").scalar_one() == "u-a"


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
