"""Where the world is kept: tenants, events, situations, sources and what memory brings back.

Every store is bound to one tenant and one transaction; callers obtain it from a `Unit`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from state.evidence import Evidence, Trust
from state.ids import AccountId, EventId, EvidenceId, TenantId, UserId
from state.ports.deciding import Recollection
from state.principal import Delegation, User
from state.world.delta import Delta
from state.world.event import Event
from state.world.situation import Situation
from state.world.surroundings import Peer, SourceState


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tenant(_Frozen):
    """One company that uses the system."""

    id: TenantId
    zone: str
    currency: str
    clock: datetime | None
    """The frozen business clock; None: wall time."""
    default_user: UserId
    folder: str = ""
    """Where the tenant's own profile, policies and playbooks stand; empty: the shipped ones."""
    files: Mapping[str, str] = {}
    """Kind → version of the files in force; empty before the company is there."""
    delegations: tuple[Delegation, ...] = ()
    """Who stands in for whom, at most one for each owner."""
    policy: str = ""
    """Version of the policy in force; empty before the first activation, when the files are."""
    config: str = ""
    """What the ledger was last told to be in force: files, prompts, catalogue and code, as one hash."""


class AccountRow(_Frozen):
    """What the tenant-wide index knows of an account, and the head of its situation."""

    account: AccountId
    name: str
    aliases: tuple[str, ...] = ()
    domain: str | None = None
    owner: UserId | None = None
    city: str | None = None
    region: str | None = None
    segment: str | None = None
    status: str = "prospect"
    version: int = 0
    digest: str = "0" * 64


Received = Literal["new", "duplicate", "conflict"]


class IngestCount(_Frozen):
    """What became of a batch."""

    received: int
    new: int
    duplicate: int
    conflict: int
    parked: int
    rejected: int = 0
    """Refused before it was stored, with a reason told to whoever sent it."""


class Kept(_Frozen):
    """A raw event that is no part of any situation, and which copy under its id it is."""

    event: Event
    copy_number: int = 0


class TenantStore(Protocol):
    """Tenants and their users; the only store that looks across tenants."""

    def create(self, tenant: Tenant, users: Sequence[User]) -> None:
        """Insert or replace a tenant and its users."""
        ...

    def get(self, tenant: TenantId) -> Tenant | None:
        """Look one up."""
        ...

    def listed(self) -> tuple[Tenant, ...]:
        """All tenants by id."""
        ...

    def company(self, tenant: TenantId) -> tuple[Tenant, tuple[User, ...]] | None:
        """Look one up with its users by id."""
        ...

    def set_clock(self, tenant: TenantId, clock: datetime) -> None:
        """Move a frozen clock."""
        ...

    def set_policy(self, tenant: TenantId, version: str) -> None:
        """Say which kept policy is in force. Raises: NotFound."""
        ...

    def set_files(self, tenant: TenantId, versions: Mapping[str, str]) -> None:
        """Say which kept files are in force, by kind. Raises: NotFound."""
        ...

    def set_delegation(self, tenant: TenantId, owner: UserId, delegation: Delegation | None) -> None:
        """Say who stands in for an owner from now on, or nobody. Raises: NotFound."""
        ...

    def set_config(self, tenant: TenantId, config: str) -> None:
        """Say what the ledger was last told to be in force. Raises: NotFound."""
        ...

    def instance(self, tenant: TenantId) -> str | None:
        """Which installation works for a tenant; None before the first."""
        ...

    def set_instance(self, tenant: TenantId, instance: str) -> None:
        """Say which installation works for a tenant from now on."""
        ...


class EventStore(Protocol):
    """Raw events: at least once in, once kept; a same id with another digest is kept as a conflict."""

    def receive(self, events: Sequence[Event], batch: str = "") -> IngestCount:
        """Store a batch; a re-delivery is counted, never stored twice.

        A re-delivery that names the account of a parked event gives it that account.
        """
        ...

    def leaves(self, batch: str) -> tuple[bytes, ...]:
        """Give the salted leaf hashes of the new events of a batch, in the order in which they came."""
        ...

    def parked(self, limit: int) -> tuple[Kept, ...]:
        """List events that wait for an account, in the order of their ids."""
        ...

    def conflicts(self, limit: int) -> tuple[Kept, ...]:
        """List events that came again under a known id with another content; the first stays in force."""
        ...

    def resolve(self, accounts: Mapping[EventId, AccountId]) -> int:
        """Give parked events their accounts, so that they wait to be folded; return how many were parked."""
        ...

    def waiting(self) -> int:
        """Count what is stored and not yet part of a situation."""
        ...

    def get(self, event: EventId) -> Event | None:
        """Open the raw record behind an evidence id."""
        ...

    def due(self, now: datetime, account: AccountId | None = None) -> tuple[Event, ...]:
        """Events that have become visible and are not yet part of a situation, in recorded order."""
        ...

    def mark_folded(self, ids: Sequence[EventId]) -> None:
        """Remember that these events are part of their situations."""
        ...

    def next_due(self, now: datetime) -> datetime | None:
        """When the next stored event becomes visible."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Shape: total, parked, conflict, invisible."""
        ...


class SituationStore(Protocol):
    """The append-only delta log, its snapshots and the index of accounts."""

    def admit(self, events: Sequence[Event], batches: Sequence[Sequence[Delta]]) -> frozenset[str]:
        """Append each event's deltas to its account's log and move the account's head.

        Shape: mail domains whose accounts may have another peer now.
        """
        ...

    def account(self, account: AccountId) -> AccountRow | None:
        """One row of the index."""
        ...

    def standing(self, account: AccountId, now: datetime) -> tuple[AccountRow | None, bool]:
        """Give a row of the index, and whether something that became visible by `now` is not yet part of it."""
        ...

    def accounts(self) -> tuple[AccountRow, ...]:
        """Give the whole index by name."""
        ...

    def load(self, account: AccountId, version: int | None = None) -> Situation:
        """Build the situation at a pinned version, or the head."""
        ...

    def versions_of(self, events_: Sequence[EventId]) -> Mapping[EventId, int]:
        """Say since which version of its account's situation an event counts; absent where it never did."""
        ...

    def peers(self, domain: str, besides: AccountId) -> tuple[Peer, ...]:
        """Other accounts with a mail domain."""
        ...


class AroundStore(Protocol):
    """Tenant-wide tables kept in step with admitted events."""

    def note(self, batch: Sequence[Event]) -> None:
        """Keep sources, cycles and feeds in step."""
        ...

    def take_back(self, closings: Sequence[Event]) -> None:
        """Open the deals again whose closing a correction took out of force, unless they were closed on another day."""
        ...

    def sources(self) -> Mapping[str, SourceState]:
        """Last successful sync per source."""
        ...

    def standing(self) -> tuple[Mapping[str, SourceState], int]:
        """Shape: source → last successful sync, and how often what all accounts share may have changed.

        Invariant: while the number stays, so do cycles, silent feeds and mail domains.
        """
        ...

    def resync(self, at: datetime) -> None:
        """Every connected source synced at this clock: an import at a frozen clock, or a tick."""
        ...

    def closed_cycles(self, now: datetime) -> tuple[int, ...]:
        """Units: days from opening to close of deals closed by `now`, sorted."""
        ...

    def silent_feeds(self) -> Mapping[str, tuple[date, int]]:
        """Shape: feed → (first day at zero, number of accounts at zero since that day)."""
        ...


class Passage(_Frozen):
    """One searchable piece of text: a note, mail or knowledge paragraph."""

    id: str
    account: AccountId | None
    scope: Literal["account", "customer_safe", "internal", "legal"]
    title: str
    text: str
    event: EventId | None
    source: str
    record: str
    field: str
    observed_at: datetime
    hash: str
    trust: str
    importance: int = 1
    """Of two equally good finds the more important comes first."""
    keep_until: datetime | None = None
    """When it is forgotten by itself; none: it stays."""


def recollected(passage: Passage, score: float) -> Recollection:
    """Turn a stored passage into what a reasoner may cite."""
    evidence = Evidence(
        id=EvidenceId(passage.id),
        source=passage.source,
        record=passage.record,
        field=passage.field,
        value=passage.text[:120],
        quote=passage.text,
        observed_at=passage.observed_at,
        hash=passage.hash,
        trust=Trust(passage.trust),
        event=passage.event or EventId(passage.record),
    )
    return Recollection(
        text=passage.text,
        score=round(score, 4),
        scope=passage.scope,
        title=passage.title,
        trust=Trust(passage.trust),
        evidence=evidence,
    )
