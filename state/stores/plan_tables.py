"""Tables of plans: the plan, the moves that alone change it, the actions it waits for, and what others say of plans.

Invariant: the guard is made from the table of the law; a plan moves only by a row in `plan_moves` that the table allows
and that starts where the plan is, and an account has one active plan of a type.
"""

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from state.governance.action import NONE
from state.governance.plan import PlanStatus, plan_cells
from state.stores.schema import metadata

_IS_ACTIVE = text(f"status = '{PlanStatus.ACTIVE.value}'")

plans = Table(
    "plans",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("plan", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("plan_type", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("status", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("next_at", String),
    Column("body", Text, nullable=False),
    Index("plans_by_status", "tenant", "status", "created_at"),
    Index("plans_by_account", "tenant", "account"),
    Index("plans_by_time", "tenant", "next_at"),
    Index(
        "plans_active_once",
        "tenant",
        "account",
        "plan_type",
        unique=True,
        sqlite_where=_IS_ACTIVE,
        postgresql_where=_IS_ACTIVE,
    ),
)

plan_moves = Table(
    "plan_moves",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("plan", String, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("event", String, nullable=False),
    Column("from_status", String, nullable=False),
    Column("to_status", String, nullable=False),
    Column("step", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
    Column("entry", Integer, nullable=False),
    Column("next_at", String),
    Column("body", Text, nullable=False),
)

plan_actions = Table(
    "plan_actions",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("plan", String, primary_key=True),
    Column("action", String, primary_key=True),
)
"""The actions of running steps: what an active plan waits for."""

plans_heard = Table(
    "plans_heard",
    metadata,
    Column("tenant", String, primary_key=True),
    Column("plan", String, primary_key=True),
    Column("event", String, nullable=False),
)

_CELLS = ",\n    ".join(
    f"'{event} {start} {end}'" for event, start, end in sorted(plan_cells()) if start != NONE
)
_NOT_A_CELL = f"NEW.event || ' ' || NEW.from_status || ' ' || NEW.to_status NOT IN (\n    {_CELLS})"
_NOT_CURRENT = (
    "NOT EXISTS (SELECT 1 FROM plans AS p WHERE p.tenant = NEW.tenant AND p.plan = NEW.plan"
    " AND p.status = NEW.from_status AND p.version = NEW.n - 1)"
)
_NOT_MOVED = (
    "NOT EXISTS (SELECT 1 FROM plan_moves AS m WHERE m.tenant = NEW.tenant AND m.plan = NEW.plan"
    " AND m.n = NEW.version AND m.n = OLD.version + 1 AND m.from_status = OLD.status"
    " AND m.to_status = NEW.status AND m.body = NEW.body)"
)
PLAN_CHECKS = (
    ("plan_moves_in_table", "INSERT", "", "plan_moves", _NOT_A_CELL, "plan: no such cell"),
    ("plan_moves_current", "INSERT", "", "plan_moves", _NOT_CURRENT, "plan: the plan is not there"),
    ("plan_moves_kept", "UPDATE", "", "plan_moves", "TRUE", "plan: a move never changes"),
    ("plan_moves_stay", "DELETE", "", "plan_moves", "TRUE", "plan: a move stays"),
    ("plans_begin", "INSERT", "", "plans", "NEW.version <> 0", "plan: a plan begins with version 0"),
    ("plans_moved", "UPDATE", "", "plans", _NOT_MOVED, "plan: only a move changes a plan"),
    ("plans_stay", "DELETE", "", "plans", "TRUE", "plan: a plan stays"),
)
"""Name, statement, columns, table, condition of the fault, message."""
PLAN_MOVE = (
    "UPDATE plans SET status = NEW.to_status, version = NEW.n, next_at = NEW.next_at, body = NEW.body"
    " WHERE tenant = NEW.tenant AND plan = NEW.plan"
)
PLAN_MOVED = ("plan_moves_move", "plan_moves", (PLAN_MOVE,))
"""Name, table, and what a row of it does."""
