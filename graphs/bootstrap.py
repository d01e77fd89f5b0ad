"""Choose adapters: the one place that knows which store, reasoner, gateway and saver a process uses."""

import gc
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from agents.playbook import PlaybookReasoner, load_playbooks
from agents.playbook.brief import compose_brief
from graphs.checkpoint import LoopSaver, Saver, ServedSaver, open_saver, require_strict
from graphs.commands import Desk
from graphs.identity import uptime, worker_id
from graphs.keeping.configuring import catalogue_hash, code_version, is_same_policy, judge_of, told_once
from graphs.loop import build_loop
from graphs.parts import Parts, Tenancies, Tenancy
from graphs.runner import Runner
from state.canonical import digest
from state.errors import InvalidInput, NotFound
from state.governance.policy import Layer
from state.ids import TenantId
from state.ports.clock import Clock
from state.ports.deciding import Reasoner
from state.ports.memory import Embedder, Projection
from state.ports.unit import Stores, Unit
from state.ports.world import Tenant
from state.principal import User
from state.settings import Settings, prepare_home
from state.stores.database import Database
from state.stores.exclusive import held_alone
from state.stores.projection import ChromaProjection
from state.world.business_time import local_day
from state.world.profile import profile_hash
from tools.files import load_model, load_profile, read_text
from tools.gateway import TenantGateway
from tools.keys import tenant_key
from tools.knowledge import load_knowledge
from tools.policies import load_layers, policy_files
from tools.styles import styled

if TYPE_CHECKING:
    from graphs.working.job_queue import LookedAtQueue, Place


@dataclass(frozen=True)
class House:
    """A running installation: its parts, its loop, and the desk where people decide."""

    settings: Settings
    parts: Parts
    runner: Runner
    desk: Desk
    database: Database
    saver: Saver

    def close(self) -> None:
        """Give connections back."""
        self.runner.close()
        self.database.close()
        self.saver.close()


def bootstrap(settings: Settings, clock: Clock | None = None) -> House:
    """Open the home and join everything. Raises: Unavailable, InvalidInput."""
    require_strict()
    prepare_home(settings.home)
    database = database_of(settings)
    parts = parts_of(settings, database, clock or database.clock())
    parts.uptime = uptime if clock is None else None
    saver = saver_of(settings, database)
    runner = Runner(parts, build_loop(parts, saver))
    return House(settings, parts, runner, Desk(runner), database, saver)


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


def settle() -> None:
    """Tell the collector that what is loaded by now stays; a process that works for long calls it once.

    Why: a full collection over it stopped one prep in a hundred for 0.4 s.
    """
    gc.collect()
    gc.freeze()


def parts_for(settings: Settings) -> Parts:
    """Join the parts alone, for an entry point that brings its own loop and saver."""
    require_strict()
    prepare_home(settings.home)
    database = database_of(settings)
    parts = parts_of(settings, database, database.clock())
    parts.is_served = True
    return parts


def saver_of(settings: Settings, database: Database, *, is_served: bool = False) -> Saver:
    """Open the checkpointer that goes with the database: a file of its own, or a schema of its own."""
    place = database.beside("checkpoints")
    if place is None:
        return open_saver(settings.checkpoints, ServedSaver if is_served else LoopSaver)
    from graphs.checkpoint_server import ServedServerSaver, ServerSaver, open_server_saver

    return open_server_saver(place, ServedServerSaver if is_served else ServerSaver)


def saver_for(settings: Settings, *, is_served: bool = False) -> Saver:
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
                remedy = f"Known: {others}. `revloop demo` makes the sample company."
                raise NotFound(f"no tenant {name!r}", field="tenant", value=name, remedy=remedy)
            users = styled(found[1], settings.tenant_folder(name))
            if known is not None and is_same_policy(known, found[0], clock):
                return Tenancy(**{**vars(known), "tenant": found[0], "users": users})
            layers = layers_in_force(unit, settings, found[0])
        return told_once(stores, _tenancy(settings, found[0], users, clock, layers))

    def find_embedder() -> Embedder:
        from tools.embedding.choosing import embedder_of

        return embedder_of(settings)

    return Parts(
        settings=settings,
        stores=stores,
        clock=clock,
        tenancy=Tenancies(load),
        worker=worker_id(),
        find_embedder=find_embedder,
    )


def layers_in_force(unit: Unit, settings: Settings, tenant: Tenant) -> tuple[Layer, ...]:
    """Give the activated policy; before the first activation the files that would be. Raises: InvalidInput."""
    kept = unit.policies.get(tenant.policy) if tenant.policy else None
    return kept.layers if kept else load_layers(policy_files(folders(settings, tenant.id, "policies")[0]))


def _tenancy(
    settings: Settings, tenant: Tenant, users: Sequence[User], clock: Clock, layers: Sequence[Layer]
) -> Tenancy:
    profile = load_profile(folders(settings, tenant.id, "profile"))
    knowledge = load_knowledge(own_folders(settings, tenant.id, "knowledge"))
    day = local_day(tenant.clock or clock.wall(), tenant.zone)
    judge = judge_of(layers, day)
    book = load_playbooks(folders(settings, tenant.id, "playbooks"), load_model)
    playbook = PlaybookReasoner(book, partial(compose_brief, words=book.settings.purposes))
    reasoner = choose_reasoner(settings, playbook, tenant.id)
    folder = settings.tenant_folder(tenant.id)
    gateway = TenantGateway(
        profile=profile,
        folder=folder,
        key=tenant_key(folder),
        smtp_url=settings.smtp_url,
        is_frozen=tenant.clock is not None,
        run_budget=judge.bounds.run_budget,
        budget=judge.bounds.budget,
        clock=clock,
        users=users,
    )
    hashes = {
        "profile": profile_hash(profile),
        "policy": judge.version,
        "playbooks": playbook.hash,
        "knowledge": digest([document.hash for document in knowledge]),
        "reasoner": reasoner.name,
        "prompts": reasoner.hash,
    }
    return Tenancy(
        tenant=tenant,
        profile=profile,
        knowledge=knowledge,
        judge=judge,
        reasoner=reasoner,
        playbook=playbook,
        gateway=gateway,
        users=users,
        config_hash=digest(hashes),
        clock=clock,
        book=book,
        triggers=book.triggers,
        layers=layers,
        day=day,
        hashes={**hashes, "catalogue": catalogue_hash(gateway), "code": code_version()},
    )


def choose_reasoner(settings: Settings, playbook: PlaybookReasoner, tenant: str) -> Reasoner:
    """Choose the model when one is set and wanted, always with the playbook behind it. Raises: InvalidInput."""
    if settings.reasoner == "playbook" or (settings.reasoner == "auto" and not settings.model_url):
        return playbook
    if not settings.model_url:
        raise InvalidInput(
            "The model reasoner is chosen, but no endpoint is set.",
            field="model_url",
            remedy="Set REVLOOP_MODEL_URL to an OpenAI-compatible endpoint, or REVLOOP_REASONER=playbook.",
        )
    from agents.llm import ModelReasoner, load_prompts

    prompts = load_prompts(folders(settings, tenant, "prompts"), load_model, read_text)
    return ModelReasoner.of(settings, playbook, prompts)


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
