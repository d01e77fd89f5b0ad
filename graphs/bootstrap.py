"""Choose adapters: the one place that knows which store, reasoner, gateway and saver a process uses."""

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from graphs.commands import Desk
from graphs.identity import uptime, worker_id
from graphs.keeping.configuring import is_as_known, told_once
from graphs.keeping.filing import KINDS, Contents, FileKind, drafted
from graphs.parts import Parts, Tenancies, Tenancy
from graphs.runner import Runner
from graphs.tenancies import joined
from state.errors import NotFound
from state.governance.policy import Layer
from state.ids import TenantId
from state.ports.clock import Clock
from state.ports.memory import Embedder, Projection
from state.ports.unit import Stores, Unit
from state.ports.world import Tenant
from state.settings import Settings, prepare_home
from state.stores.database import Database
from state.stores.exclusive import held_alone
from state.stores.projection import ChromaProjection
from tools.policies import load_layers, policy_files
from tools.styles import styled

if TYPE_CHECKING:
    from graphs.checkpoint import Saver
    from graphs.loop import Loop
    from graphs.working.job_queue import LookedAtQueue, Place


@dataclass(frozen=True)
class House:
    """A running installation: its parts, its loop, and the desk where people decide.

    Checkpoints are opened and the loop is compiled at first use: most commands only look, and need neither.
    """

    settings: Settings
    parts: Parts
    database: Database

    @cached_property
    def saver(self) -> "Saver":
        """The checkpointer. Raises: Unavailable."""
        return saver_of(self.settings, self.database)

    @cached_property
    def runner(self) -> Runner:
        """What runs the loop."""
        return Runner(self.parts, self._loop)

    @cached_property
    def desk(self) -> Desk:
        """Where people decide."""
        return Desk(self.runner)

    def warm(self) -> Self:
        """Open and compile now: where several threads work, or somebody would wait for it. Raises: Unavailable."""
        _ = self.runner.loop
        return self

    def _loop(self) -> "Loop":
        from graphs.loop import build_loop

        return build_loop(self.parts, self.saver)

    def close(self) -> None:
        """Give connections back; what was never opened needs no closing."""
        self.runner.close()
        self.database.close()
        if "saver" in vars(self):
            self.saver.close()


def bootstrap(settings: Settings, clock: Clock | None = None) -> House:
    """Open the home and join everything. Raises: Unavailable, InvalidInput."""
    prepare_home(settings.home)
    database = database_of(settings)
    parts = parts_of(settings, database, clock or database.clock())
    parts.uptime = uptime if clock is None else None
    return House(settings, parts, database)


def database_of(settings: Settings) -> Database:
    """Open the database, each of its roles as the settings name it. Raises: Unavailable, InvalidInput."""
    return Database(settings.database_url, owner=settings.database_owner, beside=settings.database_beside)


@contextmanager
def working_alone(settings: Settings) -> Generator[None, None, None]:
    """Be the one server or worker of an embedded home; on a server there may be many. Raises: Conflict, Unavailable."""
    prepare_home(settings.home)
    if not settings.database_url.startswith("sqlite"):
        yield
        return
    with held_alone(settings.home / "worker.lock", "The home's work"):
        yield


def queue_place(house: House) -> "Place":
    """Choose where jobs wait: a file of their own in the home, or a schema of their own beside ours."""
    from graphs.working.job_queue import Place

    named = house.database.named_beside("engine")
    return Place.in_file(house.settings.home / "engine.db") if named is None else Place(*named)


def queue_looked_at(house: House) -> "LookedAtQueue | None":
    """Open the queue to look at it; None where no worker has made it yet."""
    from graphs.working.job_queue import LookedAtQueue

    return LookedAtQueue.at(queue_place(house))


def parts_for(settings: Settings) -> Parts:
    """Join the parts alone, for an entry point that brings its own loop and saver."""
    prepare_home(settings.home)
    database = database_of(settings)
    parts = parts_of(settings, database, database.clock())
    parts.is_served = True
    return parts


def saver_of(settings: Settings, database: Database, *, is_served: bool = False) -> "Saver":
    """Open the checkpointer that goes with the database: a file of its own, or a schema of its own.

    Raises: Unavailable.
    """
    from graphs.checkpoint import LoopSaver, ServedSaver, open_saver, require_strict

    require_strict()
    place = database.beside("checkpoints")
    if place is None:
        return open_saver(settings.checkpoints, ServedSaver if is_served else LoopSaver)
    from graphs.checkpoint_server import ServedServerSaver, ServerSaver, open_server_saver

    return open_server_saver(place, ServedServerSaver if is_served else ServerSaver)


def saver_for(settings: Settings, *, is_served: bool = False) -> "Saver":
    """Open the checkpointer alone. Raises: Unavailable."""
    database = database_of(settings)
    try:
        return saver_of(settings, database, is_served=is_served)
    finally:
        database.close()


def parts_of(settings: Settings, stores: Stores, clock: Clock) -> Parts:
    """Join stores and the tenants' files; tenancies are read once, their frozen clock at every use."""

    def load(name: TenantId, known: Tenancy | None) -> Tenancy:
        with stores.read(name) as unit:
            found = unit.tenants.company(name)
            if found is None:
                others = ", ".join(one.id for one in unit.tenants.listed()) or "none yet"
                remedy = f"Known: {others}. `revloop demo` makes the sample company, `revloop import` one of your own."
                raise NotFound(f"There is no company {name}.", field="tenant", value=name, remedy=remedy)
            users = styled(found[1], settings.tenant_folder(name))
            if known is not None and is_as_known(known, found[0], clock):
                if (known.tenant, known.users) == (found[0], users):
                    return known
                return Tenancy(**{**vars(known), "tenant": found[0], "users": users})
            layers = layers_in_force(unit, settings, found[0])
            contents = files_in_force(unit, settings, found[0])
        return told_once(stores, joined(settings, found[0], users, clock, layers, contents))

    def pinned(tenancy: Tenancy, versions: Mapping[str, str]) -> Tenancy:
        if versions == tenancy.tenant.files:
            return tenancy
        tenant = tenancy.tenant.model_copy(update={"files": versions})
        with stores.read(tenancy.id) as unit:
            contents = files_in_force(unit, settings, tenant)
        return joined(settings, tenant, tenancy.users, clock, tenancy.layers, contents)

    def find_embedder() -> Embedder:
        from tools.embedding.choosing import embedder_of

        return embedder_of(settings)

    return Parts(
        settings=settings,
        stores=stores,
        clock=clock,
        tenancy=Tenancies(load),
        worker=worker_id(),
        draft=partial(draft, settings),
        pinned=pinned,
        find_embedder=find_embedder,
    )


def layers_in_force(unit: Unit, settings: Settings, tenant: Tenant) -> tuple[Layer, ...]:
    """Give the activated policy; before the first activation the files that would be. Raises: InvalidInput."""
    kept = unit.policies.get(tenant.policy) if tenant.policy else None
    return kept.layers if kept else load_layers(policy_files(folders(settings, tenant.id, "policies")[0]))


def files_in_force(unit: Unit, settings: Settings, tenant: Tenant) -> Contents:
    """Give what the activated files say; before the first activation what those say that would be.

    Raises: NotFound, Unavailable, InvalidInput.
    """
    if not tenant.files:
        return {kind: draft(settings, tenant.id, kind) for kind in KINDS}
    kept = unit.files.get(tenant.files)
    return {kind: kept[kind] for kind in KINDS}


def draft(settings: Settings, tenant: TenantId, kind: FileKind) -> str:
    """Say what a company's files of a kind say as they stand. Raises: NotFound, Unavailable, InvalidInput."""
    places = own_folders if kind == "knowledge" else folders
    return drafted(kind, places(settings, tenant, kind))


def projection_of(settings: Settings, tenant: TenantId) -> Projection:
    """Choose where the company-wide index of memory is kept; nothing is opened yet."""
    return ChromaProjection(settings.home, settings.tenant_folder(tenant) / "chroma")


def folders(settings: Settings, tenant: str, kind: str) -> list[Path]:
    """Where a kind of file is looked for: the tenant's own, the home's, then the shipped ones."""
    places = [settings.tenant_folder(tenant) / kind, settings.home / kind, shipped() / kind]
    return [place for place in places if place.is_dir()]


def own_folders(settings: Settings, tenant: str, kind: str) -> list[Path]:
    """As `folders`, but a tenant with a company file of its own never borrows another company's documents."""
    own = settings.tenant_folder(tenant)
    found = folders(settings, tenant, kind)
    return (
        [place for place in found if place.parent == own]
        if (own / "profile" / "company.yaml").exists()
        else found
    )


def shipped() -> Path:
    """Where the files that come with the software stand: the checkout, else `share/revloop` of the installation."""
    checkout = Path(__file__).resolve().parent.parent
    return checkout if (checkout / "profile").is_dir() else Path(sys.prefix) / "share" / "revloop"
