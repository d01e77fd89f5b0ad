"""Budgets in SQL: one conditional upsert draws on every line at once, so that no cap is ever passed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement

from state.governance.budget import Draw, Line, Span, merged
from state.ids import TenantId
from state.ledger.entry import EntryDraft, Kind, Stamp, instant
from state.ledger.spending import of_raise, of_refusal
from state.stores.budget_tables import day_counts, reservations
from state.stores.driven import ask
from state.stores.ledger import SqlLedger
from state.stores.runs import Row

KEYS = [key.name for key in day_counts.primary_key]
PLACE = ("meter", "subject", "day")
Place = tuple[str, str, str]
_AT = (
    day_counts.c.tenant == bindparam("of_tenant"),
    day_counts.c.meter == bindparam("of_meter"),
    day_counts.c.subject == bindparam("of_subject"),
    day_counts.c.day == bindparam("of_day"),
)
_TAKE_BACK = update(day_counts).where(*_AT).values(used=day_counts.c.used - bindparam("of_amount"))
_FORGIVE = update(day_counts).where(*_AT).values(refused_at=None)


class SqlBudgets:
    """`BudgetStore` on one connection and tenant."""

    def __init__(self, connection: Connection, tenant: TenantId, ledger: SqlLedger) -> None:
        self._connection = connection
        self._tenant = tenant
        self._ledger = ledger
        self._dialect = postgresql if connection.dialect.name == "postgresql" else sqlite

    def used(self, spans: Sequence[Span]) -> Mapping[Line, int]:
        """Sum up lines, each from its own day on, in one statement."""
        if not spans:
            return {}
        since: dict[tuple[str, date], set[str]] = defaultdict(set)
        for span in spans:
            since[span.line.meter, span.since].add(span.line.subject)
        wanted = [
            and_(
                day_counts.c.meter == meter,
                day_counts.c.subject.in_(sorted(subjects)),
                day_counts.c.day >= day.isoformat(),
            )
            for (meter, day), subjects in sorted(since.items())
        ]
        query = (
            select(day_counts.c.meter, day_counts.c.subject, func.sum(day_counts.c.used).label("used"))
            .where(day_counts.c.tenant == self._tenant, or_(*wanted))
            .group_by(day_counts.c.meter, day_counts.c.subject)
        )
        found = {Line(row.meter, row.subject): int(row.used) for row in self._connection.execute(query)}
        return {span.line: found.get(span.line, 0) for span in spans}

    def charge(self, draws: Sequence[Draw], stamp: Stamp) -> Draw | None:
        """Count all draws, or none and give the one above its cap."""
        wanted = merged(draws)
        if not wanted:
            return None
        refused = next((one for one in wanted if one.cap is not None and one.amount > one.cap), None)
        if refused is None:
            refused = self._drawn(wanted, stamp)
        if refused is not None:
            self.refuse(refused, stamp)
        return refused

    def _drawn(self, wanted: Sequence[Draw], stamp: Stamp) -> Draw | None:
        """Draw on every line in one statement; what a full line leaves undone is undone on the others."""
        taken = self._taken(wanted)
        refused = next((one for one in wanted if _place(one) not in taken), None)
        if refused is not None:
            self._give_back([one for one in wanted if _place(one) in taken])
            return refused
        raised = [
            (one, was)
            for one in wanted
            if one.cap is not None and (was := taken[_place(one)]) is not None and was < one.cap
        ]
        if raised:
            self._connection.execute(_FORGIVE, [self._of(one) for one, _ in raised])
            self._ledger.append([EntryDraft(Kind.BUDGET, stamp, of_raise(one, was)) for one, was in raised])
        return None

    def reserve(self, call: str, draws: Sequence[Draw], until: datetime, stamp: Stamp) -> Draw | None:
        """Count a call's draws until it is settled or released, once per call."""
        wall = instant(stamp.wall)
        query = select(reservations).where(
            reservations.c.tenant == self._tenant,
            or_(reservations.c.call == call, reservations.c.until <= wall),
        )
        held = self._connection.execute(query).mappings().all()
        dead = [row for row in held if row["until"] <= wall]
        if dead:
            self._let_go({row["call"] for row in dead}, dead)
        if len(dead) < len(held):
            return None
        refused = self.charge(draws, stamp)
        wanted = merged(draws)
        if refused is None and wanted:
            rows: list[Row] = [
                {**self._row(one), "call": call, "amount": one.amount, "until": instant(until)}
                for one in wanted
            ]
            self._connection.execute(insert(reservations), rows)
        return refused

    def settle(self, call: str) -> bool:
        """Keep what a call drew; False where its lease was over and what it held went back."""
        mine = delete(reservations).where(reservations.c.tenant == self._tenant, reservations.c.call == call)
        return self._connection.execute(mine).rowcount > 0

    def release(self, call: str) -> None:
        """Give back what a call drew: it did nothing."""
        query = select(reservations).where(reservations.c.tenant == self._tenant, reservations.c.call == call)
        held = self._connection.execute(query).mappings().all()
        if held:
            self._let_go({call}, held)

    def _let_go(self, calls: set[str], held: Sequence[RowMapping]) -> None:
        back = [
            Draw(Line(row["meter"], row["subject"]), date.fromisoformat(row["day"]), row["amount"])
            for row in held
        ]
        self._give_back(merged(back))
        gone = delete(reservations).where(
            reservations.c.tenant == self._tenant, reservations.c.call.in_(sorted(calls))
        )
        self._connection.execute(gone)

    def _give_back(self, draws: Sequence[Draw]) -> None:
        if draws:
            self._connection.execute(
                _TAKE_BACK, [{**self._of(one), "of_amount": one.amount} for one in draws]
            )

    def refuse(self, draw: Draw, stamp: Stamp) -> None:
        """Record that a cap stood in the way, once per line, day and cap."""
        row: Row = {**self._row(draw), "used": 0, "refused_at": draw.cap}
        put = self._dialect.insert(day_counts).values(row)
        told = put.on_conflict_do_update(
            index_elements=KEYS,
            set_={"refused_at": put.excluded.refused_at},
            where=day_counts.c.refused_at.is_distinct_from(put.excluded.refused_at),
        ).returning(day_counts.c.used)
        used = self._connection.execute(told).scalar()
        if used is not None:
            self._ledger.append([EntryDraft(Kind.BUDGET, stamp, of_refusal(draw, int(used)))])

    def _row(self, draw: Draw) -> Row:
        return {
            "tenant": self._tenant,
            "meter": draw.line.meter,
            "subject": draw.line.subject,
            "day": draw.day.isoformat(),
        }

    def _taken(self, wanted: Sequence[Draw]) -> Mapping[Place, int | None]:
        """Draw on every line that has room. Shape: these, with the cap that stood in the way last."""
        drawing = _drawing(self._connection.dialect.name, tuple(one.cap is not None for one in wanted))
        given = dict(pair for at, one in enumerate(wanted) for pair in self._line(at, one))
        return {(row[0], row[1], row[2]): row[3] for row in ask(self._connection, drawing, given)}

    def _line(self, at: int, draw: Draw) -> Iterator[tuple[str, object]]:
        """Name what one line of the upsert is given."""
        for name, value in {**self._row(draw), "used": draw.amount}.items():
            yield f"{name}_{at}", value
        if draw.cap is not None:
            yield f"cap_{at}", draw.cap

    def _of(self, draw: Draw) -> Row:
        return {f"of_{name}": value for name, value in self._row(draw).items()}


def _place(draw: Draw) -> Place:
    return (draw.line.meter, draw.line.subject, draw.day.isoformat())


@cache
def _drawing(dialect: str, capped: tuple[bool, ...]) -> ClauseElement:
    """Write the upsert of so many lines, some with a cap; its condition is the cap, so that the database keeps it.

    Why once: a library that writes several rows in one statement writes its text anew each time.
    """
    kind = postgresql if dialect == "postgresql" else sqlite
    rows: list[Row] = [
        {name: bindparam(f"{name}_{at}") for name in (*KEYS, "used")} for at in range(len(capped))
    ]
    put = kind.insert(day_counts).values(rows)
    grown = day_counts.c.used + put.excluded.used
    whens = [
        (_is_line(at), grown <= bindparam(f"cap_{at}")) for at, is_capped in enumerate(capped) if is_capped
    ]
    within = case(*whens, else_=True) if whens else None
    drawn = put.on_conflict_do_update(index_elements=KEYS, set_={"used": grown}, where=within)
    told: ClauseElement = drawn.returning(*(day_counts.c[name] for name in (*PLACE, "refused_at")))
    return told


def _is_line(at: int) -> ColumnElement[bool]:
    """Say that a row of this tenant's upsert is the line's own."""
    return and_(*(day_counts.c[name] == bindparam(f"{name}_{at}") for name in PLACE))
