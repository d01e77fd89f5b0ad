"""Tables of learning: decided proposals, every version of what was learned, and which of them counts."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from state.stores.schema import metadata

decided = Table(
    "decided",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("action", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("brought", Text),
    Index("decided_by_time", "tenant", "at"),
)
"""`brought` is the judgement of a proposal that came with a company's history; others have theirs with their run."""
preferences = Table(
    "preferences",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("by", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("document", Text, nullable=False),
)
preferences_in_force = Table(
    "preferences_in_force",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("is_pinned", Integer, nullable=False),
)
