"""The due scan: look at the accounts that moved or whose border in time has passed, and at no other.

Invariant: after it, the row of every account tells the signals that a look at all accounts would find. Time is an
event: a crossing appends `time.due` once, so that the digest changes and a loop can start.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from graphs.parts import Parts, Tenancy, trace_of
from graphs.perceiving.watching import has_changed, wake
from graphs.perceiving.world import admit_due, receive
from state.canonical import Json
from state.ids import AccountId, EventId, TenantId, stable_id
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ports.unit import Unit
from state.ports.views import CROSSING_BYTES, LIVE_BYTES, ViewRow, fitting
from state.principal import Principal
from state.world.detection import detect
from state.world.event import Event
from state.world.glance import Glance
from state.world.lookout import Border, Crossing, Live, crossings, lives, next_border, shifted
from state.world.records import TimeDue
from state.world.signal import Signal
from state.world.surroundings import Surroundings
from state.world.view import AccountView

CHUNK = 200
"""Accounts looked at between two short transactions."""
MISSED = 64
"""So many borders of one account may lie between two scans; each becomes an event."""
NEVER = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at one due account came to."""

    account: AccountId
    version: int
    has_moved: bool
    """An event came since the last look."""
    crossed: int
    """Borders that became events."""
    changed: tuple[Crossing, ...]
    """What fired, closed or changed its severity."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """An account as far as signals need it; what they add up to is for the loop to say."""

    view: AccountView
    around: Surroundings
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    """A look that is not written yet."""

    row: ViewRow
    seen: _Seen
    live: tuple[Live, ...]
    left_out: int
    borders: tuple[Border, ...]
    ahead: Border | None
    glance: Glance

    @property
    def changed(self) -> tuple[Crossing, ...]:
        return crossings(self.row.live, self.live)


def due_scan(parts: Parts, tenancy: Tenancy, principal: Principal) -> Iterator[Found]:
    """Look at what is due, account by account in the order of their ids; a crash loses nothing and repeats nothing."""
    _come_due(parts, tenancy)
    last: AccountId | None = None
    while True:
        with parts.stores.read(tenancy.id) as unit:
            rows = unit.views.due(tenancy.now, CHUNK, last)
            looks = [_look(parts, unit, tenancy, row) for row in rows]
        yield from _written(parts, tenancy, principal, looks)
        if len(rows) < CHUNK:
            return
        last = rows[-1].account


def due_among(
    parts: Parts, tenancy: Tenancy, principal: Principal, accounts: Collection[AccountId]
) -> Iterator[Found]:
    """Look at those of some accounts that are due."""
    _come_due(parts, tenancy)
    yield from look_at(parts, tenancy, principal, accounts)


def look_at(
    parts: Parts, tenancy: Tenancy, principal: Principal, accounts: Collection[AccountId]
) -> Iterator[Found]:
    """Look at those of some accounts at which something happened or whose border has passed."""
    names = sorted(accounts)
    for start in range(0, len(names), CHUNK):
        with parts.stores.read(tenancy.id) as unit:
            rows = unit.views.due_of(names[start : start + CHUNK], tenancy.now)
            looks = [_look(parts, unit, tenancy, row) for row in rows]
        yield from _written(parts, tenancy, principal, looks)


def _come_due(parts: Parts, tenancy: Tenancy) -> None:
    """Fold what became visible and wake whom something shared concerns; where nothing did, nobody waits for a turn."""
    with parts.stores.read(tenancy.id) as unit:
        if not unit.events.due(tenancy.now) and not has_changed(unit, tenancy, parts.sights):
            return
    with parts.stores.begin(tenancy.id) as unit:
        admit_due(unit, tenancy.profile, tenancy.now)
        wake(unit, tenancy, parts.sights)


def _written(parts: Parts, tenancy: Tenancy, principal: Principal, looks: Sequence[_Look]) -> Sequence[Found]:
    if not looks:
        return ()
    with parts.stores.begin(tenancy.id) as unit:
        return [_write(unit, tenancy, principal, look) for look in looks]


def _look(parts: Parts, unit: Unit, tenancy: Tenancy, row: ViewRow) -> _Look:
    situation = unit.situations.load(row.account)
    view = AccountView.of(situation, tenancy.profile.company.verified_domains)
    around = parts.sights.around(unit, tenancy, situation, tenancy.now)
    seen = _Seen(view, around, detect(view, around, tenancy.profile))
    ahead = next_border(view, seen.signals, around, tenancy.profile)
    if ahead is not None:
        ahead = Border(at=ahead.at, crossings=fitting(ahead.crossings, CROSSING_BYTES))
    found = lives(seen.signals)
    live = fitting(found, LIVE_BYTES)
    borders = tuple(_passed(tenancy, seen, row)) if row.border is not None else ()
    if not borders and row.version == situation.version and (changed := crossings(row.live, live)):
        borders = (Border(at=tenancy.now, crossings=changed),)
    return _Look(row, seen, live, len(found) - len(live), borders, ahead, Glance.of(situation))


def _passed(tenancy: Tenancy, seen: _Seen, row: ViewRow) -> Iterator[Border]:
    """List the borders between the last look and now, each found at the one before it, however late the scan is."""
    border, at = row.border, tenancy.now
    if border is not None and row.version != seen.view.situation.version:
        still = set(crossings(row.live, lives(seen.signals))) & set(border.crossings)
        border = Border(at=border.at, crossings=tuple(sorted(still, key=lambda one: (one.name, one.subject))))
    for _ in range(MISSED):
        if border is None or border.at > at:
            return
        yield border
        around = shifted(seen.around, border.at)
        signals = detect(seen.view, around, tenancy.profile)
        border = next_border(seen.view, signals, around, tenancy.profile)


def _write(unit: Unit, tenancy: Tenancy, principal: Principal, look: _Look) -> Found:
    """Append the crossings, prove the signals, and keep the row; an account that moved meanwhile stays due."""
    row, account = look.row, look.row.account
    due = [event for border in look.borders for event in due_events(tenancy.id, account, border)]
    head = unit.situations.account(account)
    is_same = head is not None and head.version == look.seen.view.situation.version
    if due:
        receive(unit, due, tenancy.profile, tenancy.now)
        head = unit.situations.account(account)
    version = 0 if head is None else head.version
    _prove(unit, tenancy, principal, look, version)
    moved = unit.views.get(account) or row
    look_at = None if not is_same else NEVER if look.ahead is None else look.ahead.at
    unit.views.put(
        moved.model_copy(
            update={
                "version": version if is_same else row.version,
                "look_at": look_at,
                "border": look.ahead,
                "live": look.live,
                "left_out": look.left_out,
                "glance": look.glance if is_same else None,
            }
        )
    )
    return Found(account, version, row.is_moved, len(look.borders), look.changed)


def due_events(tenant: TenantId, account: AccountId, border: Border) -> Iterator[Event]:
    """Say that borders in time were crossed; the same crossing always has the same id."""
    for crossing in border.crossings:
        name = stable_id("due", tenant, account, crossing.name, crossing.subject, border.at.isoformat())
        yield Event(
            id=EventId(name),
            tenant=tenant,
            account=account,
            source="clock",
            type=TimeDue.type,
            time=border.at,
            recorded_at=border.at,
            data=TimeDue(due=name, rule=crossing.name, subject=crossing.subject, border=border.at),
        )


def _prove(unit: Unit, tenancy: Tenancy, principal: Principal, look: _Look, version: int) -> None:
    """Leave one entry per signal that fired, closed or changed its severity since the row was written."""
    row = look.row
    before, after = {one.id: one for one in row.live}, {one.id: one for one in look.live}
    moves = [(one, "closed") for name, one in before.items() if name not in after]
    moves += [(one, "fired") for name, one in after.items() if name not in before]
    moves += [
        (one, "severity")
        for name, one in after.items()
        if name in before and one.severity != before[name].severity
    ]
    if not moves:
        return
    trace = trace_of(tenancy.id, f"due:{row.account}", tenancy.now, unit.ledger.head().hash)
    stamp = tenancy.stamp(principal, trace)
    unit.ledger.append([told_of(row, one, change, version, stamp) for one, change in moves])


def told_of(row: ViewRow, signal: Live, change: str, version: int, stamp: Stamp) -> EntryDraft:
    """Draft the entry of one signal that fired, closed or changed its severity."""
    payload: dict[str, Json] = {
        "signal": signal.id,
        "account": row.account,
        "name": signal.name,
        "change": change,
        "severity": signal.severity.value,
        "version": version,
    }
    return EntryDraft(Kind.SIGNAL, stamp, payload)
