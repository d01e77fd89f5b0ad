"""Displays in SQL: when a person first had an exact card before them, and the day it first stood in their inbox."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select

from state.ids import ActionId, TenantId, UserId
from state.ledger.entry import instant
from state.ports.displaying import Display, Turn
from state.stores import acting_tables
from state.stores.events import CHUNK
from state.stores.runs import Row, insert_once

SHOWN, TURN = acting_tables.displays, acting_tables.turns


class SqlDisplays:
    """`DisplayStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def fresh(self, displays: Sequence[Display]) -> tuple[Display, ...]:
        """Leave out what was displayed before, in one statement."""
        if not displays:
            return ()
        names = (SHOWN.c.person, SHOWN.c.action, SHOWN.c.shown, SHOWN.c.channel)
        query = select(*names).where(
            SHOWN.c.tenant == self._tenant,
            SHOWN.c.person.in_(sorted({one.person for one in displays})),
            SHOWN.c.action.in_(sorted({one.action for one in displays})),
        )
        known = {
            Display(UserId(row.person), ActionId(row.action), row.shown, row.channel)
            for row in self._connection.execute(query)
        }
        return tuple(one for one in displays if one not in known)

    def put(self, displays: Sequence[Display], wall: datetime) -> None:
        """Keep displays; the first time of each stays."""
        rows: list[Row] = [
            {
                "tenant": self._tenant,
                "person": one.person,
                "action": one.action,
                "shown": one.shown,
                "channel": one.channel,
                "at": instant(wall),
            }
            for one in displays
        ]
        insert_once(self._connection, SHOWN, rows)

    def first(self, display: Display) -> datetime | None:
        """Say when it was first displayed."""
        mine = (SHOWN.c.tenant == self._tenant, SHOWN.c.person == display.person)
        this = (SHOWN.c.action == display.action, SHOWN.c.shown == display.shown)
        query = select(SHOWN.c.at).where(*mine, *this, SHOWN.c.channel == display.channel)
        at = self._connection.scalar(query)
        return None if at is None else datetime.fromisoformat(at)

    def turns(self, person: UserId, items: Collection[str], day: date) -> tuple[Turn, ...]:
        """List a person's turns of these items, and all of a day, by item."""
        wanted, found = sorted(items), dict[str, Turn]()
        mine = select(TURN).where(TURN.c.tenant == self._tenant, TURN.c.person == person)
        parts = [TURN.c.item.in_(wanted[start : start + CHUNK]) for start in range(0, len(wanted), CHUNK)]
        for part in (TURN.c.day == day.isoformat(), *parts):
            for row in self._connection.execute(mine.where(part)):
                found[row.item] = Turn(UserId(row.person), row.item, row.unit, date.fromisoformat(row.day))
        return tuple(one for _, one in sorted(found.items()))

    def take(self, turns: Sequence[Turn]) -> None:
        """Keep turns; the first of each stays."""
        rows: list[Row] = [
            {
                "tenant": self._tenant,
                "person": one.person,
                "item": one.item,
                "unit": one.unit,
                "day": one.day.isoformat(),
            }
            for one in turns
        ]
        insert_once(self._connection, TURN, rows)
