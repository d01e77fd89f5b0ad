"""Tables of what people set: opt-ins, levels, pauses, tallies, violations, policies, files and alerts."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from state.stores.schema import metadata

opt_ins = Table(
    "opt_ins",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("owner", String, primary_key=True),
    Column("action_type", String, primary_key=True),
    Column("since", String, nullable=False),
    Column("until", String),
)
levels = Table(
    "levels",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("agent", String, primary_key=True),
    Column("action_class", Integer, primary_key=True, autoincrement=False),
    Column("level", String, nullable=False),
    Column("since", String, nullable=False),
    Column("by", String, nullable=False),
)
pauses = Table(
    "pauses",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("agent", String, primary_key=True),
    Column("action_type", String, primary_key=True),
    Column("since", String, nullable=False),
    Column("reason", String, nullable=False),
)
tallies = Table(
    "tallies",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("agent", String, primary_key=True),
    Column("action_type", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("agreed", Integer, nullable=False),
    Column("decided", Integer, nullable=False),
)
violations = Table(
    "violations",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("violation", String, primary_key=True),
    Column("agent", String, nullable=False),
    Column("action_type", String, nullable=False),
    Column("breach", String, nullable=False),
    Column("at", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", String, nullable=False),
    Index("violations_by_time", "tenant", "agent", "at"),
)
policies = Table(
    "policies",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("version", String, primary_key=True),
    Column("asked_at", String, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("activated_at", String),
    Column("effective_at", String),
    Column("over", String, nullable=False),
    Column("note", String, nullable=False),
    Column("body", Text, nullable=False),
    Index("policies_by_time", "tenant", "asked_at"),
    Index("policies_to_come", "tenant", "effective_at"),
)
"""Every policy that was in force or asked for; which one is in force stands with the tenant."""
files = Table(
    "files",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("version", String, primary_key=True),
    Column("body", Text, nullable=False),
)
"""What files said that were put in force, by the hash of it; which of them count stands with the tenant."""
alerts = Table(
    "alerts",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("alert", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("matter", String, nullable=False),
    Column("at", String, nullable=False),
    Column("action", String),
    Column("seen_at", String),
    Column("body", Text, nullable=False),
    Index("alerts_by_matter", "tenant", "matter", "at"),
    Index("alerts_by_person", "tenant", "person", "seen_at"),
    Index("alerts_by_action", "tenant", "action"),
)
