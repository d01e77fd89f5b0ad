"""`Stores` in memory: units that keep everything when they leave, or nothing when they fail."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from state.ids import TenantId
from tests.fakes.acting import MemoryActions, MemoryLedger, Shelf, Switches
from tests.fakes.addresses import Book, MemoryAddresses, MemoryMerges
from tests.fakes.alerts import Bell, MemoryAlerts
from tests.fakes.autonomy import Charter, MemoryAutonomy
from tests.fakes.budgets import MemoryBudgets, Purse
from tests.fakes.credentials import MemoryCredentials, Wallet
from tests.fakes.displays import Board, MemoryDisplays
from tests.fakes.files import Drawer, MemoryFiles
from tests.fakes.memory import MemoryMemory
from tests.fakes.plans import MemoryPlans, Planner
from tests.fakes.policies import Cabinet, MemoryPolicies
from tests.fakes.preferences import Diary, MemoryPreferences
from tests.fakes.runs import Archive, MemoryCrm, MemoryRuns
from tests.fakes.tenants import MemoryTenants, Register
from tests.fakes.views import MemoryViews, Outlook
from tests.fakes.workers import Crew, MemoryWorkers
from tests.fakes.world import (
    Globe,
    MemoryAround,
    MemoryEvents,
    MemorySituations,
)


@dataclass
class Room:
    """Everything one tenant keeps."""

    shelf: Shelf = field(default_factory=Shelf)
    globe: Globe = field(default_factory=Globe)
    archive: Archive = field(default_factory=Archive)
    book: Book = field(default_factory=Book)
    outlook: Outlook = field(default_factory=Outlook)
    wallet: Wallet = field(default_factory=Wallet)
    charter: Charter = field(default_factory=Charter)
    bell: Bell = field(default_factory=Bell)
    cabinet: Cabinet = field(default_factory=dict)
    drawer: Drawer = field(default_factory=dict)
    purse: Purse = field(default_factory=Purse)
    planner: Planner = field(default_factory=Planner)
    diary: Diary = field(default_factory=Diary)
    board: Board = field(default_factory=Board)

    def copy(self) -> "Room":
        """Copy what a transaction may change."""
        return Room(
            self.shelf.copy(),
            self.globe.copy(),
            self.archive.copy(),
            self.book.copy(),
            self.outlook.copy(),
            self.wallet.copy(),
            self.charter.copy(),
            self.bell.copy(),
            dict(self.cabinet),
            dict(self.drawer),
            self.purse.copy(),
            self.planner.copy(),
            self.diary.copy(),
            self.board.copy(),
        )


class MemoryUnit:
    """The stores of one tenant; another store is one more attribute."""

    def __init__(
        self,
        tenant: TenantId,
        room: Room,
        switches: Switches,
        register: Register,
        crew: Crew,
        *,
        is_reading: bool = False,
    ) -> None:
        self.is_reading = is_reading
        self.ledger = MemoryLedger(tenant, room.shelf)
        self.actions = MemoryActions(tenant, room.shelf, switches, self.ledger)
        self.tenants = MemoryTenants(register)
        self.events = MemoryEvents(room.globe)
        self.situations = MemorySituations(room.globe)
        self.around = MemoryAround(room.globe)
        self.views = MemoryViews(room.outlook, room.globe)
        self.addresses = MemoryAddresses(room.book)
        self.merges = MemoryMerges(room.globe.merges)
        self.memory = MemoryMemory(room.globe.notebook)
        self.runs = MemoryRuns(tenant, room.archive)
        self.workers = MemoryWorkers(crew)
        self.crm = MemoryCrm(room.archive)
        self.budgets = MemoryBudgets(room.purse, self.ledger)
        self.policies = MemoryPolicies(room.cabinet)
        self.files = MemoryFiles(room.drawer)
        self.plans = MemoryPlans(room.planner, self.actions, self.ledger)
        self.preferences = MemoryPreferences(room.diary, room.shelf)
        self.alerts = MemoryAlerts(room.bell)
        self.autonomy = MemoryAutonomy(room.charter, self.actions)
        self.credentials = MemoryCredentials(room.wallet)
        self.displays = MemoryDisplays(room.board)


class MemoryStores:
    """Opens units one after another."""

    def __init__(self) -> None:
        self.rooms: dict[TenantId, Room] = {}
        self.switches: Switches = {}
        self.register: Register = {}
        self.crew: Crew = {}

    @contextmanager
    def begin(self, tenant: TenantId) -> Generator[MemoryUnit, None, None]:
        """Work on a copy, and keep it if nothing is raised."""
        room, switches, register, crew = self._copies(tenant)
        yield MemoryUnit(tenant, room, switches, register, crew)
        self.rooms[tenant], self.switches, self.register, self.crew = room, switches, register, crew

    @contextmanager
    def read(self, tenant: TenantId) -> Generator[MemoryUnit, None, None]:
        """Work on a copy and drop it."""
        yield MemoryUnit(tenant, *self._copies(tenant), is_reading=True)

    def _copies(self, tenant: TenantId) -> tuple[Room, Switches, Register, Crew]:
        room = self.rooms.get(tenant, Room()).copy()
        return room, dict(self.switches), dict(self.register), dict(self.crew)
