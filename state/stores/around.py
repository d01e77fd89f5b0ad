"""What stands around an account in SQL: sources, closed cycles and silent feeds, kept as events are admitted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from state.ids import TenantId
from state.stores.driven import ask, send
from state.stores.events import CHUNK, iso
from state.stores.world_tables import cycles, feed_silences, sources, standings
from state.world.event import Event
from state.world.records import AccountUpdated, DealClosed, DealUpdated, SourceSynced, UsageReported
from state.world.surroundings import SourceState

STANDING = (
    select(standings.c.folded, sources.c.source, sources.c.synced_at, sources.c.connected)
    .select_from(standings)
    .outerjoin(sources, and_(sources.c.tenant == standings.c.tenant))
    .where(standings.c.tenant == bindparam("tenant"))
    .order_by(sources.c.source)
)  # no tenant: it is bound where the statement is run

RESYNC = (
    update(sources)
    .where(sources.c.tenant == bindparam("of"), sources.c.connected == literal_column("1"))
    .where(sources.c.synced_at < bindparam("at"))
    .values(synced_at=bindparam("at"))
)


class SqlAround:
    """Tenant-wide tables beside the delta log, on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant
        self._dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        self._known: tuple[Mapping[str, SourceState], int] | None = None
        """What `standing` read in this transaction."""

    def note(self, batch: Sequence[Event]) -> None:
        """Keep the tables in step with admitted events."""
        self._known = None
        named = sum(isinstance(event.data, (AccountUpdated, SourceSynced)) for event in batch)
        self._note_sources(batch)
        changed = self._note_cycles(batch) + self._note_feeds(batch) + named
        if changed:
            self._count(changed)

    def _count(self, number: int) -> None:
        row = self._dialect.insert(standings).values(tenant=self._tenant, folded=number)
        grown = standings.c.folded + row.excluded.folded
        self._connection.execute(
            row.on_conflict_do_update(index_elements=[standings.c.tenant], set_={"folded": grown})
        )

    def _note_sources(self, batch: Sequence[Event]) -> None:
        found = {event.data.feed: event for event in batch if isinstance(event.data, SourceSynced)}
        if not found:
            return
        self._connection.execute(
            delete(sources).where(sources.c.tenant == self._tenant, sources.c.source.in_(sorted(found)))
        )
        rows = [
            {
                "tenant": self._tenant,
                "source": name,
                "synced_at": iso(event.time),
                "connected": int(isinstance(event.data, SourceSynced) and event.data.connected),
            }
            for name, event in sorted(found.items())
        ]
        self._connection.execute(insert(sources), rows)

    def _note_cycles(self, batch: Sequence[Event]) -> int:
        """Keep when deals were opened and closed; return how many were told of."""
        changed: dict[tuple[str, str], dict[str, str | None]] = {}
        for event in batch:
            record, account = event.data, str(event.account)
            if isinstance(record, DealUpdated) and record.opened_on is not None:
                changed.setdefault((account, record.deal), {})["opened_on"] = record.opened_on.isoformat()
            if isinstance(record, DealClosed):
                closed = None if record.outcome == "reopened" else record.closed_on.isoformat()
                changed.setdefault((account, record.deal), {})["closed_on"] = closed
        for fields in (("opened_on",), ("closed_on",), ("opened_on", "closed_on")):
            rows = [
                {"tenant": self._tenant, "account": account, "deal": deal, **found}
                for (account, deal), found in sorted(changed.items())
                if set(found) == set(fields)
            ]
            if rows:
                statement = self._dialect.insert(cycles)
                self._connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["tenant", "account", "deal"],
                        set_={name: statement.excluded[name] for name in fields},
                    ),
                    rows,
                )
        return len(changed)

    def take_back(self, closings: Sequence[Event]) -> None:
        """Open the deals again whose closing a correction took out of force, unless they were closed on another day."""
        for event in closings:
            if isinstance(event.data, DealClosed):
                statement = cycles.update().where(
                    cycles.c.tenant == self._tenant,
                    cycles.c.account == event.account,
                    cycles.c.deal == event.data.deal,
                    cycles.c.closed_on == event.data.closed_on.isoformat(),
                )
                self._count(self._connection.execute(statement.values(closed_on=None)).rowcount)

    def _note_feeds(self, batch: Sequence[Event]) -> int:
        """Keep since when each series is at zero; return for how many that changed."""
        reports = [
            (str(event.account), event.data)
            for event in batch
            if isinstance(event.data, UsageReported) and event.data.series == "active_users"
        ]
        if not reports:
            return 0
        known = self._silences(sorted({account for account, _ in reports}))
        since = dict(known)
        for account, record in reports:
            since[record.feed, account] = _zero_since(record, since.get((record.feed, account)))
        changed = {key: day for key, day in since.items() if day != known.get(key)}
        self._keep_silences(changed)
        return len(changed)

    def _silences(self, accounts: Sequence[str]) -> dict[tuple[str, str], str | None]:
        table = feed_silences.c
        found: dict[tuple[str, str], str | None] = {}
        for start in range(0, len(accounts), CHUNK):
            part = accounts[start : start + CHUNK]
            query = select(table.feed, table.account, table.since).where(
                table.tenant == self._tenant, table.account.in_(part)
            )
            found |= {(row.feed, row.account): row.since for row in self._connection.execute(query)}
        return found

    def _keep_silences(self, changed: Mapping[tuple[str, str], str | None]) -> None:
        table = feed_silences.c
        rows = [
            {"tenant": self._tenant, "feed": feed, "account": account, "since": day}
            for (feed, account), day in sorted(changed.items())
        ]
        silent = [row for row in rows if row["since"] is not None]
        if silent:
            statement = self._dialect.insert(feed_silences)
            self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["tenant", "account", "feed"], set_={"since": statement.excluded.since}
                ),
                silent,
            )
        if len(silent) < len(rows):
            ended = delete(feed_silences).where(
                table.tenant == self._tenant, table.feed == bindparam("f"), table.account == bindparam("a")
            )
            self._connection.execute(
                ended, [{"f": row["feed"], "a": row["account"]} for row in rows if row["since"] is None]
            )

    def sources(self) -> Mapping[str, SourceState]:
        """Last successful sync per source."""
        return self.standing()[0]

    def standing(self) -> tuple[Mapping[str, SourceState], int]:
        """Shape: source → last successful sync, and how often what all accounts share may have changed."""
        if self._known is None:
            self._known = self._standing()
        return self._known

    def _standing(self) -> tuple[Mapping[str, SourceState], int]:
        rows = ask(self._connection, STANDING, {"tenant": self._tenant})
        found = {
            source: SourceState(
                source=source, synced_at=datetime.fromisoformat(at), connected=bool(connected)
            )
            for _, source, at, connected in rows
            if source is not None
        }
        return found, rows[0][0] if rows else 0

    def resync(self, at: datetime) -> None:
        """Sync every connected source at this clock: an import at a frozen clock, or a tick."""
        self._known = None
        send(self._connection, RESYNC, [{"of": self._tenant, "at": iso(at)}])

    def closed_cycles(self, now: datetime) -> tuple[int, ...]:
        """Units: days from opening to close of deals closed by `now`, sorted."""
        query = select(cycles.c.opened_on, cycles.c.closed_on).where(
            cycles.c.tenant == self._tenant,
            cycles.c.opened_on.is_not(None),
            cycles.c.closed_on <= now.date().isoformat(),
        )
        days = [
            date.fromisoformat(end) - date.fromisoformat(start)
            for start, end in self._connection.execute(query)
        ]
        return tuple(sorted(span.days for span in days))

    def silent_feeds(self) -> Mapping[str, tuple[date, int]]:
        """Shape: feed → (first day at zero, number of accounts at zero since that day)."""
        query = select(feed_silences.c.feed, feed_silences.c.since).where(
            feed_silences.c.tenant == self._tenant
        )
        found: dict[str, dict[str, int]] = {}
        for feed, since in self._connection.execute(query):
            days = found.setdefault(feed, {})
            days[since] = days.get(since, 0) + 1
        return {
            feed: (date.fromisoformat(day), count)
            for feed, days in sorted(found.items())
            for day, count in [max(days.items(), key=lambda item: (item[1], item[0]))]
        }


def _zero_since(record: UsageReported, since: str | None) -> str | None:
    for offset, value in enumerate(record.values):
        if value:
            since = None
        elif since is None:
            since = (record.first_day + timedelta(days=offset)).isoformat()
    return since
