"""`Stores` in memory: units that keep everything when they leave, or nothing when they fail."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from state.ids import TenantId
from tests.fakes.acting import MemoryActions, MemoryLedger, Shelf, Switches
from tests.fakes.addresses import Book, MemoryAddresses, MemoryMerges
from tests.fakes.memory import MemoryMemory
from tests.fakes.runs import Archive, MemoryCrm, MemoryRuns
from tests.fakes.tenants import MemoryTenants, Register
from tests.fakes.views import MemoryViews, Outlook
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

    def copy(self) -> "Room":
        """Copy what a transaction may change."""
        return Room(
            self.shelf.copy(), self.globe.copy(), self.archive.copy(), self.book.copy(), self.outlook.copy()
        )


class MemoryUnit:
    """The stores of one tenant; another store is one more attribute."""

    def __init__(
        self,
        tenant: TenantId,
        room: Room,
        switches: Switches,
        register: Register,
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
        self.crm = MemoryCrm(room.archive)


class MemoryStores:
    """Opens units one after another."""

    def __init__(self) -> None:
        self.rooms: dict[TenantId, Room] = {}
        self.switches: Switches = {}
        self.register: Register = {}

    @contextmanager
    def begin(self, tenant: TenantId) -> Generator[MemoryUnit, None, None]:
        """Work on a copy, and keep it if nothing is raised."""
        room, switches, register = self._copies(tenant)
        yield MemoryUnit(tenant, room, switches, register)
        self.rooms[tenant], self.switches, self.register = room, switches, register

    @contextmanager
    def read(self, tenant: TenantId) -> Generator[MemoryUnit, None, None]:
        """Work on a copy and drop it."""
        yield MemoryUnit(tenant, *self._copies(tenant), is_reading=True)

    def _copies(self, tenant: TenantId) -> tuple[Room, Switches, Register]:
        return self.rooms.get(tenant, Room()).copy(), dict(self.switches), dict(self.register)
