"""From stored events to what an account looks like now: admission into the delta log, and the cached sight of it.

Invariant: ingest never loads a situation; a sight is read-only and keyed by tenant, account, version, digest and clock.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Protocol, TypeVar

from graphs.perceiving.resolving import followed
from graphs.planning.calling import heard_in
from state.errors import NotFound
from state.evidence import least_trust
from state.ids import AccountId, TenantId, UserId, stable_id
from state.ports.unit import Unit
from state.ports.world import IngestCount, Passage, Tenant
from state.principal import User, stand_in
from state.world.business_time import local_day
from state.world.delta import Delta, TrustOf, deltas_of
from state.world.detection import detect
from state.world.event import Event
from state.world.judgement import Judgement
from state.world.log import collector_paused
from state.world.profile import Profile
from state.world.recall_pieces import pieces_of
from state.world.records import DealClosed, FormSubmitted, MailReceived, MailSent, NoteAdded
from state.world.resolution.address import claims_of
from state.world.situation import Situation
from state.world.superseding import correction_in, may_correct
from state.world.surroundings import Peer, SourceState, Surroundings
from state.world.synthesis import synthesize
from state.world.view import AccountView

CACHED = 256
K = TypeVar("K")
V = TypeVar("V")


class KnowsTenant(Protocol):
    """The part of a tenancy that a sight needs."""

    @property
    def id(self) -> TenantId: ...
    @property
    def profile(self) -> Profile: ...
    @property
    def tenant(self) -> Tenant: ...
    @property
    def users(self) -> Sequence[User]: ...


def receive(unit: Unit, events: Sequence[Event], profile: Profile, now: datetime) -> IngestCount:
    """Store a batch and fold what is already visible; later events wait, invisible, for their time."""
    counted = unit.events.receive(events)
    if counted.new:
        admit_due(unit, profile, now)
    return counted


def admit_due(unit: Unit, profile: Profile, now: datetime, account: AccountId | None = None) -> int:
    """Fold every event that has become visible; return how many."""
    found = admitted(unit, profile, now, account)
    unit.views.move([event for event, _ in (*found.folded, *found.told)])
    unit.views.wake_domains(found.domains)
    return found.count


@dataclass(frozen=True, slots=True)
class Admitted:
    """What was folded into its situation and not yet into the row of its account."""

    count: int = 0
    folded: Sequence[tuple[Event, tuple[Delta, ...]]] = ()
    told: Sequence[tuple[Event, tuple[Delta, ...]]] = ()
    """Corrections of what belonged to another account, told there."""
    domains: frozenset[str] = frozenset()
    """Mail domains whose accounts may have another peer now."""


def admitted(unit: Unit, profile: Profile, now: datetime, account: AccountId | None = None) -> Admitted:
    """Fold every event that has become visible; the caller moves the rows of the accounts in the same transaction."""
    due = unit.events.due(now, account)
    if not due:
        return Admitted()
    order = sorted(due, key=lambda e: (e.visible_at, e.time, profile.sources.rank_of(e.source), e.id))
    folded = followed(unit, [event for event in order if event.account is not None])
    trust_of: TrustOf = cache(profile.sources.trust_of)
    deltas = [deltas_of(event, trust_of) for event in folded]
    elsewhere = list(corrected_elsewhere(unit, folded))
    told = [event for event, _ in elsewhere]
    touched = unit.situations.admit([*folded, *told], [*deltas, *(batch for _, batch in elsewhere)])
    if heard := heard_in(folded):
        unit.plans.hear(heard)
    unit.around.note(order)
    unit.around.take_back(closings_taken_back(unit, folded))
    unit.addresses.note(claims_of(folded, profile))
    unit.memory.remember([passage for event in folded for passage in passages_of(event, trust_of)])
    unit.events.mark_folded([event.id for event in order])
    return Admitted(len(order), list(zip(folded, deltas, strict=True)), elsewhere, touched)


def closings_taken_back(unit: Unit, folded: Sequence[Event]) -> list[Event]:
    """List closings of deals that a correction takes out of force and does not itself say again."""
    found: list[Event] = []
    for event in folded:
        former = None if event.supersedes is None else unit.events.get(event.supersedes)
        if former is None or not isinstance(former.data, DealClosed):
            continue
        is_said_again = isinstance(event.data, DealClosed) and event.data.deal == former.data.deal
        if may_correct({event.source}, former.source) and not is_said_again:
            found += followed(unit, [former])
    return found


def corrected_elsewhere(unit: Unit, folded: Sequence[Event]) -> Iterator[tuple[Event, tuple[Delta, ...]]]:
    """Tell the accounts of superseded events that their correction belongs to another account."""
    for event in folded:
        former = None if event.supersedes is None else unit.events.get(event.supersedes)
        if former is not None and former.account not in (None, event.account):
            account = AccountId(str(former.account))
            yield event.resolved_to(account), (correction_in(account, event),)


def passages_of(event: Event, trust_of: TrustOf) -> tuple[Passage, ...]:
    """Cut the texts of an event into searchable passages."""
    record, titled = event.data, ("kind",)
    if isinstance(record, (MailReceived, MailSent)):
        title, text, name = record.subject, record.text, record.mail
        titled = ("subject",)
    elif isinstance(record, NoteAdded):
        title, text, name = record.kind, record.text, record.note
    elif isinstance(record, FormSubmitted):
        title, text, name = record.kind, record.text, record.form
    else:
        return ()
    return tuple(
        Passage(
            id=stable_id("ev", event.tenant, event.id, "text", str(number)),
            account=event.account,
            scope="account",
            title=title,
            text=part,
            event=event.id,
            source=event.source,
            record=name,
            field="text",
            observed_at=event.time,
            hash=event.hash,
            trust=least_trust(
                trust_of(event.source, record.node.value, name) for name in ("text", *titled)
            ).value,
        )
        for number, part in enumerate(pieces_of(text))
    )


@dataclass(frozen=True)
class Sight:
    """One account as it looks at one version and clock."""

    situation: Situation
    view: AccountView
    around: Surroundings
    judgement: Judgement


@dataclass(frozen=True)
class Standing:
    """What every account of a tenant has around it alike."""

    silent_feeds: Mapping[str, tuple[date, int]]
    closed_cycles: tuple[int, ...]
    _peers: dict[tuple[str, AccountId], tuple[Peer, ...]] = field(default_factory=dict)

    def peers_of(self, unit: Unit, domain: str, account: AccountId) -> tuple[Peer, ...]:
        """Give the other accounts with a mail domain, asked once."""
        known = self._peers.get((domain, account))
        if known is None:
            known = self._peers[domain, account] = unit.situations.peers(domain, account)
        return known


class Sights:
    """Looks at accounts, and remembers what was seen in this process."""

    def __init__(self) -> None:
        self._situations: OrderedDict[tuple[str, str, int, str], Situation] = OrderedDict()
        self._pasts: OrderedDict[tuple[str, str, int, str, str], Situation] = OrderedDict()
        self._sights: OrderedDict[tuple[str, str, int, str, str], Sight] = OrderedDict()
        self._standing: dict[TenantId, tuple[tuple[int, date], Standing]] = {}

    def situation(
        self, unit: Unit, tenant: TenantId, account: AccountId, version: int, digest: str
    ) -> Situation:
        """Load a pinned version, once."""
        key = (tenant, account, version, digest)
        found = self._situations.get(key)
        if found is None:
            found = unit.situations.load(account, version)
            remember(self._situations, key, found)
        return found

    def past(self, unit: Unit, tenant: TenantId, account: AccountId, at: datetime) -> Situation:
        """Read what was believed at an instant, once per head. Raises: NotFound."""
        row = unit.situations.account(account)
        if row is None:
            raise NotFound(f"no account {account!r}", field="account", value=account)
        key = (tenant, account, row.version, row.digest, at.isoformat())
        found = self._pasts.get(key)
        if found is None:
            with collector_paused():
                now = self.situation(unit, tenant, account, row.version, row.digest)
                found = remember(self._pasts, key, now.as_of(at).indexed())
        return found

    def look(self, unit: Unit, tenancy: KnowsTenant, situation: Situation, now: datetime) -> Sight:
        """Detect and synthesize; cached together with what stands around the account."""
        around = self.around(unit, tenancy, situation, now)
        key = (tenancy.id, situation.account, situation.version, situation.digest, around.model_dump_json())
        found = self._sights.get(key)
        if found is None:
            view = AccountView.of(situation, tenancy.profile.company.verified_domains)
            signals = detect(view, around, tenancy.profile)
            found = Sight(situation, view, around, synthesize(view, signals, around, tenancy.profile))
            remember(self._sights, key, found)
        return found

    def around(self, unit: Unit, tenancy: KnowsTenant, situation: Situation, now: datetime) -> Surroundings:
        """Collect what stands around the account."""
        view = AccountView.of(situation)
        domain = view.text("domain")
        zone = tenancy.profile.company.zone
        today = local_day(now, zone)
        sources, standing = self.shared(unit, tenancy.id, now)
        return Surroundings(
            now=now,
            zone=zone,
            sources=sources,
            same_domain=standing.peers_of(unit, domain, situation.account) if domain else (),
            silent_feeds=standing.silent_feeds,
            closed_cycles=standing.closed_cycles,
            away=_away(tenancy, today),
        )

    def shared(
        self, unit: Unit, tenant: TenantId, now: datetime
    ) -> tuple[Mapping[str, SourceState], Standing]:
        """Give what all accounts of a tenant have around them alike: its sources, and the rest."""
        sources, folded = unit.around.standing()
        return sources, self._stands(unit, tenant, folded, now)

    def _stands(self, unit: Unit, tenant: TenantId, folded: int, now: datetime) -> Standing:
        """Read what the whole tenant's accounts share, once per state of its log and day.

        Invariant: only a unit that reads fills or uses the cache, so nothing is remembered that was never committed.
        """
        if not unit.is_reading:
            return Standing(unit.around.silent_feeds(), unit.around.closed_cycles(now))
        key = (folded, now.date())
        known = self._standing.get(tenant)
        if known is None or known[0] != key:
            known = (key, Standing(unit.around.silent_feeds(), unit.around.closed_cycles(now)))
            self._standing[tenant] = known
        return known[1]


def _away(tenancy: KnowsTenant, today: date) -> dict[UserId, UserId | None]:
    """Name who is not there today, and who stands in."""
    standing = {one.id: stand_in(tenancy.tenant.delegations, one.id, today) for one in tenancy.users}
    return {one.id: standing[one.id] for one in tenancy.users if one.is_away(today) or standing[one.id]}


def remember(cache: OrderedDict[K, V], key: K, value: V, limit: int = CACHED) -> V:
    """Keep a value, forgetting the oldest beyond the limit."""
    cache[key] = value
    while len(cache) > limit:
        cache.popitem(last=False)
    return value
