"""Bring a company in: create a tenant, take its events, move its clock; history makes signals, never alerts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from graphs.governing.standing_in import came_with
from graphs.governing.suppressing import unwanted_again
from graphs.keeping.configuring import activated_first
from graphs.parts import Parts, Tenancy, trace_of
from graphs.perceiving.arriving import Fired, admit_arriving
from graphs.perceiving.remembering import renew_knowledge
from graphs.perceiving.sourcing import keep_wholes
from graphs.perceiving.world import admit_due
from graphs.planning.adopting import adopt
from state.canonical import Json
from state.errors import InvalidInput
from state.ids import AccountId, stable_id
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ledger.merkle import root
from state.ports.unit import Unit
from state.ports.world import IngestCount, Tenant
from state.principal import Principal, User
from state.world.event import Event
from state.world.skew import Ahead, arrived
from state.world.whole_text import Whole

BATCH = 1000
ALL = 1_000_000
"""More parked events than any tenant has."""
KEPT = ("policy", "files", "config", "delegations")
"""What a company was given here, and no bringing in changes."""
Progress = Callable[[int], None]
"""Told how many events are in so far."""


@dataclass(frozen=True)
class Delivery:
    """How a batch came."""

    is_live: bool = False
    """Not an import of history: recorded on arrival, and held against our clock."""
    rejected: int = 0
    """Refused before they became events."""
    cursor: tuple[str, str] = ("", "")
    """Where the source stood before and after."""
    wholes: Sequence[Whole] = ()
    """Texts that were cut in the events, whole."""
    files: Mapping[str, int] = field(default_factory=dict)
    """What somebody imported held, by count; empty where nobody imported."""
    mapping: str = ""
    """Hash of the mapping it was read by; empty without one."""


@dataclass(frozen=True)
class Imported:
    """What an import came to."""

    counts: IngestCount
    invisible: int
    """Stored, but after the tenant's clock: of a live delivery its own events, of an import whatever waits."""
    ahead: tuple[Ahead, ...] = ()
    """Refused, as they claim to be from too far ahead."""
    clamped: int = 0
    """Dated by their arrival, as their source's clock ran ahead."""
    fired: tuple[Fired, ...] = ()
    """What live events made newsworthy: the start of a loop, once there is enough of it. History fires nothing."""


def ensure_tenant(parts: Parts, tenant: Tenant, users: Sequence[User]) -> None:
    """Create a tenant, or bring its row and users up to date; its events stay."""
    with parts.stores.begin(tenant.id) as unit:
        there = unit.tenants.get(tenant.id)
        kept = {name: getattr(there, name) for name in KEPT} if there else {}
        unit.tenants.create(tenant.model_copy(update=kept), users)
    tenancy = parts.tenancy.refresh(tenant.id)
    with parts.stores.begin(tenant.id) as unit:
        activated_first(parts, unit, tenancy)
        renew_knowledge(unit, tenancy)
        if there is None:
            came_with(unit, tenancy)
    parts.tenancy.refresh(tenant.id)


def take_events(
    parts: Parts,
    tenancy: Tenancy,
    principal: Principal,
    events: Iterable[Event],
    source: str,
    progress: Progress | None = None,
    delivery: Delivery = Delivery(),
) -> Imported:
    """Store and fold events in one transaction, so that an import is never half done; one INGEST entry proves it."""
    tally = _Tally(delivery.rejected)
    with parts.stores.begin(tenancy.id) as unit:
        trace = trace_of(tenancy.id, f"import:{source}", tenancy.now, unit.ledger.head().hash)
        batch = stable_id("in", tenancy.id, trace)
        for part in _batches(events):
            taken, refused = sorted_by_clock(part, tenancy.now) if delivery.is_live else (part, [])
            counted = unit.events.receive(taken, batch)
            unit.events.receive(unwanted_again(unit, parts, tenancy, taken))
            tally.count(counted, taken, refused, tenancy.now)
            if progress is not None:
                progress(tally.total["received"])
        keep_wholes(unit, delivery.wholes)
        stamp = tenancy.stamp(principal, trace)
        fired, entries = _admitted(unit, tenancy, stamp, delivery)
        adopt(unit, tenancy)
        if tenancy.is_frozen:
            unit.around.resync(tenancy.now)
        payload: dict[str, Json] = {
            "source": source,
            **tally.total,
            "batch": batch,
            "cursor_before": delivery.cursor[0],
            "cursor_after": delivery.cursor[1],
            "clamped": tally.clamped,
            "merkle_root": root(unit.events.leaves(batch)),
        }
        said: dict[str, Json] = {"source": source, "batch": batch, **delivery.files}
        if delivery.mapping:
            said["mapping"] = delivery.mapping
        imports = [EntryDraft(Kind.IMPORT, stamp, said)] if delivery.files else []
        unit.ledger.append([EntryDraft(Kind.INGEST, stamp, payload), *imports, *entries])
        waiting = tally.early if delivery.is_live else unit.events.waiting()
    counts = IngestCount.model_validate(tally.total)
    return Imported(counts, waiting, tuple(tally.ahead), tally.clamped, fired)


class _Tally:
    """What became of the parts of a delivery."""

    def __init__(self, rejected: int) -> None:
        self.total = dict.fromkeys(IngestCount.model_fields, 0) | {"rejected": rejected}
        self.ahead: list[Ahead] = []
        self.early = self.clamped = 0

    def count(
        self, counted: IngestCount, taken: Sequence[Event], refused: Sequence[Ahead], now: datetime
    ) -> None:
        """Add one part."""
        for name in self.total:
            self.total[name] += int(getattr(counted, name))
        self.total["received"] += len(refused)
        self.total["rejected"] += len(refused)
        self.ahead += refused
        self.early += sum(event.visible_at > now for event in taken)
        self.clamped += sum(event.is_clamped for event in taken)


def _admitted(
    unit: Unit, tenancy: Tenancy, stamp: Stamp, delivery: Delivery
) -> tuple[tuple[Fired, ...], list[EntryDraft]]:
    """Fold what is visible; only what is news is held against the rows."""
    if delivery.is_live:
        return admit_arriving(unit, tenancy, stamp)
    admit_due(unit, tenancy.profile, tenancy.now)
    return (), []


def sorted_by_clock(batch: Sequence[Event], now: datetime) -> tuple[list[Event], list[Ahead]]:
    """Date live events by their arrival, and set apart those from too far ahead."""
    found = [arrived(event, now) for event in batch]
    taken = [event for event in found if isinstance(event, Event)]
    return taken, [event for event in found if isinstance(event, Ahead)]


def replay_parked(unit: Unit, account_of_event: Callable[[Event], AccountId | None]) -> int:
    """Give parked events the accounts that are known now, and return how many have one.

    They then wait as if they had just come: the next `admit_due` of the tenant folds them at their own valid time.
    """
    found = {kept.event.id: account_of_event(kept.event) for kept in unit.events.parked(ALL)}
    return unit.events.resolve({name: account for name, account in found.items() if account is not None})


def _batches(events: Iterable[Event]) -> Iterator[list[Event]]:
    stream = iter(events)
    while batch := list(islice(stream, BATCH)):
        yield batch


def move_clock(parts: Parts, tenancy: Tenancy, principal: Principal, to: datetime) -> Tenancy:
    """Move a frozen clock forward: a CLOCK entry, sources synced, due events folded. Raises: InvalidInput."""
    if tenancy.tenant.clock is None:
        raise InvalidInput(
            f"The clock of {tenancy.id} is the wall clock.",
            field="tenant",
            value=tenancy.id,
            remedy="It moves by itself.",
        )
    if to < tenancy.tenant.clock:
        raise InvalidInput(
            f"The clock stands at {tenancy.tenant.clock.isoformat()}; it never goes back.",
            field="now",
            value=to.isoformat(),
        )
    with parts.stores.begin(tenancy.id) as unit:
        trace = trace_of(tenancy.id, "tick", to, unit.ledger.head().hash)
        unit.tenants.set_clock(tenancy.id, to)
        payload: dict[str, Json] = {"from": tenancy.now.isoformat(), "to": to.isoformat()}
        unit.ledger.append([EntryDraft(Kind.CLOCK, tenancy.stamp(principal, trace), payload)])
    moved = parts.tenancy.refresh(tenancy.id)
    with parts.stores.begin(tenancy.id) as unit:
        admit_due(unit, moved.profile, moved.now)
        adopt(unit, moved)
        unit.around.resync(moved.now)
    return moved
