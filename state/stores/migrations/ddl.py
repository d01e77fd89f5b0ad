"""Write the initial revision's SQL from the tables and triggers: `python -m state.stores.migrations.ddl`.

Invariant: text compares by its bytes in either database, whatever language a server was made for.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from sqlalchemy import URL, Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from state.stores import memory_server, memory_text, row_security, triggers
from state.stores.schema import metadata

FOLDER = Path(__file__).parent / "versions"
SEPARATOR = "\n\n-- next\n\n"
TABLES = (
    "acting_tables",
    "autonomy_tables",
    "budget_tables",
    "credential_tables",
    "learned_tables",
    "memory_tables",
    "plan_tables",
    "run_tables",
    "world_tables",
)
"""Modules of state.stores that declare tables."""


def statements(dialect: Dialect, extra: Sequence[str]) -> list[str]:
    """List every statement that makes an empty database ours."""
    tables = metadata.sorted_tables
    made = [str(CreateTable(table).compile(dialect=dialect)).strip() for table in tables]
    if dialect.name == "postgresql":
        made = [table.replace(" VARCHAR", ' VARCHAR COLLATE "C"') for table in made]
    indexes = [
        index for table in tables for index in sorted(table.indexes, key=lambda index: str(index.name))
    ]
    made += [str(CreateIndex(index).compile(dialect=dialect)).strip() for index in indexes]
    return ["\n".join(line.rstrip() for line in text.splitlines()) for text in (*made, *extra)]


def written() -> dict[str, str]:
    """Give the file of each dialect's statements."""
    for name in TABLES:
        import_module(f"state.stores.{name}")
    extras = {
        "sqlite": (*triggers.sqlite(), *memory_text.sqlite()),
        "postgresql": (*triggers.postgresql(), *memory_server.postgresql(), *row_security.postgresql()),
    }
    return {
        f"0001_{name}.sql": SEPARATOR.join(statements(URL.create(name).get_dialect()(), extra)) + "\n"
        for name, extra in extras.items()
    }


def recorded(dialect: str) -> list[str]:
    """Read the initial revision's statements as they were written."""
    return (FOLDER / f"0001_{dialect}.sql").read_text().strip().split(SEPARATOR)


if __name__ == "__main__":
    for name, sql in written().items():
        (FOLDER / name).write_text(sql)
