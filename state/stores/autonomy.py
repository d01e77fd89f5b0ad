"""Autonomy in SQL: what people set, in few rows, read in one statement by every judgement."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Delete,
    Select,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from state.governance.action import OPEN
from state.governance.autonomy import LevelSet, OptIn, Pause, Tally
from state.governance.ladder import Breach, Violation
from state.governance.policy import Level
from state.ids import TenantId, UserId
from state.ports.acting import Stop
from state.ports.autonomy import Standing
from state.stores.acting_tables import actions
from state.stores.action_queries import switch_columns
from state.stores.autonomy_tables import levels, opt_ins, pauses, tallies, violations
from state.stores.events import iso
from state.stores.runs import insert_once

_OPEN = [status.value for status in OPEN]
Part = Select[str, str, str, int, int]
"""Name of the part, two words and two numbers."""


class SqlAutonomy:
    """`AutonomyStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def standing(self, agent: str, now: datetime, origins: Collection[str]) -> Standing:
        """Read everything a judgement needs, in one statement."""
        wanted = _standing_of(self._tenant, agent, iso(now), sorted(origins))
        found: dict[str, list[tuple[str, str, int, int]]] = {}
        for row in self._connection.execute(wanted):
            found.setdefault(row.part, []).append((row.first, row.second, row.one, row.two))
        is_on, epoch = found["stop"][0][2:]
        keys: dict[str, set[str]] = {}
        for origin, key, _, _ in found.get("origin", ()):
            keys.setdefault(origin, set()).add(key)
        return Standing(
            stop=Stop(is_on == 1, int(epoch)),
            opt_ins=frozenset((owner, kind) for owner, kind, _, _ in found.get("opt_in", ())),
            levels={rank: cast("Level", level) for level, _, rank, _ in found.get("level", ())},
            paused=frozenset(kind for kind, _, _, _ in found.get("paused", ())),
            tallies={
                kind: Tally(int(agreed), int(decided)) for kind, _, agreed, decided in found.get("tally", ())
            },
            open_keys={origin: frozenset(mine) for origin, mine in keys.items()},
        )

    def opt_ins(self) -> tuple[OptIn, ...]:
        """List the owners' words."""
        query = select(opt_ins).where(opt_ins.c.tenant == self._tenant)
        rows = self._connection.execute(query.order_by(opt_ins.c.owner, opt_ins.c.action_type))
        return tuple(
            OptIn(
                UserId(row.owner),
                row.action_type,
                datetime.fromisoformat(row.since),
                datetime.fromisoformat(row.until) if row.until else None,
            )
            for row in rows
        )

    def let(self, opt_in: OptIn) -> None:
        """Keep an owner's word in place of an earlier one."""
        self.withdraw(opt_in.owner, opt_in.action_type)
        row = {
            "tenant": self._tenant,
            "owner": opt_in.owner,
            "action_type": opt_in.action_type,
            "since": iso(opt_in.since),
            "until": iso(opt_in.until) if opt_in.until else None,
        }
        self._connection.execute(insert(opt_ins), row)

    def withdraw(self, owner: UserId, action_type: str) -> bool:
        """Forget an owner's word."""
        mine = (opt_ins.c.tenant == self._tenant, opt_ins.c.owner == owner)
        return self._gone(delete(opt_ins).where(*mine, opt_ins.c.action_type == action_type))

    def levels(self) -> tuple[LevelSet, ...]:
        """List what admins set."""
        query = select(levels).where(levels.c.tenant == self._tenant)
        rows = self._connection.execute(query.order_by(levels.c.agent, levels.c.action_class))
        return tuple(
            LevelSet(
                row.agent, row.action_class, row.level, datetime.fromisoformat(row.since), UserId(row.by)
            )
            for row in rows
        )

    def set_level(self, level: LevelSet) -> None:
        """Keep a level in place of an earlier one."""
        mine = (levels.c.tenant == self._tenant, levels.c.agent == level.agent)
        self._connection.execute(delete(levels).where(*mine, levels.c.action_class == level.action_class))
        row = {
            "tenant": self._tenant,
            "agent": level.agent,
            "action_class": level.action_class,
            "level": level.level,
            "since": iso(level.since),
            "by": level.by,
        }
        self._connection.execute(insert(levels), row)

    def pauses(self) -> tuple[Pause, ...]:
        """List what is paused."""
        query = select(pauses).where(pauses.c.tenant == self._tenant)
        rows = self._connection.execute(query.order_by(pauses.c.agent, pauses.c.action_type))
        return tuple(
            Pause(row.agent, row.action_type, datetime.fromisoformat(row.since), row.reason) for row in rows
        )

    def pause(self, pause: Pause) -> bool:
        """Pause a kind of action."""
        mine = (pauses.c.tenant == self._tenant, pauses.c.agent == pause.agent)
        known = select(pauses.c.agent).where(*mine, pauses.c.action_type == pause.action_type)
        if self._connection.execute(known).first() is not None:
            return False
        row = {
            "tenant": self._tenant,
            "agent": pause.agent,
            "action_type": pause.action_type,
            "since": iso(pause.since),
            "reason": pause.reason,
        }
        self._connection.execute(insert(pauses), row)
        return True

    def go_on(self, agent: str, action_type: str) -> bool:
        """End a pause."""
        mine = (pauses.c.tenant == self._tenant, pauses.c.agent == agent)
        return self._gone(delete(pauses).where(*mine, pauses.c.action_type == action_type))

    def count(self, agent: str, action_type: str, day: date, tally: Tally) -> None:
        """Add to a day's count."""
        place = {
            "tenant": self._tenant,
            "agent": agent,
            "action_type": action_type,
            "day": day.isoformat(),
        }
        insert_once(self._connection, tallies, [{**place, "agreed": 0, "decided": 0}])
        mine = [getattr(tallies.c, name) == value for name, value in place.items()]
        more = {"agreed": tallies.c.agreed + tally.right, "decided": tallies.c.decided + tally.decided}
        self._connection.execute(update(tallies).where(tallies.c.tenant == self._tenant, *mine).values(more))

    def tallies(self, agent: str) -> Mapping[str, Tally]:
        """Sum all days."""
        rows = self._connection.execute(_tallies(self._tenant, agent))
        return {row.first: Tally(int(row.one), int(row.two)) for row in rows}

    def note(self, violation: Violation) -> bool:
        """Keep a violation once."""
        mine = (violations.c.tenant == self._tenant, violations.c.violation == violation.id)
        if self._connection.execute(select(violations.c.violation).where(*mine)).first() is not None:
            return False
        row = {
            "tenant": self._tenant,
            "violation": violation.id,
            "agent": violation.agent,
            "action_type": violation.action_type,
            "breach": violation.breach.value,
            "at": iso(violation.at),
            "subject": violation.subject,
            "detail": violation.detail,
        }
        self._connection.execute(insert(violations), row)
        return True

    def violations(self, agent: str, since: datetime) -> Sequence[Violation]:
        """List an agent's violations, oldest first."""
        mine = (violations.c.tenant == self._tenant, violations.c.agent == agent)
        query = select(violations).where(*mine, violations.c.at >= iso(since))
        rows = self._connection.execute(query.order_by(violations.c.at, violations.c.violation))
        return tuple(
            Violation(
                row.violation,
                row.agent,
                row.action_type,
                Breach(row.breach),
                datetime.fromisoformat(row.at),
                row.subject,
                row.detail,
            )
            for row in rows
        )

    def _gone(self, removal: Delete) -> bool:
        return self._connection.execute(removal).rowcount > 0


def _standing_of(
    tenant: TenantId, agent: str, now: str, origins: Sequence[str]
) -> CompoundSelect[str, str, str, int, int]:
    """Join all small tables, each row with the name of its part."""
    lasting = and_(opt_ins.c.since <= now, or_(opt_ins.c.until.is_(None), opt_ins.c.until > now))
    parts: list[Part] = [
        _part("stop", literal(""), literal(""), *switch_columns(tenant)),
        _part("opt_in", opt_ins.c.owner, opt_ins.c.action_type).where(opt_ins.c.tenant == tenant, lasting),
        _part("level", levels.c.level, literal(""), levels.c.action_class).where(
            levels.c.tenant == tenant, levels.c.agent == agent, levels.c.since <= now
        ),
        _part("paused", pauses.c.action_type, literal("")).where(
            pauses.c.tenant == tenant, pauses.c.agent == agent, pauses.c.since <= now
        ),
        _tallies(tenant, agent),
    ]
    if origins:
        is_open = actions.c.status.in_(_OPEN)
        mine = _part("origin", actions.c.origin, actions.c.dedup_key)
        parts.append(mine.where(actions.c.tenant == tenant, actions.c.origin.in_(origins), is_open))
    return union_all(*parts)


def _part(
    name: str,
    first: ColumnElement[str],
    second: ColumnElement[str],
    one: ColumnElement[int] | None = None,
    two: ColumnElement[int] | None = None,
) -> Part:
    # no tenant: each caller says whose rows it wants
    nothing = literal(0)
    return select(
        literal(name).label("part"),
        first.label("first"),
        second.label("second"),
        (nothing if one is None else one).label("one"),
        (nothing if two is None else two).label("two"),
    )


def _tallies(tenant: TenantId, agent: str) -> Part:
    sums = func.sum(tallies.c.agreed), func.sum(tallies.c.decided)
    every = _part("tally", tallies.c.action_type, literal(""), *sums)
    mine = (tallies.c.tenant == tenant, tallies.c.agent == agent)
    return every.where(*mine).group_by(tallies.c.action_type)
