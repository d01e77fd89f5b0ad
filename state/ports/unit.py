"""One short transaction over every store of one tenant; an entry commits with the change it proves."""

from contextlib import AbstractContextManager
from typing import Protocol

from state.ids import TenantId
from state.ports.acting import ActionStore, LedgerStore
from state.ports.addressing import AddressStore, MergeStore
from state.ports.alerting import AlertStore
from state.ports.autonomy import AutonomyStore
from state.ports.budgeting import BudgetStore
from state.ports.credentials import CredentialStore
from state.ports.displaying import DisplayStore
from state.ports.files import FileStore
from state.ports.memory import MemoryStore
from state.ports.plans import PlanStore
from state.ports.policies import PolicyStore
from state.ports.preferring import PreferenceStore
from state.ports.queueing import WorkerStore
from state.ports.running import CrmStore, RunStore
from state.ports.views import ViewStore
from state.ports.world import AroundStore, EventStore, SituationStore, TenantStore


class Unit(Protocol):
    """The stores of one tenant inside one transaction."""

    @property
    def is_reading(self) -> bool: ...
    @property
    def tenants(self) -> TenantStore: ...
    @property
    def events(self) -> EventStore: ...
    @property
    def situations(self) -> SituationStore: ...
    @property
    def around(self) -> AroundStore: ...
    @property
    def addresses(self) -> AddressStore: ...
    @property
    def views(self) -> ViewStore: ...
    @property
    def merges(self) -> MergeStore: ...
    @property
    def memory(self) -> MemoryStore: ...
    @property
    def runs(self) -> RunStore: ...
    @property
    def workers(self) -> WorkerStore: ...
    @property
    def crm(self) -> CrmStore: ...
    @property
    def alerts(self) -> AlertStore: ...
    @property
    def autonomy(self) -> AutonomyStore: ...
    @property
    def policies(self) -> PolicyStore: ...
    @property
    def files(self) -> FileStore: ...
    @property
    def plans(self) -> PlanStore: ...
    @property
    def credentials(self) -> CredentialStore: ...
    @property
    def displays(self) -> DisplayStore: ...
    @property
    def preferences(self) -> PreferenceStore: ...
    @property
    def budgets(self) -> BudgetStore: ...
    @property
    def actions(self) -> ActionStore: ...
    @property
    def ledger(self) -> LedgerStore: ...


class Stores(Protocol):
    """Opens units; `begin` writes (BEGIN IMMEDIATE), `read` only looks."""

    def begin(self, tenant: TenantId) -> AbstractContextManager[Unit]:
        """Open a write transaction: commits on leaving, rolls back on an exception."""
        ...

    def read(self, tenant: TenantId) -> AbstractContextManager[Unit]:
        """Open a read transaction."""
        ...
