"""Live events: folded, held against the rows of their accounts, and what is newsworthy proved, in one transaction.

Invariant: no situation is loaded; what the row cannot tell is left to the next look, which is due at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphs.parts import Tenancy
from graphs.perceiving.due import told_of
from graphs.perceiving.world import admitted
from state.ids import AccountId, SignalId
from state.ledger.entry import EntryDraft, Stamp
from state.ports.unit import Unit
from state.ports.views import LIVE_BYTES, ViewRow, fitting
from state.world.delta import Delta
from state.world.detection.arriving import Before, detect_arriving
from state.world.event import Event
from state.world.glance import Glance
from state.world.lookout import Live, lives
from state.world.records import TicketUpdated
from state.world.surroundings import Surroundings

Told = tuple[Event, tuple[Delta, ...]]


@dataclass(frozen=True, slots=True)
class Fired:
    """A signal that events made fire, or rise or fall in severity."""

    account: AccountId
    signal: Live
    change: str


def admit_arriving(unit: Unit, tenancy: Tenancy, stamp: Stamp) -> tuple[tuple[Fired, ...], list[EntryDraft]]:
    """Fold what has become visible. Shape: what fired, and one entry for each, to be appended with the batch's own."""
    found = admitted(unit, tenancy.profile, tenancy.now)
    by_account: dict[AccountId, list[Told]] = {}
    for told in found.folded:
        by_account.setdefault(AccountId(str(told[0].account)), []).append(told)
    around = _around(unit, tenancy, [event for event, _ in found.folded])
    before = unit.views.rows(by_account)
    rows: list[ViewRow] = []
    fired: list[Fired] = []
    for account, batch in sorted(by_account.items()):
        row, changed = arrived(before.get(account), account, batch, around, tenancy)
        rows.append(row)
        fired += changed
    unit.views.put_all(rows)
    unit.views.move([event for event, _ in found.told])
    unit.views.wake_domains(found.domains)
    kept = {row.account: row for row in rows}
    return tuple(fired), _entries(unit, kept, fired, stamp)


def arrived(
    row: ViewRow | None, account: AccountId, batch: Sequence[Told], around: Surroundings, tenancy: Tenancy
) -> tuple[ViewRow, list[Fired]]:
    """Fold events into the row of their account, and name what they made newsworthy."""
    glance, row = (Glance(), ViewRow(account=account)) if row is None else (row.glance, row)
    before = Before(account, glance, row.last, is_corrected=bool(row.counts.get("fact.corrected")))
    found = detect_arriving(before, batch, around, tenancy.profile)
    known = {one.id: one for one in row.live}
    news = [one for one in lives(found.signals) if known.get(one.id) != one]
    live = lives_of({**known, **{one.id: one for one in news}}) if news else row.live
    if news and fitting(live, LIVE_BYTES) != live:
        news, live = [], row.live
    last, counts = dict(row.last), dict(row.counts)
    for event, _ in batch:
        last[event.type] = max(last.get(event.type, event.time), event.time)
        counts[event.type] = counts.get(event.type, 0) + 1
    changes = {"look_at": None, "live": live, "last": last, "counts": counts, "glance": found.glance}
    fired = [Fired(account, one, "severity" if one.id in known else "fired") for one in news]
    return row.model_copy(update=changes), fired


def lives_of(found: Mapping[SignalId, Live]) -> tuple[Live, ...]:
    """Order kept signals as a look does."""
    return tuple(sorted(found.values(), key=lambda one: (-one.severity.rank, one.name, one.subject, one.id)))


def _around(unit: Unit, tenancy: Tenancy, events: Sequence[Event]) -> Surroundings:
    """Collect what the rules ask for beside the account: of support, whether its source is fresh."""
    is_needed = any(isinstance(event.data, TicketUpdated) for event in events)
    sources = unit.around.sources() if is_needed else {}
    return Surroundings(now=tenancy.now, zone=tenancy.profile.company.zone, sources=sources)


def _entries(
    unit: Unit, rows: Mapping[AccountId, ViewRow], fired: Sequence[Fired], stamp: Stamp
) -> list[EntryDraft]:
    versions: dict[AccountId, int] = {}
    for one in fired:
        if one.account not in versions:
            head = unit.situations.account(one.account)
            versions[one.account] = 0 if head is None else head.version
    return [told_of(rows[one.account], one.signal, one.change, versions[one.account], stamp) for one in fired]
