"""The one collection of tables; each store module declares its own on it, and each table names its tenant."""

from sqlalchemy import MetaData

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "uq": "%(table_name)s_once_by_%(column_0_N_name)s",
        "pk": "%(table_name)s_key",
        "fk": "%(table_name)s_to_%(referred_table_name)s",
    }
)
