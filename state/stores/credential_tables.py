"""Tables of the ways in: links, sessions and keys by their hash, and answers by idempotency key."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from state.stores.schema import metadata

credentials = Table(
    "credentials",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("credential", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("expires_at", String),
    Column("ended_at", String),
    Column("body", Text, nullable=False),
    Index("credentials_by_hash", "tenant", "hash", unique=True),
)
replies = Table(
    "replies",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("request", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
