"""Tables of runs: artifacts by content, signals, candidates, tool runs and the built-in CRM."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from state.stores.schema import metadata

runs = Table(
    "runs",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("run", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("thread", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("intent", String, nullable=False),
    Column("status", String, nullable=False),
    Column("report", String),
    Column("body", Text, nullable=False),
    Index("runs_by_account", "tenant", "account", "number"),
    Index("runs_by_status", "tenant", "status"),
    Index("runs_by_number", "tenant", "number"),
)
artifacts = Table(
    "artifacts",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("artifact", String, primary_key=True),
    Column("run", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
    Index("artifacts_by_run", "tenant", "run"),
)
signals = Table(
    "signals",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("run", String, primary_key=True),
    Column("signal", String, primary_key=True),
    Column("body", Text, nullable=False),
)
candidates = Table(
    "candidates",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("run", String, primary_key=True),
    Column("proposal", String, primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
tool_runs = Table(
    "tool_runs",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("tool_run", String, primary_key=True),
    Column("run", String),
    Column("body", Text, nullable=False),
    Index("tool_runs_by_run", "tenant", "run"),
)
workers = Table(
    "workers",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("worker", String, primary_key=True),
    Column("since", String, nullable=False),
    Column("until", String, nullable=False),
)
"""Who takes jobs; a worker works for every tenant, so its row is the installation's (`*`)."""
crm_records = Table(
    "crm_records",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("record", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("account", String, nullable=False),
    Column("action", String, nullable=False),
    Column("recipient", String),
    Column("at", String, nullable=False),
    Column("body", Text, nullable=False),
    Index("crm_by_account", "tenant", "account", "kind"),
    Index("crm_by_action", "tenant", "action"),
    Index("crm_by_recipient", "tenant", "recipient", "at"),
)
