"""Tables of the world: tenants, accounts, raw events, the delta log and what is derived beside it."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, text

from state.stores.schema import metadata


def _partial(name: str, *columns: str, where: str) -> Index:
    """Index only the rows that meet a condition, in both dialects."""
    clause = text(where)  # no tenant: a condition of an index
    return Index(name, *columns, sqlite_where=clause, postgresql_where=clause)


tenants = Table(
    "tenants",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("body", Text, nullable=False),
)
instances = Table(
    "instances",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("instance", String, nullable=False),
)
"""Which installation works for a tenant; the same id stands in the home, outside the database."""
users = Table(
    "users",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("user", String, primary_key=True),
    Column("body", Text, nullable=False),
)
accounts = Table(
    "accounts",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("aliases", Text, nullable=False, default="[]"),
    Column("domain", String),
    Column("owner", String),
    Column("city", String),
    Column("region", String),
    Column("segment", String),
    Column("status", String, nullable=False, default="prospect"),
    Column("version", Integer, nullable=False, default=0),
    Column("digest", String, nullable=False),
    Index("accounts_by_domain", "tenant", "domain"),
)
events = Table(
    "events",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("event", String, primary_key=True),
    Column("copy", Integer, primary_key=True, default=0),
    Column("account", String),
    Column("type", String, nullable=False),
    Column("source", String, nullable=False),
    Column("visible_at", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("state", String, nullable=False),
    Column("batch", String, nullable=False, default=""),
    Column("place", Integer, nullable=False, default=0),
    Column("salt", LargeBinary),
    Column("body", Text, nullable=False),
    _partial("events_by_state", "tenant", "state", "account", "visible_at", where="state <> 'folded'"),
    _partial("events_by_batch", "tenant", "batch", where="batch <> ''"),
)
"""`state`: waiting (not yet folded), folded, parked (no account), conflict (same id, another digest).

`account` is the one it was resolved to, `body` what the source told; `batch`, `place` and `salt` make it a leaf of the
tree whose root its INGEST entry holds.
"""
views = Table(
    "views",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("look_at", String, nullable=False),
    Column("body", Text, nullable=False),
    Index("views_by_look", "tenant", "look_at"),
)
"""One bounded row per account: `look_at` is when it must be looked at again, empty for at once."""
watches = Table(
    "watches",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("body", Text, nullable=False),
)
"""What all accounts of a tenant shared when the due scan last looked."""
deltas = Table(
    "deltas",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("event", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
snapshots = Table(
    "snapshots",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
cycles = Table(
    "cycles",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("deal", String, primary_key=True),
    Column("opened_on", String),
    Column("closed_on", String),
    _partial("cycles_closed", "tenant", "closed_on", "opened_on", where="closed_on IS NOT NULL"),
    _partial("cycles_open", "tenant", "opened_on", "account", where="closed_on IS NULL"),
)
sources = Table(
    "sources",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("synced_at", String, nullable=False),
    Column("connected", Integer, nullable=False),
)
standings = Table(
    "standings",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("folded", Integer, nullable=False),
)
"""How often what all accounts share may have changed: cycles, silent feeds, names and mail domains."""
feed_silences = Table(
    "feed_silences",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("feed", String, primary_key=True),
    Column("since", String),
)
addresses = Table(
    "addresses",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("contact", String, primary_key=True),
    Column("address", String),
    Column("is_verified", Integer, nullable=False),
    Column("since", String, nullable=False),
    Index("addresses_by_address", "tenant", "address"),
)
"""One row per contact; an empty contact is the account's own mail domain, written `@domain`."""
merges = Table(
    "merges",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("survivor", String, nullable=False),
    Column("event", String, nullable=False),
    Column("is_undone", Integer, nullable=False, default=0),
)
"""Accounts that a person merged into another; `event` said so."""
suppressions = Table(
    "suppressions",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("seal", String, primary_key=True),
)
"""Keyed hashes of addresses that asked for no mail and were then forgotten."""
