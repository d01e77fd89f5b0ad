"""Gather what one deliberation may read; every node that decides looks at the same thing."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from graphs.channels import Request, SituationRef
from graphs.parts import Parts, Tenancy
from graphs.perceiving.world import Sight, remember
from graphs.planning.calling import called
from state.governance.action import OPEN
from state.ids import AccountId, TenantId, UserId
from state.ports.deciding import Deliberating, Intent, OpenAction, Recollection
from state.ports.planned import Criticized
from state.ports.unit import Unit
from state.principal import Principal, Role
from state.world.profile import Profile
from state.world.timeline import Baseline, Change, baseline_of, changes


def principal_of(request: Request) -> Principal:
    """Rebuild who asked from the request channel."""
    return Principal(
        tenant=TenantId(request["tenant"]),
        user=UserId(request["user"]),
        role=Role(request["role"]),
        method=request["method"],
        channel=request["channel"],
    )


def gather(
    parts: Parts,
    unit: Unit,
    tenancy: Tenancy,
    request: Request,
    situation: SituationRef,
    *,
    now: datetime,
    recollections: Sequence[Recollection] = (),
    iteration: int = 0,
) -> Deliberating:
    """Join sight, memory, baseline and open actions into what a reasoner reads; collected once per iteration."""
    key = (request["run"], iteration, situation["digest"])
    known = parts.gathered.get(key)
    if known is not None and known.now == now and known.intent == request["intent"]:
        return known
    found = _collected(parts, unit, tenancy, request, situation, now, recollections, iteration)
    return remember(parts.gathered, key, found)


def _collected(
    parts: Parts,
    unit: Unit,
    tenancy: Tenancy,
    request: Request,
    situation: SituationRef,
    now: datetime,
    recollections: Sequence[Recollection],
    iteration: int,
) -> Deliberating:
    sight = parts.sight(unit, tenancy, situation, now, request["run"])
    baseline, changed = sight.view.once(
        "changes", (sight.around, tenancy.profile), lambda: _changed(sight, tenancy.profile)
    )
    account = AccountId(situation["account"])
    waiting = unit.actions.listed(OPEN, account=account)
    learned = unit.preferences.in_force()
    return Deliberating(
        principal=principal_of(request),
        intent=cast(Intent, request["intent"]),
        view=sight.view,
        judgement=sight.judgement,
        around=sight.around,
        profile=tenancy.profile,
        users=tenancy.users,
        knowledge=tenancy.knowledge,
        recollections=recollections,
        baseline=baseline,
        changes=changed,
        open_actions=tuple(
            OpenAction(
                id=action.id,
                dedup_key=action.dedup_key,
                action_type=action.action_type,
                status=action.status.value,
                summary=action.summary,
            )
            for action in waiting
        ),
        steps=called(unit, account),
        iteration=iteration,
        preferences=None if learned is None else learned.document,
        preferences_version=0 if learned is None else learned.version,
    )


def _changed(sight: Sight, profile: Profile) -> tuple[Baseline, tuple[Change, ...]]:
    baseline = baseline_of(sight.view, sight.around, profile)
    return baseline, changes(sight.view, baseline, profile, sight.around)


def recorded_findings(parts: Parts, unit: Unit, tenant: TenantId, name: str | None) -> Criticized:
    """Read what the critics found; nothing is kept where they found nothing."""
    return parts.document(unit, tenant, name, Criticized) if name else Criticized(findings=())
