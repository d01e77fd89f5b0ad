"""The built-in CRM in SQL: tasks, notes, changes, drafts and what was sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select

from state.ids import AccountId, TenantId
from state.ports.running import CrmRecord
from state.stores.events import iso
from state.stores.run_tables import crm_records
from state.stores.runs import Row, insert_once


class SqlCrm:
    """`CrmStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def put(self, records: Sequence[CrmRecord]) -> None:
        """Insert once per id."""
        rows: list[Row] = [
            {
                "tenant": self._tenant,
                "record": record.id,
                "kind": record.kind,
                "account": record.account,
                "action": record.action,
                "recipient": record.recipient,
                "at": iso(record.at),
                "body": record.model_dump_json(),
            }
            for record in records
        ]
        insert_once(self._connection, crm_records, rows)

    def listed(self, account: AccountId | None = None, kind: str | None = None) -> tuple[CrmRecord, ...]:
        """Newest first."""
        query = select(crm_records.c.body).where(crm_records.c.tenant == self._tenant)
        if account is not None:
            query = query.where(crm_records.c.account == account)
        if kind is not None:
            query = query.where(crm_records.c.kind == kind)
        query = query.order_by(crm_records.c.at.desc(), crm_records.c.record)
        return tuple(CrmRecord.model_validate_json(body) for body in self._connection.scalars(query))

    def get(self, record: str) -> CrmRecord | None:
        """Look one up by id or by the id of the action that made it."""
        query = (
            select(crm_records.c.body)
            .where(
                crm_records.c.tenant == self._tenant,
                or_(crm_records.c.record == record, crm_records.c.action == record),
            )
            .order_by(crm_records.c.record)
            .limit(1)
        )
        body = self._connection.scalar(query)
        return None if body is None else CrmRecord.model_validate_json(body)

    def sent_to(self, addresses: Sequence[str], since: datetime) -> tuple[CrmRecord, ...]:
        """Mails to any of these addresses, all sellers."""
        query = (
            select(crm_records.c.body)
            .where(
                crm_records.c.tenant == self._tenant,
                crm_records.c.kind == "mail",
                crm_records.c.recipient.in_([address.lower() for address in addresses]),
                crm_records.c.at >= iso(since),
            )
            .order_by(crm_records.c.at)
        )
        return tuple(CrmRecord.model_validate_json(body) for body in self._connection.scalars(query))
