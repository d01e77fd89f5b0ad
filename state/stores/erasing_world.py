"""Taking a person, or an account, out of the world's tables of one tenant: events, claims, passages, views, addresses.

Invariant: versions and digests keep their place; what stood in them is gone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import orjson
from sqlalchemy import ColumnElement, Connection, and_, delete, false, func, or_, select, update

from state.ids import AccountId, EventId, TenantId, stable_id
from state.stores.memory_tables import passages
from state.stores.pages import seal_page
from state.stores.run_tables import artifacts
from state.stores.world_tables import (
    accounts,
    addresses,
    cycles,
    deltas,
    events,
    feed_silences,
    snapshots,
    views,
)
from state.world.erasure import CLAIM_EVENT, Marks, Reach, is_theirs, redacted, redacted_claims
from state.world.whole_text import KIND

GONE = '{"erased":true}'


def contains(column: ColumnElement[str], needles: Iterable[str]) -> ColumnElement[bool]:
    """Ask whether a text holds any of these, in lower case where it is ASCII."""
    return or_(*(func.lower(column).contains(one.lower(), autoescape=True) for one in needles), false())


def in_parts(wanted: Sequence[str], size: int = 500) -> Iterable[list[str]]:
    """Cut a long list, as a statement takes only so many values."""
    for start in range(0, len(wanted), size):
        yield list(wanted[start : start + size])


class WorldErasing:
    """The traces of one person, or of one account, in what is known."""

    def __init__(self, connection: Connection, tenant: TenantId, marks: Marks, counts: Counter[str]) -> None:
        self._connection = connection
        self._tenant = tenant
        self._marks = marks
        self._counts = counts

    def reach(self) -> Reach:
        """Find the events that are theirs or name them."""
        table, whole, parts = events.c, set[EventId](), set[EventId]()
        query = select(table.event, table.account, table.type, table.body).where(
            table.tenant == self._tenant,
            table.state != "erased",
            or_(contains(table.body, self._marks.needles), self._of_contact()),
        )
        for row in self._connection.execute(query):
            record = orjson.loads(row.body).get("data", {})
            if is_theirs(self._marks, row.account, row.type, record):
                whole.add(EventId(row.event))
            elif redacted(record, self._marks) != record:
                parts.add(EventId(row.event))
        return Reach(frozenset(whole), frozenset(parts - whole))

    def _of_contact(self) -> ColumnElement[bool]:
        kinds = ("contact.updated", "consent.changed", "fact.corrected")
        return and_(events.c.account.in_(self._marks.accounts), events.c.type.in_(kinds))

    def whole_account(self, account: AccountId) -> Reach:
        """Reach every event of one account."""
        query = select(events.c.event).where(
            events.c.tenant == self._tenant, events.c.account == account, events.c.state != "erased"
        )
        return Reach(frozenset(map(EventId, self._connection.scalars(query))), frozenset())

    def accounts_of(self, found: Reach) -> list[AccountId]:
        """List the accounts that the events belong to, and those where the person is known."""
        wanted = sorted(found.whole | found.parts)
        held = {*self._marks.accounts}
        for part in in_parts(wanted):
            query = select(events.c.account).where(events.c.tenant == self._tenant, events.c.event.in_(part))
            held |= {AccountId(one) for one in self._connection.scalars(query) if one}
        return sorted(held)

    def cited(self, found: Reach, concerned: Sequence[AccountId]) -> frozenset[str]:
        """List the ids under which a document cites the events: their own, their claims' and their passages'."""
        ids: set[str] = {*found.whole, *found.parts}
        for account, _, body in self._logs(concerned):
            for row in orjson.loads(body):
                if row[CLAIM_EVENT] in ids:
                    ids_of = {row[0], account}
                    ids |= {stable_id("ev", one, row[CLAIM_EVENT], row[1], row[2]) for one in ids_of}
        ids |= {name for name, event in self._passages_of(concerned) if event in found.whole | found.parts}
        return frozenset(ids)

    def _logs(self, concerned: Sequence[AccountId]) -> Iterable[tuple[AccountId, int, bytes]]:
        for part in in_parts(concerned):
            query = select(deltas.c.account, deltas.c.version, deltas.c.body).where(
                deltas.c.tenant == self._tenant, deltas.c.account.in_(part)
            )
            for row in self._connection.execute(query):
                yield AccountId(row.account), int(row.version), bytes(row.body)

    def _passages_of(self, concerned: Sequence[AccountId]) -> list[tuple[str, str | None]]:
        found: list[tuple[str, str | None]] = []
        for part in in_parts(concerned):
            query = select(passages.c.passage, passages.c.body).where(
                passages.c.tenant == self._tenant, passages.c.account.in_(part)
            )
            found += [
                (row.passage, orjson.loads(row.body)["event"]) for row in self._connection.execute(query)
            ]
        return found

    def erase(self, found: Reach, concerned: Sequence[AccountId]) -> None:
        """Take the events and all that was made of them away."""
        self._events(found)
        self._claims(found, concerned)
        self._passages(found, concerned)
        self._wholes(found)
        self._views(concerned)
        self._addresses()

    def drop_account(self, account: AccountId) -> None:
        """Take an account out of the indexes."""
        for table in (accounts, views, addresses, cycles, feed_silences):
            self._connection.execute(
                delete(table).where(table.c.tenant == self._tenant, table.c.account == account)
            )
        mine = (passages.c.tenant == self._tenant, passages.c.account == account)
        self._count("passages", self._connection.execute(delete(passages).where(*mine)).rowcount)

    def _events(self, found: Reach) -> None:
        mine = events.c.tenant == self._tenant
        for part in in_parts(sorted(found.whole)):
            gone = (
                update(events)
                .where(mine, events.c.event.in_(part))
                .values(body=GONE, state="erased", salt=None)
            )
            self._count("events", self._connection.execute(gone).rowcount)
        for part in in_parts(sorted(found.parts)):
            query = select(events.c.event, events.c.copy, events.c.body).where(mine, events.c.event.in_(part))
            for row in self._connection.execute(query).all():
                body = orjson.loads(row.body)
                body["data"] = redacted(body["data"], self._marks)
                self._connection.execute(
                    update(events)
                    .where(mine, events.c.event == row.event, events.c.copy == row.copy)
                    .values(body=orjson.dumps(body).decode(), salt=None)
                )
                self._count("events", 1)

    def _claims(self, found: Reach, concerned: Sequence[AccountId]) -> None:
        for account, version, body in list(self._logs(concerned)):
            rows = orjson.loads(body)
            kept = redacted_claims(rows, found, self._marks, account)
            if kept == rows:
                continue
            here = (deltas.c.tenant == self._tenant, deltas.c.account == account, deltas.c.version == version)
            self._connection.execute(update(deltas).where(*here).values(body=orjson.dumps(kept)))
            self._count("claims", 1)
        for account in concerned:
            self._seal_again(account)

    def _seal_again(self, account: AccountId) -> None:
        here = (snapshots.c.tenant == self._tenant, snapshots.c.account == account)
        query = select(snapshots.c.version, snapshots.c.digest).where(*here).order_by(snapshots.c.version)
        sealed = self._connection.execute(query).all()
        self._connection.execute(delete(snapshots).where(*here))
        for page in sealed:
            seal_page(self._connection, self._tenant, account, page.version, page.digest)

    def _passages(self, found: Reach, concerned: Sequence[AccountId]) -> None:
        reached = found.whole | found.parts
        gone = [name for name, event in self._passages_of(concerned) if event in reached]
        for part in in_parts(gone):
            mine = (passages.c.tenant == self._tenant, passages.c.passage.in_(part))
            self._count("passages", self._connection.execute(delete(passages).where(*mine)).rowcount)

    def _wholes(self, found: Reach) -> None:
        """Delete the whole of every text that was cut in one of these events."""
        for part in in_parts(sorted(found.whole | found.parts)):
            mine = (artifacts.c.tenant == self._tenant, artifacts.c.kind == KIND, artifacts.c.run.in_(part))
            self._count("texts", self._connection.execute(delete(artifacts).where(*mine)).rowcount)

    def _views(self, concerned: Sequence[AccountId]) -> None:
        for account in concerned:
            here = (views.c.tenant == self._tenant, views.c.account == account)
            body = self._connection.scalar(select(views.c.body).where(*here))
            if body is not None:
                fresh = {**orjson.loads(body), "live": [], "border": None, "look_at": None, "glance": None}
                self._connection.execute(
                    update(views).where(*here).values(body=orjson.dumps(fresh).decode(), look_at="")
                )

    def _addresses(self) -> None:
        for account, contact in sorted(self._marks.contacts):
            here = (addresses.c.tenant == self._tenant, addresses.c.account == account)
            self._connection.execute(delete(addresses).where(*here, addresses.c.contact == contact))
        mine = (addresses.c.tenant == self._tenant, addresses.c.address.in_(self._marks.addresses))
        self._connection.execute(delete(addresses).where(*mine))

    def _count(self, what: str, number: int) -> None:
        self._counts[what] += number
