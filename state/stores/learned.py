"""Learning in SQL: decided proposals by action, versions whole, and one row that says which counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from state.decision.decided import DecidedProposal
from state.decision.preferences import InForce, KeptPreferences, Preferences
from state.ids import ActionId, TenantId
from state.ports.preferring import Brought
from state.stores.acting_tables import transitions
from state.stores.driven import ask
from state.stores.events import iso
from state.stores.learned_tables import decided, preferences, preferences_in_force
from state.stores.runs import Row, insert_once

AT_HAND = 64
"""Documents a process has read; each is read by every judgement and changes once a day."""
IN_FORCE = select(preferences).where(
    preferences.c.tenant == bindparam("tenant"),
    preferences_in_force.c.tenant == preferences.c.tenant,
    preferences_in_force.c.version == preferences.c.version,
)


class SqlPreferences:
    """`PreferenceStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def put(self, found: Sequence[DecidedProposal], brought: Mapping[str, Brought] | None = None) -> None:
        """Keep decided proposals in place of what was kept of their actions."""
        if not found:
            return
        came = brought or {}
        rows: list[Row] = [
            {
                "tenant": self._tenant,
                "action": one.action,
                "at": iso(one.decided_at),
                "body": one.model_dump_json(),
                "brought": came[one.action].model_dump_json() if one.action in came else None,
            }
            for one in found
        ]
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        put = dialect.insert(decided)
        anew = {"at": put.excluded.at, "body": put.excluded.body}
        self._connection.execute(
            put.on_conflict_do_update(index_elements=["tenant", "action"], set_=anew), rows
        )

    def decided(self) -> tuple[DecidedProposal, ...]:
        """List all, oldest first."""
        query = select(decided.c.body).where(decided.c.tenant == self._tenant)
        rows = self._connection.scalars(query.order_by(decided.c.at, decided.c.action))
        return tuple(DecidedProposal.model_validate_json(body) for body in rows)

    def brought(self, since: datetime) -> tuple[Brought, ...]:
        """List the judgements that came with history, newest first."""
        mine = (decided.c.tenant == self._tenant, decided.c.at >= iso(since), decided.c.brought.is_not(None))
        query = select(decided.c.brought).where(*mine).order_by(decided.c.at.desc(), decided.c.action)
        return tuple(Brought.model_validate_json(body) for body in self._connection.scalars(query))

    def settled(self, since: datetime) -> tuple[ActionId, ...]:
        """List actions that something happened to since then."""
        mine = (transitions.c.tenant == self._tenant, transitions.c.at >= iso(since))
        query = select(transitions.c.action).where(*mine).distinct().order_by(transitions.c.action)
        return tuple(ActionId(name) for name in self._connection.scalars(query))

    def keep(self, kept: KeptPreferences) -> None:
        """Keep a version once."""
        row: Row = {
            "tenant": self._tenant,
            "version": kept.version,
            "at": iso(kept.at),
            "by": kept.by,
            "cause": kept.cause,
            "hash": kept.hash,
            "document": kept.document.text(),
        }
        insert_once(self._connection, preferences, [row])

    def get(self, version: int) -> KeptPreferences | None:
        """Read one version."""
        mine = (preferences.c.tenant == self._tenant, preferences.c.version == version)
        row = self._connection.execute(select(preferences).where(*mine)).mappings().first()
        return None if row is None else _kept(row)

    def versions(self, limit: int = 100) -> tuple[KeptPreferences, ...]:
        """List the last ones, newest first."""
        query = select(preferences).where(preferences.c.tenant == self._tenant)
        newest = query.order_by(preferences.c.version.desc()).limit(limit)
        return tuple(_kept(row) for row in self._connection.execute(newest).mappings())

    def put_in_force(self, chosen: InForce) -> None:
        """Say which version counts from now on."""
        mine = preferences_in_force.c.tenant == self._tenant
        self._connection.execute(delete(preferences_in_force).where(mine))
        row = {"tenant": self._tenant, "version": chosen.version, "is_pinned": int(chosen.is_pinned)}
        self._connection.execute(insert(preferences_in_force), row)

    def chosen(self) -> InForce | None:
        """Say which version counts."""
        query = select(preferences_in_force).where(preferences_in_force.c.tenant == self._tenant)
        row = self._connection.execute(query).first()
        return None if row is None else InForce(version=row.version, is_pinned=row.is_pinned == 1)

    def in_force(self) -> KeptPreferences | None:
        """Read the version that counts."""
        rows = ask(self._connection, IN_FORCE, {"tenant": self._tenant})
        return _kept(dict(zip(preferences.c.keys(), rows[0], strict=True))) if rows else None


def _kept(row: RowMapping | Mapping[str, object]) -> KeptPreferences:
    return KeptPreferences.model_validate(
        {
            **{name: row[name] for name in ("version", "by", "cause", "hash")},
            "at": datetime.fromisoformat(str(row["at"])),
            "document": _document(str(row["document"])),
        }
    )


@lru_cache(maxsize=AT_HAND)
def _document(text: str) -> Preferences:
    # no tenant: the text itself is the key, so equal text is an equal document
    return Preferences.model_validate_json(text)
