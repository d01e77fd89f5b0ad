"""What Alembic runs: migrations on the connection it is given, inside that connection's transaction."""

from alembic import context
from sqlalchemy import Connection

from state.stores.schema import metadata

connection = context.config.attributes.get("connection")
if not isinstance(connection, Connection):
    raise TypeError("migrations run through state.stores.database, which gives them its connection")
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
