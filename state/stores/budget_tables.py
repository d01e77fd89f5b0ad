"""Tables of budgets: what was counted per line and day, and what calls under way hold of it."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from state.stores.schema import metadata

day_counts = Table(
    "day_counts",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("meter", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("used", BigInteger, nullable=False),
    Column("refused_at", BigInteger),
)
"""`refused_at` is the cap at which a refusal was last recorded."""

reservations = Table(
    "reservations",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("call", String, primary_key=True),
    Column("meter", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("until", String, nullable=False),
    Index("reservations_by_until", "tenant", "until"),
)
"""What a call under way has drawn; counted as used until then, given back past `until`."""
