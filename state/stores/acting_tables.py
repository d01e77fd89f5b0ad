"""Tables of acting: actions, the transitions that alone move them, attempts, keys, stops, leases, the ledger."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from state.governance.action import OPEN, Status
from state.stores.schema import metadata

_IS_OPEN = text("status IN ({})".format(", ".join(f"'{status}'" for status in OPEN)))
IS_YES = text("event = 'approve' AND outcome IN ('moved', 'stays')")
_IS_UNVERIFIED = text("origin <> ''")
_OVER = ", ".join(f"'{status}'" for status in Status if not status.is_open)
IS_ANSWERED = text(f"interrupt IS NOT NULL AND status IN ({_OVER})")

actions = Table(
    "actions",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("action", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("proposal", String, nullable=False),
    Column("run", String, nullable=False),
    Column("action_type", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("assignee", String),
    Column("dedup_key", String, nullable=False),
    Column("origin_trusted", Integer, nullable=False),
    Column("origin", String, nullable=False),
    Column("thread", String),
    Column("interrupt", String),
    Column("created_at", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("fixed", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("auto_at", String),
    Column("release_at", String),
    Column("not_before", String),
    Column("snoozed_until", String),
    Column("moving", Text, nullable=False),
    Index("actions_by_status", "tenant", "status", "created_at"),
    Index("actions_by_account", "tenant", "account"),
    Index(
        "actions_by_origin", "tenant", "origin", sqlite_where=_IS_UNVERIFIED, postgresql_where=_IS_UNVERIFIED
    ),
    Index("actions_answered", "tenant", sqlite_where=IS_ANSWERED, postgresql_where=IS_ANSWERED),
    Index(
        "actions_open_once",
        "tenant",
        "dedup_key",
        "origin_trusted",
        unique=True,
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    ),
)
"""`fixed` and the columns before it never change, save who it is shown to; the rest only by a transition."""

MOVING = ("attempt", "auto_at", "release_at", "not_before", "snoozed_until", "moving")
"""What a transition carries to its action, besides status and version."""
FIXED = ("account", "proposal", "run", "action_type", "owner", "dedup_key", "origin_trusted", "origin", "created_at", "expires_at", "fixed")  # fmt: skip # noqa: E501

transitions = Table(
    "transitions",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("action", String, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("event", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("from_status", String, nullable=False),
    Column("to_status", String, nullable=False),
    Column("at", String, nullable=False),
    Column("wall", String, nullable=False),
    Column("by", String, nullable=False),
    Column("code", String, nullable=False),
    Column("said", String, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("worker", String),
    Column("fence", Integer),
    Column("effect_key", String),
    Column("attempt", Integer, nullable=False),
    Column("auto_at", String),
    Column("release_at", String),
    Column("not_before", String),
    Column("snoozed_until", String),
    Column("moving", Text, nullable=False),
    Column("after_ms", Integer),
    Index("transitions_once_by_key", "tenant", "action", "key", unique=True),
    Index("transitions_approved", "tenant", "by", sqlite_where=IS_YES, postgresql_where=IS_YES),
)
"""`entry` is the ledger's seq; worker, fence and effect_key are there where an attempt begins, `after_ms` where
what was approved had been displayed."""

displays = Table(
    "displays",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("action", String, primary_key=True),
    Column("shown", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("at", String, nullable=False),
)
"""The first time that a person had an exact card before them on a channel, by the database's clock."""

turns = Table(
    "turns",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("item", String, primary_key=True),
    Column("unit", String, nullable=False),
    Column("day", String, nullable=False),
    Index("turns_by_day", "tenant", "person", "day"),
)
"""The business day on which a card or a question first stood in a person's inbox; equal cards are one unit."""

attempts = Table(
    "attempts",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("action", String, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("worker", String, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("wall", String, nullable=False),
)
"""Written by the trigger on transitions, as are the keys."""

effect_keys = Table(
    "effect_keys",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("effect_key", String, primary_key=True),
    Column("action", String, nullable=False),
)
"""The idempotency key, inserted by attempt 1 in its claim and used again by all others."""

stops = Table(
    "stops",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("is_on", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("key", String, nullable=False),
)
"""`*` is the installation's switch; `key` names the last switching."""

leases = Table(
    "leases",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("until", String, nullable=False),
    Column("fence", Integer, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("previous", String, nullable=False),
    Column("at", String, nullable=False),
    Column("wall", String, nullable=False),
    Column("clock", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("user", String, nullable=False),
    Column("method", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("action", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("payload_hash", String, nullable=False),
    Column("trace", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("salt", String),
    Column("payload", Text),
    Index("ledger_by_action", "tenant", "action", "seq"),
    Index("ledger_by_trace", "tenant", "trace", "seq"),
)
"""Salt and payload stand in the entry's row (one write per entry) and are the only part that may go."""
LINKS = tuple(column.name for column in ledger.columns if column.name not in {"salt", "payload"})
