"""View rows in memory; the simplest thing that keeps the promise of the port."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from state.errors import InvalidInput
from state.ids import AccountId
from state.ports.views import ROW_BYTES, ViewRow, Watch
from state.world.batching import Moved
from state.world.event import Event
from tests.fakes.world import Globe


@dataclass
class Outlook:
    """What one tenant's rows tell."""

    rows: dict[AccountId, ViewRow] = field(default_factory=dict)
    watch: Watch = field(default_factory=Watch)

    def copy(self) -> "Outlook":
        """Copy the containers; what they hold is frozen."""
        return Outlook(dict(self.rows), self.watch)


class MemoryViews:
    """`ViewStore` on an outlook, and on the globe that its queries reach into."""

    def __init__(self, outlook: Outlook, globe: Globe) -> None:
        self._outlook = outlook
        self._globe = globe

    def move(self, batch: Sequence[Event]) -> None:
        for event in batch:
            if event.account is not None:
                row = self._outlook.rows.get(event.account) or ViewRow(account=event.account)
                newest = max(row.last.get(event.type, event.time), event.time)
                counts = {**row.counts, event.type: row.counts.get(event.type, 0) + 1}
                last = {**row.last, event.type: newest}
                moved = {"look_at": None, "last": last, "counts": counts, "glance": None}
                self._outlook.rows[event.account] = row.model_copy(update=moved)

    def get(self, account: AccountId) -> ViewRow | None:
        return self._outlook.rows.get(account)

    def rows(self, accounts: Collection[AccountId]) -> dict[AccountId, ViewRow]:
        return {name: self._outlook.rows[name] for name in accounts if name in self._outlook.rows}

    def due(self, now: datetime, limit: int, after: AccountId | None = None) -> tuple[ViewRow, ...]:
        found = [
            row for _, row in sorted(self._outlook.rows.items()) if row.look_at is None or row.look_at <= now
        ]
        return tuple([row for row in found if row.account > (after or "")][:limit])

    def due_of(self, accounts: Sequence[AccountId], now: datetime) -> tuple[ViewRow, ...]:
        return tuple(row for row in self.due(now, len(self._outlook.rows)) if row.account in accounts)

    def moved(self, limit: int) -> tuple[Moved, ...]:
        found = [self._moved(row) for _, row in sorted(self._outlook.rows.items()) if row.look_at is None]
        return tuple([one for one in found if one is not None][:limit])

    def _moved(self, row: ViewRow) -> Moved | None:
        log = self._globe.logs.get(row.account, [])
        told = [self._globe.events[batch[0].event][0] for _, batch in log[row.version :] if batch]
        if not told:
            return None
        times = [event.visible_at for event in told]
        return Moved(
            account=row.account, version=len(log), events=len(told), first_at=min(times), latest_at=max(times),
            live=row.live,
        )  # fmt: skip

    def put(self, row: ViewRow) -> None:
        if len(row.model_dump_json().encode()) > ROW_BYTES:
            raise InvalidInput("The view row is too large.", field="body", value=row.account)
        self._outlook.rows[row.account] = row

    def put_all(self, rows: Sequence[ViewRow]) -> None:
        for row in rows:
            self.put(row)

    def watch(self) -> Watch:
        return self._outlook.watch

    def keep_watch(self, watch: Watch) -> None:
        self._outlook.watch = watch

    def wake_all(self) -> int:
        return self._wake(lambda _: True)

    def wake(self, accounts: Collection[AccountId]) -> int:
        return self._wake(lambda name: name in accounts)

    def wake_domains(self, domains: Collection[str]) -> int:
        index = self._globe.index
        return self._wake(lambda name: name in index and index[name].domain in domains)

    def wake_feed(self, feed: str) -> int:
        return self._wake(lambda name: (feed, name) in self._globe.silences)

    def wake_deals(self, since: date, until: date) -> int:
        aged = {
            account
            for (account, _), (opened, closed) in self._globe.deals.items()
            if closed is None and opened is not None and since <= opened <= until
        }
        return self._wake(lambda name: name in aged)

    def _wake(self, is_meant: Callable[[AccountId], bool]) -> int:
        found = [
            row for row in self._outlook.rows.values() if row.look_at is not None and is_meant(row.account)
        ]
        for row in found:
            self._outlook.rows[row.account] = row.model_copy(update={"look_at": None})
        return len(found)
