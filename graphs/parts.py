"""What nodes are given: the stores, the tenants' files, reasoner and gateway, and the caches of this process."""

import asyncio
import os
import signal
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ParamSpec, TypeVar

from pydantic import BaseModel

from agents.playbook import Playbook
from graphs.channels import SituationRef
from graphs.keeping.filing import FileKind
from graphs.perceiving.world import Sight, Sights, remember
from state.decision.trigger import TriggerMap
from state.governance.judge import Judge
from state.governance.policy import Layer
from state.ids import AccountId, ArtifactId, RunId, TenantId, TraceId, UserId, stable_id
from state.ledger.entry import ClockSource, Stamp
from state.ports.acting import Lease
from state.ports.clock import Clock
from state.ports.deciding import Deliberating, Reasoner
from state.ports.memory import Embedder
from state.ports.tooling import Gateway
from state.ports.unit import Stores, Unit
from state.ports.world import AccountRow, Tenant
from state.principal import Principal, User, stand_in
from state.settings import Settings
from state.world.business_time import local_day
from state.world.knowledge import KnowledgeDocument
from state.world.profile import Profile
from state.world.situation import Situation

DOCUMENTS = 4_096
"""How many documents a process has at hand; a run needs fewer than a hundred."""
POINTS = 10_000
M = TypeVar("M", bound=BaseModel)
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Tenancy:
    """One tenant as this process runs it."""

    tenant: Tenant
    profile: Profile
    knowledge: Sequence[KnowledgeDocument]
    judge: Judge
    reasoner: Reasoner
    playbook: Reasoner
    """The deterministic one: what a recorded fallback is replayed with."""
    gateway: Gateway
    users: Sequence[User]
    config_hash: str
    """Hash of profile, playbooks, policy, knowledge and reasoner name."""
    clock: Clock
    book: Playbook
    """What the deterministic reasoner goes by, and plans are drafted from."""
    triggers: TriggerMap = field(default_factory=TriggerMap)
    """Which conditions are told to somebody, and what is usually done about them."""
    layers: Sequence[Layer] = ()
    """The policy in force, whole, with exceptions that are over or to come."""
    day: date | None = None
    """The business day whose exceptions the judge knows."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """What `config_hash` is made of, and catalogue and code beside it."""

    @property
    def id(self) -> TenantId:
        """The tenant."""
        return self.tenant.id

    @property
    def now(self) -> datetime:
        """Business time: the frozen clock, else wall time."""
        return self.tenant.clock or self.clock.wall()

    @property
    def is_frozen(self) -> bool:
        """A frozen tenant sends only to its own outbox folder."""
        return self.tenant.clock is not None

    @property
    def today(self) -> date:
        """The business day where the company is."""
        return local_day(self.now, self.profile.company.zone)

    def stand_in(self, owner: UserId) -> UserId | None:
        """Name who stands in for an owner today."""
        return stand_in(self.tenant.delegations, owner, self.today)

    def stamp(self, principal: Principal, trace: TraceId) -> Stamp:
        """Who, when and in which trace, for ledger entries."""
        source = ClockSource.FROZEN if self.is_frozen else ClockSource.SYSTEM
        return Stamp.of(principal, at=self.now, wall=self.clock.wall(), clock=source, trace=trace)


_FOUND: ContextVar[Tenancy | None] = ContextVar("found", default=None)
"""The tenancy of the run that asks: another one of this process may read it anew meanwhile."""


@contextmanager
def as_found(tenancy: Tenancy) -> Generator[None, None, None]:
    """Let every node of a run see the tenancy as its command found it."""
    before = _FOUND.set(tenancy)
    try:
        yield
    finally:
        _FOUND.reset(before)


class Tenancies:
    """The tenants of this process; read anew at the start of each command, not at each node."""

    def __init__(self, load: Callable[[TenantId, Tenancy | None], Tenancy]) -> None:
        self._load = load
        self._known: dict[TenantId, Tenancy] = {}

    def __call__(self, name: TenantId) -> Tenancy:
        """Give the tenancy as this command found it. Raises: NotFound."""
        found = _FOUND.get()
        if found is not None and found.id == name:
            return found
        return self._known.get(name) or self.refresh(name)

    def refresh(self, name: TenantId) -> Tenancy:
        """Read clock and users again; files are read once. Raises: NotFound."""
        self._known[name] = self._load(name, self._known.get(name))
        return self._known[name]


@dataclass
class Parts:
    """Chosen once by the bootstrap."""

    settings: Settings
    stores: Stores
    clock: Clock
    tenancy: Tenancies
    worker: str
    """Identity of this process: host, boot, pid and start time."""
    draft: Callable[[TenantId, FileKind], str]
    """Says what a company's files of a kind say as they stand, in force or not."""
    pinned: Callable[[Tenancy, Mapping[str, str]], Tenancy]
    """Gives a company with the files that were in force once."""
    embedder: Embedder | None = None
    """What reads texts for their meaning; made at the first question, loaded beforehand in a process that stays."""
    find_embedder: Callable[[], Embedder] | None = None
    """Makes it as the settings choose; loads nothing."""
    sights: Sights = field(default_factory=Sights)
    leases: dict[tuple[TenantId, AccountId], Lease] = field(default_factory=dict)
    documents: OrderedDict[tuple[TenantId, str], BaseModel] = field(default_factory=OrderedDict)
    """What was stored or read lately; a run finds its own again in the database."""
    seen: OrderedDict[tuple[str, str], Sight] = field(default_factory=OrderedDict)
    """What a run looked at, by (run, digest), so that its nodes collect surroundings once."""
    gathered: OrderedDict[tuple[str, int, str], Deliberating] = field(default_factory=OrderedDict)
    """What a run's reasoner was given, by (run, iteration, digest)."""
    points: deque[str] = field(default_factory=lambda: deque(maxlen=POINTS))
    """Crash points seen lately, in order."""
    is_served: bool = False
    """Others share the event loop, so whatever blocks goes to a thread."""
    underway: dict[tuple[TenantId, str], dict[str, ArtifactId]] = field(default_factory=dict)
    """Kinds of documents kept so far, of the runs that this process started and still drives under their lease."""
    heads: dict[tuple[TenantId, AccountId], AccountRow] = field(default_factory=dict)
    """How accounts stood when this process took their lease; only those with nothing left to fold."""
    uptime: Callable[[], tuple[str, float]] | None = None
    """Which run of this machine it is, and for how many seconds; None where a clock of one's own was given."""
    effects_left: int = 0
    """How many effects this process handed to a transport; the anchor writer looks at it."""

    async def aside(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something that blocks: at once, or in a thread where others share the event loop."""
        return await asyncio.to_thread(act, *args, **kwargs) if self.is_served else act(*args, **kwargs)

    def document(self, unit: Unit, tenant: TenantId, artifact: str, model: type[M]) -> M:
        """Read a stored document as a model, once per process."""
        found = self.documents.get((tenant, artifact))
        if not isinstance(found, model):
            found = model.model_validate(unit.runs.artifact(ArtifactId(artifact)))
            self.recall(tenant, artifact, found)
        return found

    def recall(self, tenant: TenantId, name: str, document: BaseModel) -> None:
        """Have a document at hand for the nodes that come."""
        remember(self.documents, (tenant, name), document, DOCUMENTS)

    def keep(self, unit: Unit, tenant: TenantId, run: str, kind: str, document: BaseModel) -> ArtifactId:
        """Store a model as a document of a run."""
        artifact = unit.runs.put_artifact(kind, RunId(run), document.model_dump(mode="json"))
        self.recall(tenant, artifact, document)
        if (tenant, run) in self.underway:
            self.underway[tenant, run][kind] = artifact
        return artifact

    def situation(self, unit: Unit, tenant: TenantId, reference: SituationRef) -> Situation:
        """Load what a checkpoint pins."""
        return self.sights.situation(
            unit, tenant, AccountId(reference["account"]), reference["version"], reference["digest"]
        )

    def sight(self, unit: Unit, tenancy: Tenancy, reference: SituationRef, now: datetime, run: str) -> Sight:
        """Look at what a checkpoint pins, once per run."""
        key = (run, reference["digest"])
        found = self.seen.get(key)
        if found is None or found.around.now != now:
            situation = self.situation(unit, tenancy.id, reference)
            found = remember(self.seen, key, self.sights.look(unit, tenancy, situation, now))
        return found

    def let_go(self, run: str) -> None:
        """Forget what the nodes of a run that ended or waits looked at; a later step of it looks again."""
        for seen in [key for key in self.seen if key[0] == run]:
            del self.seen[seen]
        for gathered in [key for key in self.gathered if key[0] == run]:
            del self.gathered[gathered]

    def crash_point(self, name: str) -> None:
        """Die here when a fault run asked for it."""
        self.points.append(name)
        if self.settings.crash_at == name:
            os.kill(os.getpid(), signal.SIGKILL)


def trace_of(tenant: TenantId, command: str, now: datetime, head: str) -> TraceId:
    """Name a command so that it can be replayed: seeded by tenant, command, clock and ledger head."""
    return TraceId(stable_id("tr", tenant, command, now.isoformat(), head))
