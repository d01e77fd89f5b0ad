"""Alerts in SQL: one row each, put away by whom they were for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from state.ids import ActionId, TenantId, UserId
from state.ports.alerting import Alert
from state.stores.autonomy_tables import alerts
from state.stores.events import iso
from state.stores.runs import Row, insert_once


class SqlAlerts:
    """`AlertStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def put(self, found: Sequence[Alert]) -> None:
        """Keep alerts once per id."""
        rows: list[Row] = [
            {
                "tenant": self._tenant,
                "alert": one.id,
                "person": one.person,
                "matter": one.matter,
                "at": iso(one.at),
                "action": one.action,
                "seen_at": None,
                "body": one.model_dump_json(),
            }
            for one in found
        ]
        insert_once(self._connection, alerts, rows)

    def latest(self, matters: Collection[str]) -> Mapping[str, Alert]:
        """Give the newest alert of each matter."""
        query = select(alerts.c.body).where(
            alerts.c.tenant == self._tenant, alerts.c.matter.in_(sorted(matters))
        )
        found = (
            Alert.model_validate_json(body)
            for body in self._connection.scalars(query.order_by(alerts.c.at, alerts.c.alert))
        )
        return {one.matter: one for one in found}

    def waiting(self, person: UserId) -> tuple[Alert, ...]:
        """List what a person has not seen, newest first."""
        mine = (alerts.c.tenant == self._tenant, alerts.c.person == person, alerts.c.seen_at.is_(None))
        query = select(alerts.c.body).where(*mine).order_by(alerts.c.at.desc(), alerts.c.alert)
        return tuple(Alert.model_validate_json(body) for body in self._connection.scalars(query))

    def get(self, alert: str) -> Alert | None:
        """Look one up."""
        mine = (alerts.c.tenant == self._tenant, alerts.c.alert == alert)
        body = self._connection.scalar(select(alerts.c.body).where(*mine))
        return None if body is None else Alert.model_validate_json(body)

    def of_action(self, action: ActionId) -> Alert | None:
        """Give the newest alert an action was drafted for."""
        mine = (alerts.c.tenant == self._tenant, alerts.c.action == action)
        query = select(alerts.c.body).where(*mine).order_by(alerts.c.at.desc(), alerts.c.alert).limit(1)
        body = self._connection.scalar(query)
        return None if body is None else Alert.model_validate_json(body)

    def see(self, alert: str, person: UserId, at: datetime) -> bool:
        """Put one away."""
        mine = (alerts.c.tenant == self._tenant, alerts.c.alert == alert, alerts.c.person == person)
        seen = update(alerts).where(*mine, alerts.c.seen_at.is_(None)).values(seen_at=iso(at))
        return self._connection.execute(seen).rowcount > 0
