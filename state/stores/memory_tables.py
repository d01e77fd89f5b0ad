"""Tables of memory: passages with their words, their vectors, and what is counted of them."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from state.stores.schema import metadata

passages = Table(
    "passages",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("passage", String, nullable=False),
    Column("account", String),
    Column("scope", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("record", String, nullable=False),
    Column("importance", Integer, nullable=False, default=1),
    Column("keep_until", String),
    Column("terms", LargeBinary, nullable=False),
    Column("words", Text, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("tenant", "passage"),
    Index("passages_by_account", "tenant", "account", "passage"),
    Index("passages_by_scope", "tenant", "scope"),
    Index("passages_by_keep_until", "tenant", "keep_until"),
    sqlite_autoincrement=True,
)
"""`scopes`: opaque words of the full-text index; `terms`: the words as numbers, for the exact scan."""
vectors = Table(
    "passage_vectors",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("embedder", String, nullable=False),
    Column("account", String),
    Column("passage", String, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    UniqueConstraint("tenant", "embedder", "passage"),
    Index("passage_vectors_by_number", "tenant", "embedder", "number"),
    Index("passage_vectors_by_account", "tenant", "embedder", "account", "number"),
    Index("passage_vectors_by_passage", "tenant", "passage"),
    sqlite_autoincrement=True,
)
counts = Table(
    "passage_counts",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("passages", Integer, nullable=False),
    Column("words", Integer, nullable=False),
    Column("deletions", Integer, nullable=False),
)
"""Kept by triggers; `deletions` only grows."""
