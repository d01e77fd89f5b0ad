"""Links, sessions and keys in SQL, by hash; a single-use link is ended by one conditional update."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, insert, or_, select, update

from state.ids import TenantId
from state.ports.credentials import Credential, CredentialKind, Reply
from state.stores.credential_tables import credentials, replies
from state.stores.driven import ask
from state.stores.events import iso
from state.stores.runs import insert_once

VALID = select(credentials.c.body).where(
    credentials.c.tenant == bindparam("tenant"),
    credentials.c.hash == bindparam("hash"),
    credentials.c.kind == bindparam("kind"),
    credentials.c.ended_at.is_(None),
    or_(credentials.c.expires_at.is_(None), credentials.c.expires_at > bindparam("wall")),
)
"""Made once: every request asks it."""


class SqlCredentials:
    """`CredentialStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def put(self, credential: Credential) -> None:
        """Keep a new one."""
        self._connection.execute(
            insert(credentials).values(
                tenant=self._tenant,
                credential=credential.id,
                kind=credential.kind,
                hash=credential.hash,
                expires_at=iso(credential.expires_at) if credential.expires_at else None,
                ended_at=None,
                body=credential.model_dump_json(),
            )
        )

    def _valid(self, kind: CredentialKind, wall: datetime) -> ColumnElement[bool]:
        table = credentials.c
        lasts = or_(table.expires_at.is_(None), table.expires_at > iso(wall))
        return and_(table.tenant == self._tenant, table.kind == kind, table.ended_at.is_(None), lasts)

    def valid(self, kind: CredentialKind, hashed: str, wall: datetime) -> Credential | None:
        """Find one that is neither over nor ended."""
        asked = {"tenant": self._tenant, "hash": hashed, "kind": kind, "wall": iso(wall)}
        found = ask(self._connection, VALID, asked)
        return Credential.model_validate_json(found[0][0]) if found else None

    def end(self, name: str, wall: datetime) -> bool:
        """End one for good; say whether it was this call that did."""
        table = credentials.c
        ended = self._connection.execute(
            update(credentials)
            .where(table.tenant == self._tenant, table.credential == name, table.ended_at.is_(None))
            .values(ended_at=iso(wall))
        )
        return ended.rowcount == 1

    def listed(self, kind: CredentialKind, wall: datetime) -> Sequence[Credential]:
        """List those that are valid, oldest first."""
        query = select(credentials.c.body).where(
            credentials.c.tenant == self._tenant, self._valid(kind, wall)
        )
        found = [Credential.model_validate_json(body) for body in self._connection.scalars(query)]
        return tuple(sorted(found, key=lambda one: (one.made_at, one.id)))

    def replied(self, key: str) -> Reply | None:
        """Say what a key answered before."""
        table = replies.c
        query = select(table.key, table.request, table.status, table.body).where(
            table.tenant == self._tenant, table.key == key
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else Reply.model_validate(dict(row))

    def reply(self, reply: Reply) -> None:
        """Keep an answer; the first of a key stays."""
        insert_once(self._connection, replies, [{"tenant": self._tenant, **reply.model_dump()}])
