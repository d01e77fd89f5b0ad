"""What people said no to, in SQL: read with the stop switch, so that a loop asks nothing more than it did."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, and_, literal, select

from state.governance.action import OPEN, Outcome, Status
from state.governance.happening import Cancel
from state.ids import AccountId, TenantId
from state.ports.acting import Past, Rejected, Stop
from state.stores.acting_tables import actions, transitions
from state.stores.action_queries import switch_columns
from state.stores.action_rows import ActionRow, action_of

_TOLD = [*(status.value for status in OPEN), Status.CANCELLED.value]


def past(connection: Connection, tenant: TenantId, account: AccountId, keys: Sequence[str]) -> Past:
    """Read the switch and, by key, the last card a person cancelled."""
    one = select(literal(1).label("one")).subquery()
    is_about = and_(
        actions.c.tenant == tenant,
        actions.c.account == account,
        actions.c.dedup_key.in_(sorted(set(keys))),
        actions.c.status.in_(_TOLD),
    )
    is_no = and_(
        transitions.c.tenant == actions.c.tenant,
        transitions.c.action == actions.c.action,
        transitions.c.event == Cancel.name,
        transitions.c.outcome == Outcome.MOVED.value,
    )
    query = select(*switch_columns(tenant), actions, transitions.c.at.label("rejected_at")).select_from(
        one.outerjoin(actions, is_about).outerjoin(transitions, is_no)
    )
    rows = connection.execute(query.order_by(transitions.c.at)).mappings().all()
    stop = Stop(rows[0]["stop_on"] == 1, int(rows[0]["stop_epoch"]))
    open_ = {row["dedup_key"] for row in rows if row["status"] in _TOLD[:-1]}
    rejected = {
        row["dedup_key"]: Rejected(
            action_of(cast("ActionRow", row)),
            datetime.fromisoformat(row["rejected_at"]),
            is_open_again=row["dedup_key"] in open_,
        )
        for row in rows
        if row["rejected_at"] is not None
    }
    return Past(stop, rejected)
