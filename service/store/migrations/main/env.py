"""Alembic's entry for the main store; the connection is handed in by service.store.schema."""

from alembic import context

from service.store import tables_programs, tables_schedules, tables_staff  # noqa: F401 - their tables join the metadata
from service.store.tables_main import MainTable

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=MainTable.metadata,
    version_table=context.config.attributes["version_table"],
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
