"""Adapters that keep the state: SQLite through SQLAlchemy Core, and Alembic migrations."""
