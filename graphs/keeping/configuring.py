"""What is in force, told to the ledger once per change: files, policy, prompts, catalogue and code, by their hashes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version

from graphs.keeping.filing import KINDS, matter_of
from graphs.parts import Parts, Tenancy
from state.canonical import Json, digest
from state.governance.exempting import on_day
from state.governance.judge import Judge, compile_policy
from state.governance.policy import Layer, policy_version
from state.ids import TraceId, UserId
from state.ledger.entry import EntryDraft, Kind, Stamp
from state.ports.clock import Clock
from state.ports.policies import KeptPolicy
from state.ports.tooling import Gateway
from state.ports.unit import Stores, Unit
from state.ports.world import Tenant
from state.principal import Principal, Role
from state.world.business_time import local_day

INSTALLATION = UserId("installation")
AT_HAND = 32
"""Compiled policies that a process keeps: those in force, and what somebody tries out."""


def judge_of(layers: Sequence[Layer], day: date | None) -> Judge:
    """Compile a policy as it stands on a day; its version is that of the whole, whatever exception is over.

    Raises: InvalidInput.
    """
    today = on_day(layers, day)
    return replace(_compiled(_Stack(policy_version(today), today)), version=policy_version(layers))


@dataclass(frozen=True)
class _Stack:
    """Layers under their version; equal content is an equal policy."""

    version: str
    layers: tuple[Layer, ...] = field(compare=False)


@lru_cache(maxsize=AT_HAND)
def _compiled(stack: _Stack) -> Judge:
    # no tenant: the hash of the content is the key
    return compile_policy(stack.layers)


def is_as_known(known: Tenancy, tenant: Tenant, clock: Clock) -> bool:
    """Say whether what this process compiled and read is still in force."""
    if (known.tenant.policy, known.tenant.files) != (tenant.policy, tenant.files):
        return False
    has_exceptions = any(getattr(rule, "exceptions", ()) for layer in known.layers for rule in layer.rules)
    return not has_exceptions or known.day == local_day(tenant.clock or clock.wall(), tenant.zone)


@cache
def code_version() -> str:
    """Give the version of this software."""
    try:
        return version("revloop")
    except PackageNotFoundError:
        return "0"


def catalogue_hash(gateway: Gateway) -> str:
    """Hash what every tool declares."""
    return digest([repr(spec) for spec in gateway.specs()])


def told_once(stores: Stores, tenancy: Tenancy) -> Tenancy:
    """Leave a CONFIG entry where something in force differs from what the ledger was last told."""
    mark = digest(dict(tenancy.hashes))
    if tenancy.tenant.config == mark:
        return tenancy
    with stores.begin(tenancy.id) as unit:
        current = unit.tenants.get(tenancy.id)
        if current is None or current.config == mark:
            return tenancy
        unit.tenants.set_config(tenancy.id, mark)
        payload: dict[str, Json] = {"act": "in_force", **tenancy.hashes, "was": current.config}
        unit.ledger.append([EntryDraft(Kind.CONFIG, by_installation(tenancy), payload)])
    return replace(tenancy, tenant=current.model_copy(update={"config": mark}))


def activated_first(parts: Parts, unit: Unit, tenancy: Tenancy) -> None:
    """Put what the files say in force where nothing is yet, so that a later edit needs an activation."""
    found = unit.tenants.get(tenancy.id)
    if found is not None and not found.policy:
        _first_policy(unit, tenancy)
    if found is not None and not found.files:
        versions = unit.files.keep({kind: parts.draft(tenancy.id, kind) for kind in KINDS})
        unit.tenants.set_files(tenancy.id, versions)
        said: dict[str, Json] = {"act": "first", **versions, "note": "as it came"}
        stamp = replace(by_installation(tenancy), trace=matter_of(tenancy.id))
        unit.ledger.append([EntryDraft(Kind.CONFIG, stamp, said)])


def _first_policy(unit: Unit, tenancy: Tenancy) -> None:
    name = tenancy.judge.version
    unit.policies.keep(
        KeptPolicy(
            version=name,
            asked_at=tenancy.now,
            asked_by=INSTALLATION,
            activated_at=tenancy.now,
            note="as it came",
            layers=tuple(tenancy.layers),
        )
    )
    unit.tenants.set_policy(tenancy.id, name)
    payload: dict[str, Json] = {"act": "first", "version": name, "was": "", "note": "as it came"}
    unit.ledger.append([EntryDraft(Kind.POLICY_ACTIVATED, by_installation(tenancy), payload)])


def by_installation(tenancy: Tenancy) -> Stamp:
    """Stamp what nobody in particular did."""
    who = Principal(
        tenant=tenancy.id, user=INSTALLATION, role=Role.ADMIN, method="local", channel="installation"
    )
    return tenancy.stamp(who, TraceId(""))
