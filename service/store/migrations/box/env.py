"""Alembic's entry for the box store; the connection is handed in by service.store.schema."""

from alembic import context

from service.store.tables_box import BoxTable

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=BoxTable.metadata,
    version_table=context.config.attributes["version_table"],
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
