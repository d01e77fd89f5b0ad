"""One company made ready: what is in force, and the reasoner and gateway that go by it."""

from collections.abc import Sequence
from functools import partial

from agents.playbook import PlaybookReasoner
from agents.playbook.brief import compose_brief
from graphs.keeping.configuring import catalogue_hash, code_version, judge_of
from graphs.keeping.filing import (
    KINDS,
    Contents,
    knowledge_of,
    playbook_of,
    profile_of,
    prompts_of,
    version_of,
)
from graphs.parts import Tenancy
from state.canonical import digest
from state.errors import InvalidInput
from state.governance.destination import named_by
from state.governance.policy import Layer
from state.ports.clock import Clock
from state.ports.deciding import Reasoner
from state.ports.world import Tenant
from state.principal import User
from state.settings import Settings
from state.world.business_time import local_day
from tools.egress import Egress
from tools.gateway import TenantGateway
from tools.keys import tenant_ring
from tools.transports import SentFolder


def joined(
    settings: Settings,
    tenant: Tenant,
    users: Sequence[User],
    clock: Clock,
    layers: Sequence[Layer],
    contents: Contents,
) -> Tenancy:
    """Join what is in force with reasoner and gateway. Raises: InvalidInput, Unavailable."""
    profile, knowledge = profile_of(contents["profile"]), knowledge_of(contents["knowledge"])
    day = local_day(tenant.clock or clock.wall(), tenant.zone)
    judge = judge_of(layers, day)
    book = playbook_of(contents["playbooks"])
    playbook = PlaybookReasoner(book, partial(compose_brief, words=book.settings.purposes))
    reasoner = choose_reasoner(settings, playbook, contents["prompts"])
    folder = settings.tenant_folder(tenant.id)
    gateway = TenantGateway(
        profile=profile,
        folder=folder,
        keys=tenant_ring(folder).read,
        smtp_url=settings.smtp_url,
        notify_url=settings.notify_url,
        egress=Egress(settings.named_hosts),
        sent=SentFolder.of(settings),
        is_frozen=tenant.clock is not None,
        run_budget=judge.bounds.run_budget,
        budget=judge.bounds.budget,
        clock=clock,
        users=users,
    )
    hashes: dict[str, str] = {kind: version_of(contents[kind]) for kind in KINDS}
    hashes |= {"policy": judge.version, "reasoner": reasoner.name}
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


def choose_reasoner(settings: Settings, playbook: PlaybookReasoner, prompts: str) -> Reasoner:
    """Choose the model when one is set and wanted, always with the playbook behind it. Raises: InvalidInput."""
    if settings.reasoner == "playbook" or (settings.reasoner == "auto" and not settings.model_url):
        return playbook
    if not settings.model_url:
        raise InvalidInput(
            "The model reasoner is chosen, but no endpoint is set.",
            field="model_url",
            remedy="Set REVLOOP_MODEL_URL to an OpenAI-compatible endpoint, or REVLOOP_REASONER=playbook.",
        )
    from agents.llm.reasoner import ModelReasoner

    way = Egress(settings.named_hosts | named_by(settings.model_url))
    return ModelReasoner.of(settings, playbook, prompts_of(prompts), way)
