"""The database's own guard of the lifecycle and the ledger, written from the same table as the laws.

Invariant: an action moves only by a row in `transitions` that the table allows and that starts where the
action is; an entry never changes, save that salt and payload may go together.
"""

from collections.abc import Sequence

from state.governance.action import NONE, cells
from state.stores.acting_tables import FIXED, LINKS, MOVING
from state.stores.plan_tables import PLAN_CHECKS, PLAN_MOVED


def _cells() -> str:
    return ",\n    ".join(
        f"'{event} {start} {end}'" for event, start, end in sorted(cells()) if start != NONE
    )


def _moves() -> str:
    return ", ".join(f"{name} = NEW.{name}" for name in MOVING)


NOT_A_CELL = f"NEW.event || ' ' || NEW.from_status || ' ' || NEW.to_status NOT IN (\n    {_cells()})"
NOT_CURRENT = (
    "NOT EXISTS (SELECT 1 FROM actions AS a WHERE a.tenant = NEW.tenant AND a.action = NEW.action"
    " AND a.status = NEW.from_status AND a.version = NEW.n - 1)"
)
NOT_NEW = "NEW.status <> 'pending' OR NEW.version <> 0 OR NEW.attempt <> 0"
NOT_MOVED = (
    "NOT EXISTS (SELECT 1 FROM transitions AS t WHERE t.tenant = NEW.tenant AND t.action = NEW.action"
    " AND t.n = NEW.version AND t.n = OLD.version + 1 AND t.from_status = OLD.status"
    " AND t.to_status = NEW.status AND t.moving = NEW.moving)"
)
MOVE = (
    f"UPDATE actions SET status = NEW.to_status, version = NEW.n, {_moves()}"  # noqa: S608 - names of ours  # names of ours
    " WHERE tenant = NEW.tenant AND action = NEW.action"
)
BEGIN_ATTEMPT = (
    "INSERT INTO attempts (tenant, action, n, worker, fence, wall)"
    " SELECT NEW.tenant, NEW.action, NEW.attempt, NEW.worker, NEW.fence, NEW.wall"
    " WHERE NEW.to_status = 'claimed' AND NEW.from_status <> 'claimed'"
)
TAKE_KEY = (
    "INSERT INTO effect_keys (tenant, effect_key, action)"
    " SELECT NEW.tenant, NEW.effect_key, NEW.action"
    " WHERE NEW.to_status = 'claimed' AND NEW.from_status <> 'claimed' AND NEW.attempt = 1"
)
EFFECTS = (MOVE, BEGIN_ATTEMPT, TAKE_KEY)
REWRITTEN = " OR ".join(
    (
        *(f'NEW."{name}" <> OLD."{name}"' for name in LINKS),
        "NEW.salt IS NOT NULL",
        "NEW.payload IS NOT NULL",
    )
)

CHECKS = (
    ("transitions_in_table", "INSERT", "", "transitions", NOT_A_CELL, "lifecycle: no such cell"),
    ("transitions_current", "INSERT", "", "transitions", NOT_CURRENT, "lifecycle: the action is not there"),
    ("transitions_kept", "UPDATE", "", "transitions", "TRUE", "lifecycle: a transition never changes"),
    ("transitions_stay", "DELETE", "", "transitions", "TRUE", "lifecycle: a transition stays"),
    ("actions_begin", "INSERT", "", "actions", NOT_NEW, "lifecycle: an action begins pending"),
    (
        "actions_moved",
        "UPDATE",
        "status, version, " + ", ".join(MOVING),
        "actions",
        NOT_MOVED,
        "lifecycle: only a transition moves an action",
    ),
    ("actions_fixed", "UPDATE", ", ".join(FIXED), "actions", "TRUE", "lifecycle: what was drafted stays"),
    ("actions_stay", "DELETE", "", "actions", "TRUE", "lifecycle: an action stays"),
    ("ledger_kept", "UPDATE", "", "ledger", REWRITTEN, "ledger: an entry never changes"),
    ("ledger_stays", "DELETE", "", "ledger", "TRUE", "ledger: an entry stays"),
    *PLAN_CHECKS,
)
"""Name, statement, columns, table, condition of the fault, message."""
MOVES = (("transitions_move", "transitions", EFFECTS), PLAN_MOVED)
"""Name, table, and what a row of it does."""

LIFTED = {
    "actions_fixed": "actions",
    "actions_moved": "actions",
    "transitions_kept": "transitions",
    "plans_moved": "plans",
    "plan_moves_kept": "plan_moves",
}
"""What forgetting a person lifts and puts back inside one transaction, and its table."""
LIFT = "lift_guards"


def sqlite() -> Sequence[str]:
    """Write the triggers for SQLite."""
    checks = [
        f"CREATE TRIGGER {name} BEFORE {_when(statement, columns)} ON {table}\nWHEN {condition}\n"
        f"BEGIN\n  SELECT RAISE(ABORT, '{message}');\nEND"
        for name, statement, columns, table, condition, message in CHECKS
    ]
    moves = [
        f"CREATE TRIGGER {name} AFTER INSERT ON {table}\nBEGIN\n{_joined(effects)}END"
        for name, table, effects in MOVES
    ]
    return [*checks, *moves]


def postgresql() -> Sequence[str]:
    """Write the same for PostgreSQL: one function per check, one for what a transition does."""
    written: list[str] = []
    for name, statement, columns, table, condition, message in CHECKS:
        written += _function(
            name,
            f"  IF {condition} THEN\n    RAISE EXCEPTION '{message}' USING ERRCODE = '23514';\n  END IF;\n"
            f"  RETURN {'OLD' if statement == 'DELETE' else 'NEW'};\n",
            f"BEFORE {_when(statement, columns)} ON {table}",
        )
    for name, table, effects in MOVES:
        written += _function(name, f"{_joined(effects)}  RETURN NULL;\n", f"AFTER INSERT ON {table}")
    return [*written, _lift()]


def _joined(effects: Sequence[str]) -> str:
    return "".join(f"  {effect};\n" for effect in effects)


def _lift() -> str:
    """Write what the tables' owner does when somebody is forgotten: the role that works owns no trigger."""
    down, up = (
        "".join(f"    ALTER TABLE {table} {verb} TRIGGER {name};\n" for name, table in LIFTED.items())
        for verb in ("DISABLE", "ENABLE")
    )
    return (
        f"CREATE FUNCTION {LIFT}(is_lifted boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER\n"
        f"SET search_path FROM CURRENT AS $$\nBEGIN\n  IF is_lifted THEN\n{down}  ELSE\n{up}  END IF;\nEND\n$$"
    )


def _when(statement: str, columns: str) -> str:
    return f"{statement} OF {columns}" if columns else statement


def _function(name: str, body: str, when: str) -> tuple[str, str]:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{body}END\n$$",
        f"CREATE TRIGGER {name} {when} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )
