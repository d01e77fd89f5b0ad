"""The first schema, from the statements beside this file."""

from alembic import op

from state.stores.migrations.ddl import recorded

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables, indexes and triggers."""
    connection = op.get_bind()
    for statement in recorded(connection.dialect.name):
        connection.exec_driver_sql(statement)
